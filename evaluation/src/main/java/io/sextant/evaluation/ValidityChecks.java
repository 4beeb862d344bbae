package io.sextant.evaluation;

import io.sextant.attacks.ZeroGradients;
import io.sextant.results.Accuracy;
import io.sextant.results.AttackCounts;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Metric;
import io.sextant.results.Outcome;
import io.sextant.results.Proportion;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Affected;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Signs that an attack failed for reasons other than robustness. A tripped check makes the figures
 * that rest on it unreliable; none of them can make a model look better.
 *
 * <p>The list follows Carlini et al., "On Evaluating Adversarial Robustness", 2019,
 * arXiv:1902.06705, section 3, and Pintor et al., "Indicators of Attack Failure", NeurIPS 2022,
 * arXiv:2106.09947. Thresholds stand in the documentation with the evidence for them.
 */
final class ValidityChecks {
  /** Comparisons may be off by this share of the examples: one point. */
  static final double SLACK = 0.01;

  /** One example alone is luck, also where it is more than a point of few. */
  static final int LUCK = 1;

  /**
   * More exactly zero gradients than this share at the start of an attack are a sign of masking.
   */
  static final double ZERO_GRADIENTS = ZeroGradients.MOST;

  /** How far above chance the accuracy may stay when the attack may do anything. */
  static final double ABOVE_CHANCE = 0.05;

  /** The name under which all attacks together are compared. */
  static final String ALL_ATTACKS = "attacks";

  /** Survivors of an attack at a radius that are tried again. */
  static final int SURVIVORS = 128;

  static final String CONVERGENCE = "convergence";
  static final String CONVERGENCE_TITLE = "Twice the steps break hardly more";
  static final String CONVERGENCE_EXPLANATION =
      "Each attack is run again with twice the steps on up to %d of the examples that held. Measured"
              .formatted(SURVIVORS)
          + " is the share of all examples that breaks now, at the lower end of the 95% interval;"
          + " above a point the attack had not converged. Give it more steps.";

  static final String MONOTONE = "epsilon-monotone";
  static final String MONOTONE_TITLE = "More room never helps the model";

  /** Examples of an attack at a radius that are searched although they held at a larger one. */
  static final int SEARCHED = 32;

  private static final double ROUNDING = 1e-9;

  static final String NOISE = "noise-baseline";
  static final String NOISE_TITLE = "Attacks beat random noise";
  static final String NOISE_EXPLANATION =
      "Ten random perturbations of the largest radius per example. Attacks that break fewer"
          + " examples than noise have no use of the gradient.";
  static final String HUGE_EPSILON = "huge-epsilon";
  static final String HUGE_EPSILON_TITLE = "Nothing holds when everything may change";

  private final List<SampleRow> rows;
  private final Accuracy accuracy;

  ValidityChecks(List<SampleRow> rows, Accuracy accuracy) {
    this.rows = rows;
    this.accuracy = accuracy;
  }

  /**
   * The broken share of a stronger attack must not be below that of a weaker one, on the examples
   * that both attacked.
   */
  ValidityCheck atLeastAsStrong(
      String id, String title, String stronger, String weaker, String explanation) {
    Comparison comparison = new Comparison();
    for (RobustAccuracy cell : accuracy.robust()) {
      if (cell.of(stronger).isPresent() && cell.of(weaker).isPresent()) {
        comparison.add(
            new Affected(cell.condition(), tried(stronger)),
            attacked(cell, weaker),
            attacked(cell, stronger));
      }
    }
    if (comparison.isEmpty() && comparison.asked && accuracy.clean().count() > 0) {
      return leftOut(
          id, title, "%s and %s were not both run".formatted(stronger, weaker), explanation);
    }
    return comparison.check(
        id,
        title,
        "%s and %s have no example in common".formatted(stronger, weaker),
        explanation,
        () -> brokenOnlyBy(weaker, stronger));
  }

  /** All attacks together have no figures of their own but the worst case. */
  private static Optional<String> tried(String attack) {
    return attack.equals(ALL_ATTACKS) ? Optional.empty() : Optional.of(attack);
  }

  /** What an attack made of the examples that it attacked, and whether it broke them. */
  private Map<Integer, Boolean> attacked(RobustAccuracy cell, String attack) {
    Map<Integer, Boolean> broken = new HashMap<>();
    for (SampleRow row : rows) {
      if (row.cell().equals(new Cell(cell.condition(), attack))
          && row.outcome() != Outcome.ALREADY_WRONG) {
        broken.put(row.sample(), row.outcome() == Outcome.BROKEN);
      }
    }
    return broken;
  }

  /** Whether more examples broke in one way than in another, on those that were tried in both. */
  private static final class Comparison {
    private final List<Affected> affected = new ArrayList<>();
    private boolean asked;
    private double largest = Double.NEGATIVE_INFINITY;
    private double threshold;

    void add(Affected where, Map<Integer, Boolean> weaker, Map<Integer, Boolean> stronger) {
      asked = true;
      int n = 0;
      int lead = 0;
      for (Map.Entry<Integer, Boolean> weak : weaker.entrySet()) {
        Boolean strong = stronger.get(weak.getKey());
        if (strong != null) {
          n++;
          lead += (weak.getValue() ? 1 : 0) - (strong ? 1 : 0);
        }
      }
      int tolerated = Math.max(LUCK, (int) Math.floor(SLACK * n));
      // What is shown is the pair that exceeds its own tolerance most.
      if (n > 0 && (isEmpty() || (lead - tolerated) / (double) n > largest - threshold)) {
        largest = lead / (double) n;
        threshold = tolerated / (double) n;
      }
      if (lead > tolerated) {
        affected.add(where);
      }
    }

    boolean isEmpty() {
      return largest == Double.NEGATIVE_INFINITY;
    }

    ValidityCheck check(
        String id,
        String title,
        String nothing,
        String explanation,
        Supplier<List<Integer>> exceptions) {
      if (isEmpty()) {
        return skipped(id, title, nothing, explanation);
      }
      return ValidityChecks.check(
          id,
          title,
          affected.isEmpty() ? Status.PASS : Status.FAIL,
          Math.max(0, largest),
          threshold,
          explanation,
          ON_ATTACKS,
          affected,
          exceptions.get());
    }
  }

  private List<Integer> brokenOnlyBy(String weaker, String stronger) {
    Map<SampleRow.Key, Outcome> strong = new HashMap<>();
    for (SampleRow row : rows) {
      if (row.attack().equals(stronger)) {
        strong.put(place(row), row.outcome());
      }
    }
    TreeSet<Integer> samples = new TreeSet<>();
    for (SampleRow row : rows) {
      if (row.attack().equals(weaker)
          && row.outcome() == Outcome.BROKEN
          && strong.get(place(row)) == Outcome.HELD) {
        samples.add(row.sample());
      }
    }
    return List.copyOf(samples);
  }

  private static SampleRow.Key place(SampleRow row) {
    return new SampleRow.Key(row.sample(), Cell.worstCase(row.condition()));
  }

  /**
   * A larger radius must not leave more examples standing, attack by attack.
   *
   * @param leftOut attacks that do not search around each example
   */
  ValidityCheck monotone(Set<String> leftOut) {
    String explanation =
        "An attack that may move further must break at least as many examples. Where it does not,"
            + " its optimisation is at fault.";
    Comparison comparison = new Comparison();
    Map<String, RobustAccuracy> before = new HashMap<>();
    for (RobustAccuracy cell : accuracy.robust()) {
      for (AttackCounts counts : cell.attacks()) {
        String attack = counts.attack();
        RobustAccuracy smaller = before.put(attack, cell);
        if (smaller != null
            && smaller.condition().breaksUnder(cell.condition(), 0)
            && !attack.equals(SampleRow.REPLAY)
            && !leftOut.contains(attack)) {
          comparison.add(
              Affected.by(new Cell(cell.condition(), attack)),
              attacked(smaller, attack),
              attacked(cell, attack));
        }
      }
    }
    return comparison.check(
        MONOTONE,
        MONOTONE_TITLE,
        "no attack was run at two radii of a norm",
        explanation,
        this::heldAfterBroken);
  }

  private List<Integer> heldAfterBroken() {
    Map<String, List<SampleRow>> broken =
        rows.stream()
            .filter(row -> row.outcome() == Outcome.BROKEN && !row.isWorstCase())
            .collect(Collectors.groupingBy(row -> row.sample() + " " + row.attack()));
    return rows.stream()
        .filter(row -> row.outcome() == Outcome.HELD)
        .filter(
            row ->
                broken.getOrDefault(row.sample() + " " + row.attack(), List.of()).stream()
                    .anyMatch(other -> other.breaksUnder(row.condition())))
        .map(SampleRow::sample)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * An attack at a radius, with how far its runs can go.
   *
   * @param share of the way that they may have to go
   */
  record Path(Affected where, double share) {}

  /** Steps that cannot get across the ball leave parts of it untried. */
  static ValidityCheck reach(List<Path> paths) {
    String id = "attack-reach";
    String title = "Steps reach across the ball";
    String explanation =
        "The steps of a run together must be as long as the way that it may have to go: twice the"
            + " epsilon from a random start, the epsilon from the clean input. Measured is the"
            + " smallest share of that way where examples hold. Give the attack more or longer"
            + " steps, or leave step-size out.";
    if (paths.isEmpty()) {
      return skipped(id, title, "no example holds against an attack with steps", explanation);
    }
    List<Affected> tooShort =
        paths.stream().filter(path -> path.share() < 1 - ROUNDING).map(Path::where).toList();
    return check(
        id,
        title,
        tooShort.isEmpty() ? Status.PASS : Status.FAIL,
        paths.stream().mapToDouble(Path::share).min().orElseThrow(),
        1,
        explanation,
        ON_ATTACKS,
        tooShort,
        List.of());
  }

  /**
   * An attack at a radius, tried with twice the steps on some of its survivors.
   *
   * @param where the attack's figure
   * @param again how many of the survivors that were tried again broke
   * @param held the attack's survivors among the examples that it was run on
   */
  record Doubled(Affected where, Proportion again, Proportion held) {
    /** The share of all examples that is lost for certain, by the draw of the survivors. */
    double lost() {
      return again.interval().low() * held.value().orElse(0);
    }
  }

  /** What held at a larger radius, and so was not searched at a smaller one, holds there too. */
  static ValidityCheck inwards(List<Doubled> searched, List<Integer> samples) {
    List<Affected> affected =
        searched.stream()
            .filter(cell -> cell.again().count() > LUCK && cell.lost() > SLACK)
            .map(Doubled::where)
            .toList();
    return check(
        MONOTONE,
        MONOTONE_TITLE,
        affected.isEmpty() ? Status.PASS : Status.FAIL,
        searched.stream().mapToDouble(Doubled::lost).max().orElseThrow(),
        SLACK,
        "Examples that hold at a radius are not searched at smaller ones. On up to %d of them an attack"
                .formatted(SEARCHED)
            + " was run at the smaller radius all the same. Measured is the share of all examples"
            + " that breaks so, at the lower end of the 95% interval; above a point the attack"
            + " fails where it has more room, and its optimisation is at fault.",
        ON_ATTACKS,
        affected,
        samples);
  }

  /** An attack that has converged breaks hardly more with twice the steps. */
  static ValidityCheck convergence(List<Doubled> doubled, List<Integer> samples) {
    if (doubled.isEmpty()) {
      return skipped(
          CONVERGENCE,
          CONVERGENCE_TITLE,
          "no example holds against an attack with steps",
          CONVERGENCE_EXPLANATION);
    }
    List<Affected> affected =
        doubled.stream()
            .filter(cell -> cell.again().count() > LUCK && cell.lost() > SLACK)
            .map(Doubled::where)
            .toList();
    return check(
        CONVERGENCE,
        CONVERGENCE_TITLE,
        affected.isEmpty() ? Status.PASS : Status.FAIL,
        doubled.stream().mapToDouble(Doubled::lost).max().orElseThrow(),
        SLACK,
        CONVERGENCE_EXPLANATION,
        ON_ATTACKS,
        affected,
        samples);
  }

  /** Exactly zero gradients at the start leave an attack without a direction. */
  static ValidityCheck zeroGradients(int zero, int started, List<Integer> samples) {
    String id = "zero-gradients";
    String title = "Gradients point somewhere";
    String explanation =
        "Where the gradient is exactly zero a gradient attack cannot start, and the example holds"
            + " without having been tested: saturated probabilities, quantised inputs or a detached"
            + " part of the network do this.";
    if (started == 0) {
      return skipped(id, title, "no gradient attack had an example to start from", explanation);
    }
    double share = zero / (double) started;
    return check(
        id,
        title,
        share > ZERO_GRADIENTS ? Status.FAIL : share > 0 ? Status.WARN : Status.PASS,
        share,
        ZERO_GRADIENTS,
        explanation,
        ON_ATTACKS,
        List.of(),
        samples);
  }

  /**
   * Logits that are no numbers decide nothing.
   *
   * @param concerns metrics in whose figures such examples are
   */
  static ValidityCheck finiteLogits(
      int notFinite, int n, List<Metric> concerns, List<Integer> samples) {
    return check(
        "finite-logits",
        "Outputs are numbers",
        notFinite == 0 ? Status.PASS : Status.FAIL,
        n == 0 ? 0 : notFinite / (double) n,
        0,
        "An output that is not finite is neither right nor broken; such examples are inconclusive"
            + " and figures with them in are not to be trusted.",
        concerns,
        List.of(),
        samples);
  }

  /** What a search does with everything at its disposal. */
  static String hugeEpsilonExplanation(String search, int n, Condition within) {
    return ("%s within %s, which spans every input, on %d examples. A model that still answers"
            + " rightly more often than by chance hides from the search.")
        .formatted(search, within.describe(), n);
  }

  /** With the whole input at its disposal, the attack must bring the accuracy down to chance. */
  static ValidityCheck hugeEpsilon(String search, int held, int n, int classes, Condition within) {
    String id = HUGE_EPSILON;
    String title = HUGE_EPSILON_TITLE;
    String explanation = hugeEpsilonExplanation(search, n, within);
    if (n == 0) {
      return skipped(id, title, "no example is classified correctly", explanation);
    }
    double share = held / (double) n;
    // With few examples a share a little above chance is no evidence; three standard errors are.
    double chance = 1.0 / classes;
    double threshold =
        Math.min(1, chance + Math.max(ABOVE_CHANCE, 3 * Math.sqrt(chance * (1 - chance) / n)));
    return check(
        id,
        title,
        share > threshold ? Status.FAIL : Status.PASS,
        share,
        threshold,
        explanation,
        ON_ATTACKS,
        List.of(),
        List.of());
  }

  /** The gradient engine must agree with the network and with itself. */
  static ValidityCheck health(boolean ok, double shareOfLimit, List<String> messages) {
    return check(
        "engine-health",
        "Gradients belong to this network",
        ok ? Status.PASS : Status.FAIL,
        shareOfLimit,
        1,
        "Logits are compared with the network's own inference, gradients with finite differences,"
            + " and rows alone with rows in a batch; measured is the largest error as a share of"
            + " its limit."
            + (messages.isEmpty() ? "" : " " + String.join(" ", messages)),
        ON_GRADIENTS,
        List.of(),
        List.of());
  }

  /** Each counted example was checked again by the network itself. */
  static ValidityCheck verified(int rejected, int counted, List<Integer> samples) {
    double share = counted == 0 ? 0 : rejected / (double) counted;
    return check(
        "re-verification",
        "Adversarial examples stand up outside the engine",
        share > SLACK ? Status.FAIL : rejected > 0 ? Status.WARN : Status.PASS,
        share,
        SLACK,
        "Every counted example is judged again by the network's own inference, its distance and"
            + " domain in double precision. What does not verify is not counted.",
        ON_ATTACKS,
        List.of(),
        samples);
  }

  /** What rests on gradients: all but the clean accuracy, which the network itself decides. */
  static final List<Metric> ON_GRADIENTS =
      List.of(Metric.ROBUST_ACCURACY, Metric.COMPLETENESS_GAP, Metric.ATTRIBUTION_DRIFT);

  static final List<Metric> ON_ATTACKS = List.of(Metric.ROBUST_ACCURACY);

  static ValidityCheck check(
      String id,
      String title,
      Status status,
      double measured,
      double threshold,
      String explanation,
      List<Metric> concerns,
      List<Affected> affected,
      List<Integer> exceptions) {
    return new ValidityCheck(
        id,
        title,
        status,
        Optional.empty(),
        OptionalDouble.of(measured),
        OptionalDouble.of(threshold),
        explanation,
        concerns,
        affected,
        exceptions);
  }

  static ValidityCheck skipped(String id, String title, String reason, String explanation) {
    return without(id, title, Status.SKIPPED, reason, explanation);
  }

  /** A check that would have applied. */
  static ValidityCheck leftOut(String id, String title, String reason, String explanation) {
    return without(id, title, Status.NOT_RUN, reason, explanation);
  }

  /** What stands in the place of the probes when no verdict depends on them, or time is up. */
  static List<ValidityCheck> probesLeftOut(String reason) {
    return List.of(
        leftOut(StabilityProbe.ID, StabilityProbe.TITLE, reason, StabilityProbe.EXPLANATION),
        leftOut(AgreementProbe.ID, AgreementProbe.TITLE, reason, AgreementProbe.EXPLANATION),
        leftOut(CONVERGENCE, CONVERGENCE_TITLE, reason, CONVERGENCE_EXPLANATION),
        leftOut(NOISE, NOISE_TITLE, reason, NOISE_EXPLANATION),
        leftOut(BlackBoxEvidence.ID, BlackBoxEvidence.TITLE, reason, BlackBoxEvidence.EXPLANATION),
        leftOut(
            HUGE_EPSILON,
            HUGE_EPSILON_TITLE,
            reason,
            "PGD with a radius that spans every input. A model that still answers rightly more"
                + " often than by chance hides its gradients."));
  }

  private static ValidityCheck without(
      String id, String title, Status status, String reason, String explanation) {
    return new ValidityCheck(
        id,
        title,
        status,
        Optional.of(reason),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        explanation,
        ON_ATTACKS,
        List.of(),
        List.of());
  }
}
