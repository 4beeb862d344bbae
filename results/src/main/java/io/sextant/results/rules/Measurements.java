package io.sextant.results.rules;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttributionDrift;
import io.sextant.results.AuditResult;
import io.sextant.results.ClassAccuracy;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Grid;
import io.sextant.results.KeptAttributions;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.Slice;
import io.sextant.results.Validity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Everything that rules are held against.
 *
 * @param classes class names in the order of the labels
 * @param accuracy counts; its clean accuracy covers every example of the audit
 * @param explanations per explainer
 * @param validity whether the audit can be believed
 * @param attributions kept for comparisons, where there are
 * @param drift of them from those of another audit; empty where there is none
 * @param samples the outcomes one by one, where they are known; without them only counts are judged
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Measurements(
    List<String> classes,
    Accuracy accuracy,
    List<ExplainerResult> explanations,
    Validity validity,
    Optional<KeptAttributions> attributions,
    List<AttributionDrift> drift,
    Optional<SampleTable> samples) {
  public Measurements {
    classes = List.copyOf(classes);
    explanations = List.copyOf(explanations);
    drift = List.copyOf(drift);
    int known = samples.map(table -> table.clean().size()).orElse(0);
    if (known > accuracy.clean().n()) {
      throw new IllegalArgumentException(
          "samples must be at most the %d examples of the audit but were %d"
              .formatted(accuracy.clean().n(), known));
    }
  }

  /** Measurements without attributions that were kept. */
  public Measurements(
      List<String> classes,
      Accuracy accuracy,
      List<ExplainerResult> explanations,
      Validity validity,
      Optional<SampleTable> samples) {
    this(classes, accuracy, explanations, validity, Optional.empty(), List.of(), samples);
  }

  /**
   * The same beside the attributions of another audit.
   *
   * @param before nothing where they are to stay as they are
   */
  public Measurements against(Optional<KeptAttributions> before) {
    if (before.isEmpty() || attributions.isEmpty()) {
      return this;
    }
    return new Measurements(
        classes,
        accuracy,
        explanations,
        validity,
        attributions,
        AttributionDrift.between(before.get(), attributions.get()),
        samples);
  }

  /**
   * Why there is no figure of something that a rule asks for.
   *
   * @return empty where nothing is known to be missing
   */
  public Optional<AttributionDrift.Uncompared> uncompared(Rule rule) {
    return AttributionDriftFigures.lacking(rule, this);
  }

  /**
   * The same without inputs of earlier builds: what two builds can be compared by. Limits count
   * these inputs, as broken is broken.
   */
  public Measurements planned() {
    return new Measurements(
        classes,
        accuracy,
        explanations,
        validity,
        attributions,
        drift,
        samples.map(SampleTable::planned));
  }

  /** Why a rule that is kept cannot pass all the same, in words; empty when it can. */
  public Optional<String> doubt(Rule rule) {
    return validity
        .doubt(rule)
        .or(() -> unseen(rule))
        .or(() -> uncompared(rule).map(AttributionDrift.Uncompared::reason));
  }

  private Optional<String> unseen(Rule rule) {
    if (rule.className().filter(Rule.EVERY_CLASS::equals).isEmpty()) {
      return Optional.empty();
    }
    String unseen =
        classes.stream()
            .filter(name -> ofClass(name).map(ClassAccuracy::n).orElse(0) == 0)
            .collect(Collectors.joining(", "));
    return unseen.isEmpty()
        ? Optional.empty()
        : Optional.of("no example is of class %s; take more samples".formatted(unseen));
  }

  /**
   * The measurements of a finished audit.
   *
   * @param result read from {@code result.json}
   * @param rows read from {@code samples.csv}
   * @param slices that rules may name
   */
  public static Measurements of(AuditResult result, List<SampleRow> rows, List<Slice> slices) {
    return new Measurements(
        result.model().classes(),
        result.accuracy(),
        result.explanations(),
        result.validity(),
        result.attributions(),
        result.drift(),
        Optional.of(SampleTable.of(result, rows, slices)));
  }

  /** The measurements of attacks that are under way: accuracies only. */
  public static Measurements of(List<String> classes, SampleTable samples) {
    // Rules on robust accuracy read the rows; counts of them would only cost time.
    Accuracy accuracy =
        Aggregates.of(List.of(), samples.clean(), List.of(), new Grid(List.of()), classes.size());
    return new Measurements(
        classes, accuracy, List.of(), Validity.of(List.of()), Optional.of(samples));
  }

  /** The figures of a class, where they were measured. */
  Optional<ClassAccuracy> ofClass(String name) {
    int label = classes.indexOf(name);
    return accuracy.classes().stream().filter(row -> row.label() == label).findFirst();
  }

  /** The classes that a rule asks for: all of them for {@value Rule#EVERY_CLASS}. */
  List<String> classes(String asked) {
    return asked.equals(Rule.EVERY_CLASS) ? classes : List.of(asked);
  }
}
