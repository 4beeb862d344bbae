package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.methods.Kind;
import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackCounts;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Grid;
import io.sextant.results.Interval;
import io.sextant.results.Outcome;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What one attack did to examples at several radii, in memory. Each input that it found was decided
 * by the model's judge and checked against the threat by code that did not search for it, as in an
 * audit, and the figures are those of an audit. Nothing is written. Radii share work, see {@link
 * Attack#nested}. A minimum-norm attack runs once and fills every radius; what it found at whatever
 * distance stands in {@link #distances}.
 *
 * <pre>{@code
 * VerifiedAttack found =
 *     VerifiedAttack.run(
 *         model.judge(), service, Pgd.DEFAULT, ThreatModel.of(Norm.LINF, "8/255"),
 *         List.of("2/255", "8/255"), examples, 42);
 * System.out.println(found);
 * }</pre>
 *
 * @param attack the attack's name
 * @param threat what the attacker was allowed and wanted, but for the radius
 * @param radii one entry per radius, in the order given
 * @param distances of a minimum-norm attack; empty for attacks at a fixed radius
 * @param remarks what to know before the figures are believed, a sentence each; mostly none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record VerifiedAttack(
    String attack,
    ThreatModel threat,
    List<AtRadius> radii,
    Optional<Distances> distances,
    List<String> remarks) {
  public VerifiedAttack {
    radii = List.copyOf(radii);
    remarks = List.copyOf(remarks);
  }

  /**
   * The findings at one radius.
   *
   * @param condition norm and radius
   * @param counts what became of the examples; one that broke at a smaller radius is broken here
   *     too
   * @param examples one per example, in the order given
   */
  public record AtRadius(Condition.Within condition, AttackCounts counts, List<Verified> examples) {
    public AtRadius {
      examples = List.copyOf(examples);
    }

    /**
     * The share of examples that are decided rightly and held, with its 95% Wilson interval: an
     * upper bound, since a stronger attack might break more.
     */
    public Proportion robustAccuracy() {
      return counts.accuracy();
    }

    /** The middle of the verified distances of broken examples; empty when none is broken. */
    public OptionalDouble medianDistance() {
      return median(examples.stream().flatMapToDouble(e -> e.distance().stream()));
    }
  }

  /**
   * How far the nearest adversarial inputs are that a minimum-norm attack found, at whatever
   * distance: upper bounds, since there may be nearer ones.
   *
   * <p>An example on which it found none is censored: its distance is not known, and nothing says
   * that it is large. A mean over the others would leave out the hardest ones, so there is none
   * here.
   *
   * @param examples one per example, in the order given; a distance is present exactly when the
   *     outcome is broken
   */
  public record Distances(List<Verified> examples) {
    public Distances {
      examples = List.copyOf(examples);
    }

    /** How many examples have a distance. */
    public int found() {
      return Math.toIntExact(examples.stream().filter(e -> e.distance().isPresent()).count());
    }

    /** How many examples are decided rightly and have no distance. */
    public int censored() {
      return attacked().size() - found();
    }

    /**
     * The middle one of the distances of examples that are decided rightly, where a censored one
     * counts as farther than all others; empty when the middle is censored, or there is none.
     */
    public OptionalDouble median() {
      OptionalDouble middle =
          VerifiedAttack.median(
              attacked().stream().mapToDouble(e -> e.distance().orElse(Double.POSITIVE_INFINITY)));
      return middle.isPresent() && Double.isInfinite(middle.getAsDouble())
          ? OptionalDouble.empty()
          : middle;
    }

    private List<Verified> attacked() {
      return examples.stream().filter(e -> e.outcome() != Outcome.ALREADY_WRONG).toList();
    }
  }

  private static OptionalDouble median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  /**
   * One example at one radius.
   *
   * @param id the example's id
   * @param label the true class
   * @param predicted the judge's decision on the clean input; -1 when its output is not finite
   * @param outcome after verification
   * @param distance smallest verified distance up to this radius; present exactly when broken
   * @param reason why it is inconclusive; present exactly when it is
   * @param input {@code [features]}: when broken, the adversarial input at that distance; when
   *     held, the judged iterate of largest margin, or the nearest adversarial input where that
   *     lies beyond the radius; otherwise the clean input. Owned by this record
   */
  public record Verified(
      long id,
      int label,
      int predicted,
      Outcome outcome,
      OptionalDouble distance,
      Optional<String> reason,
      double[] input) {
    private static Verified of(Attempt attempt, float[] input) {
      return new Verified(
          attempt.sample(),
          attempt.label(),
          attempt.predicted(),
          attempt.outcome(),
          attempt.distance() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of(attempt.distance()),
          Optional.ofNullable(attempt.reason()),
          Rows.widen(input));
    }

    /** The same at a radius: what lies beyond it does not break the example there. */
    private Verified within(Condition.Within radius) {
      return distance.isEmpty()
              || new Condition.Nearest(radius.norm()).breaksUnder(radius, distance.getAsDouble())
          ? this
          : new Verified(id, label, predicted, Outcome.HELD, OptionalDouble.empty(), reason, input);
    }
  }

  /**
   * Attacks each example at each radius, or once at whatever distance with a minimum-norm attack,
   * and verifies what was found.
   *
   * @param judge decides whether an example broke
   * @param service gradients of the same model, with the domain that says what exists
   * @param attack configured
   * @param threat what the attacker may do and wants; its own radius does not count
   * @param radii decimals or fractions such as {@code 8/255}, at least one and each once
   * @param examples with an id of its own each, from 0 to 2^31 - 1
   * @param seed of every random choice
   * @throws IllegalArgumentException when the attack does not work in the norm, there is no radius
   *     or one twice, or the examples do not fit the service
   * @throws java.util.concurrent.CancellationException when this thread is interrupted
   */
  public static VerifiedAttack run(
      Judge judge,
      GradientService service,
      Attack attack,
      ThreatModel threat,
      List<String> radii,
      Examples examples,
      long seed) {
    List<Condition.Within> conditions =
        Condition.Within.each(threat.norm(), radii.stream().map(Epsilon::parse).toList());
    if (conditions.isEmpty() || new HashSet<>(conditions).size() < conditions.size()) {
      throw new IllegalArgumentException(
          "radii must be at least one, and each value once, but were " + radii);
    }
    int[] predicted = judge.decisions(examples);
    Map<Long, Integer> decided = new HashMap<>();
    for (int i = 0; i < predicted.length; i++) {
      decided.put(examples.id(i), predicted[i]);
    }
    boolean nearest = attack.declaration().kind() == Kind.MINIMUM_NORM;
    List<ThreatModel> threats =
        nearest
            ? List.of(threat.withoutRadius())
            : conditions.stream().map(within -> threat.withEpsilon(within.epsilon())).toList();
    List<AttackStage.Planned> cells =
        threats.stream().map(one -> new AttackStage.Planned(one, attack.name(), attack)).toList();
    List<AttackStage.Part> parts;
    try {
      parts =
          Sweep.run(
              cells,
              examples,
              new AttackRunner(judge, service, decided, seed, Progress.SILENT),
              null);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written, so nothing can fail to be", e);
    }
    Accuracy accuracy =
        Aggregates.of(
            parts.stream().flatMap(part -> part.rows().stream()).toList(),
            new CleanStage.Decided(examples, predicted).clean(),
            parts.stream().flatMap(part -> part.rejections().stream()).toList(),
            new Grid(conditions.stream().map(at -> new Cell(at, attack.name())).toList()),
            service.classes());
    Optional<Distances> distances =
        nearest
            ? Optional.of(new Distances(verified(parts, threats.get(0).condition())))
            : Optional.empty();
    List<AtRadius> found = new ArrayList<>();
    for (int k = 0; k < conditions.size(); k++) {
      Condition.Within here = conditions.get(k);
      found.add(
          new AtRadius(
              here,
              accuracy.robust().get(k).worstCase(),
              distances
                  .map(all -> all.examples().stream().map(e -> e.within(here)).toList())
                  .orElseGet(() -> upTo(here, conditions, parts))));
    }
    return new VerifiedAttack(
        attack.name(),
        threat,
        found,
        distances,
        AttackFiles.remarks(parts.stream().map(AttackStage.Part::done).toList(), attack.name()));
  }

  /** The findings at a radius, those at smaller ones among them. */
  private static List<Verified> upTo(
      Condition.Within here, List<Condition.Within> conditions, List<AttackStage.Part> parts) {
    List<Verified> own = verified(parts, here);
    List<List<Verified>> within =
        conditions.stream()
            .filter(other -> other.epsilon().compareTo(here.epsilon()) <= 0)
            .map(other -> verified(parts, other))
            .toList();
    return IntStream.range(0, own.size())
        .mapToObj(i -> nearest(within, i).orElseGet(() -> own.get(i)))
        .toList();
  }

  private static List<Verified> verified(List<AttackStage.Part> parts, Condition condition) {
    List<Verified> verified = new ArrayList<>();
    for (AttackStage.Part part : parts) {
      if (part.unit().cell().condition().equals(condition)) {
        for (int i = 0; i < part.done().attempts().size(); i++) {
          verified.add(Verified.of(part.done().attempts().get(i), part.done().adversarial()[i]));
        }
      }
    }
    return verified;
  }

  /** What broke an example at the smallest distance, if anything did. */
  private static Optional<Verified> nearest(List<List<Verified>> radii, int example) {
    return radii.stream()
        .map(found -> found.get(example))
        .filter(found -> found.outcome() == Outcome.BROKEN)
        .min(Comparator.comparingDouble(found -> found.distance().orElseThrow()));
  }

  /** A table with a line for each radius, and the remarks. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s in %s%n%8s  %15s  %16s  %6s  %6s  %12s  %12s  %15s%n"
            .formatted(
                attack,
                threat.norm().symbol(),
                "radius",
                "robust accuracy",
                "95% interval",
                "broken",
                "held",
                "wrong anyway",
                "inconclusive",
                "median distance"));
    for (AtRadius at : radii) {
      AttackCounts counts = at.counts();
      Interval interval = at.robustAccuracy().interval();
      text.append(
          "%8s  %15s  %16s  %6d  %6d  %12d  %12d  %15s%n"
              .formatted(
                  at.condition().epsilon().text(),
                  Percent.of(at.robustAccuracy()),
                  "%s to %s%%".formatted(Percent.low(interval), Percent.high(interval)),
                  counts.broken(),
                  counts.held(),
                  counts.alreadyWrong(),
                  counts.inconclusive() + counts.unverified(),
                  at.medianDistance().isPresent()
                      ? String.format(Locale.ROOT, "%.4g", at.medianDistance().getAsDouble())
                      : Percent.NOTHING));
    }
    distances.ifPresent(
        all ->
            text.append(
                "%d examples have a distance, in the middle %s; %d have none: theirs is not known (censored)%n"
                    .formatted(
                        all.found(),
                        all.median().isPresent()
                            ? String.format(Locale.ROOT, "%.4g", all.median().getAsDouble())
                            : Percent.NOTHING,
                        all.censored())));
    remarks.forEach(remark -> text.append(remark).append(System.lineSeparator()));
    return text.toString().stripTrailing();
  }
}
