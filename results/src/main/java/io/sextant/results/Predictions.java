package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What the model makes of each example, without an attack and in the worst case: lists of one
 * length. An audit that was cut short has no rows of attacks for some of them.
 *
 * @param samples rows of the data, each once
 * @param labels right classes
 * @param predicted classes, {@link SampleRow#NO_CLASS} where the output is not finite
 * @param attacked the same in the worst case, per condition in the order of the plan; empty where
 *     that was not recorded
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Predictions(
    List<Integer> samples,
    List<Integer> labels,
    List<Integer> predicted,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Attacked> attacked) {
  public Predictions {
    samples = List.copyOf(samples);
    labels = List.copyOf(labels);
    predicted = List.copyOf(predicted);
    attacked = List.copyOf(attacked);
    if (labels.size() != samples.size() || predicted.size() != samples.size()) {
      throw new IllegalArgumentException(
          "predictions must have as many labels and classes as samples but have %s, %s and %s"
              .formatted(labels.size(), predicted.size(), samples.size()));
    }
    for (Attacked at : attacked) {
      if (at.predicted().size() != samples.size()) {
        throw new IllegalArgumentException(
            "predictions at %s must be on the %s examples of the audit but were on %s"
                .formatted(at.condition().text(), samples.size(), at.predicted().size()));
      }
    }
  }

  /**
   * What the model makes of the worst inputs that were found.
   *
   * @param condition the condition
   * @param predicted class of the nearest input that breaks the example at this or a smaller
   *     radius; the clean prediction where nothing does
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Attacked(Condition condition, List<Integer> predicted) {
    public Attacked {
      predicted = List.copyOf(predicted);
    }
  }

  /** The same, from one by one, with nothing known of attacks. */
  public static Predictions of(List<Aggregates.CleanPrediction> clean) {
    return new Predictions(
        clean.stream().map(Aggregates.CleanPrediction::sample).toList(),
        clean.stream().map(Aggregates.CleanPrediction::label).toList(),
        clean.stream().map(Aggregates.CleanPrediction::predicted).toList(),
        List.of());
  }

  /**
   * The same, from one by one, in the worst case too.
   *
   * @param clean predictions
   * @param rows of {@code samples.csv}, worst cases among them
   * @param conditions in the order wanted
   * @param taken the class for which the model takes the input of a worst case that is broken
   */
  public static Predictions of(
      List<Aggregates.CleanPrediction> clean,
      List<SampleRow> rows,
      List<Condition> conditions,
      ToIntFunction<SampleRow> taken) {
    Predictions own = of(clean);
    Map<Condition, Map<Integer, Integer>> broken = new HashMap<>();
    for (SampleRow row : rows) {
      if (row.isWorstCase() && row.outcome() == Outcome.BROKEN) {
        broken
            .computeIfAbsent(row.condition(), condition -> new HashMap<>())
            .put(row.sample(), taken.applyAsInt(row));
      }
    }
    List<Attacked> attacked = new ArrayList<>();
    for (Condition condition : conditions) {
      Map<Integer, Integer> here = broken.getOrDefault(condition, Map.of());
      attacked.add(
          new Attacked(
              condition,
              clean.stream().map(c -> here.getOrDefault(c.sample(), c.predicted())).toList()));
    }
    return new Predictions(own.samples, own.labels, own.predicted, attacked);
  }

  /** What the model makes of the worst inputs under a condition, where that was recorded. */
  public Optional<Attacked> at(Condition condition) {
    return attacked.stream().filter(at -> at.condition().equals(condition)).findFirst();
  }

  /** The same, one by one. */
  @JsonIgnore
  public List<Aggregates.CleanPrediction> clean() {
    return IntStream.range(0, samples.size())
        .mapToObj(
            i -> new Aggregates.CleanPrediction(samples.get(i), labels.get(i), predicted.get(i)))
        .toList();
  }
}
