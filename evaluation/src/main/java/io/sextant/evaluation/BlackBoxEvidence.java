package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.StageResult;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.preset.Preset;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import io.sextant.results.Proportion;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Affected;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What attacks without gradients break of the examples that hold against all attacks with them: the
 * sign of hidden gradients of Carlini et al., 2019, arXiv:1902.06705, and the flag of AutoAttack on
 * Square (Croce, Hein, 2020, arXiv:2003.01690).
 *
 * @param condition the radius
 * @param survivors examples that hold against all gradient attacks
 * @param tried those of them that an attack without gradients was tried on
 * @param broken those of these that it broke
 * @param examples of the audit
 */
record BlackBoxEvidence(
    Condition.Within condition,
    Set<Integer> survivors,
    Set<Integer> tried,
    Set<Integer> broken,
    int examples) {
  static final String ID = "black-box-breaks";
  static final String TITLE = "Gradient attacks leave nothing to black-box attacks";
  static final String EXPLANATION =
      "Attacks that ask for no gradients should break nothing of what holds against attacks that"
          + " do. Where they were tried on few of the survivors, Square is tried on more. Measured"
          + " is the share of all examples that is lost so, at the lower end of the 95% interval;"
          + " any break is worth a look, above a point gradients are hidden.";

  BlackBoxEvidence {
    survivors = Set.copyOf(survivors);
    tried = Set.copyOf(tried);
    broken = Set.copyOf(broken);
  }

  /** What the attacks of the audit say at a radius. */
  static BlackBoxEvidence of(
      Condition.Within condition,
      List<AttackStage.Part> parts,
      Map<String, Attack> attacks,
      int examples) {
    Set<Integer> gradient = new HashSet<>();
    Set<Integer> fallen = new HashSet<>();
    Set<Integer> tried = new HashSet<>();
    Set<Integer> broken = new HashSet<>();
    for (AttackStage.Part part : parts) {
      Attack attack = attacks.get(part.unit().cell().method());
      for (Attempt attempt : part.done().attempts()) {
        SampleRow row = attempt.row(part.unit().cell());
        boolean here = row.condition().equals(condition);
        boolean breaks = row.outcome() == Outcome.BROKEN && row.breaksUnder(condition);
        boolean counts = row.outcome() == Outcome.BROKEN || row.outcome() == Outcome.HELD;
        if (attack == null || attack instanceof UniformNoise || !counts) {
          continue;
        }
        boolean ran =
            attack.declaration().access().isBlackBox()
                || attempt.stages().stream().anyMatch(StageResult::blind);
        boolean byBlackBox =
            attack.declaration().access().isBlackBox()
                || attempt.stages().stream().anyMatch(StageResult::breaksBlindly);
        if (breaks) {
          (byBlackBox ? broken : fallen).add(row.sample());
        }
        if (here && searches(attack)) {
          gradient.add(row.sample());
        }
        if (here && ran) {
          tried.add(row.sample());
        }
      }
    }
    gradient.removeAll(fallen);
    tried.retainAll(gradient);
    broken.retainAll(tried);
    return new BlackBoxEvidence(condition, gradient, tried, broken, examples);
  }

  /** Whether it follows gradients around each example, in more than one step. */
  private static boolean searches(Attack attack) {
    return !attack.declaration().access().isBlackBox()
        && (attack.longer().isPresent() || attack instanceof Preset);
  }

  /**
   * How many more survivors are to be tried for so many in all, or for all where they are fewer.
   */
  int missing(int enough) {
    return Math.max(0, Math.min(enough, survivors.size()) - tried.size());
  }

  /** The same after an attack without gradients was tried on more of the survivors. */
  BlackBoxEvidence with(Set<Integer> moreTried, Set<Integer> moreBroken) {
    return new BlackBoxEvidence(
        condition, survivors, both(tried, moreTried), both(broken, moreBroken), examples);
  }

  private static Set<Integer> both(Set<Integer> some, Set<Integer> more) {
    Set<Integer> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  /** The share of all examples that is lost for certain, by the draw of the survivors. */
  double lost() {
    return tried.isEmpty()
        ? 0
        : new Proportion(broken.size(), tried.size()).interval().low()
            * survivors.size()
            / examples;
  }

  private boolean tripped() {
    return broken.size() > ValidityChecks.LUCK && lost() > ValidityChecks.SLACK;
  }

  /** The check. */
  static ValidityCheck check(List<BlackBoxEvidence> all) {
    List<BlackBoxEvidence> tried = all.stream().filter(e -> !e.tried().isEmpty()).toList();
    if (tried.isEmpty()) {
      return ValidityChecks.skipped(
          ID,
          TITLE,
          all.stream().allMatch(e -> e.survivors().isEmpty())
              ? "no example holds against a gradient attack with steps"
              : "no attack without gradients works in these norms",
          EXPLANATION);
    }
    List<Affected> affected = new ArrayList<>();
    Set<Integer> samples = new TreeSet<>();
    for (BlackBoxEvidence evidence : tried) {
      samples.addAll(evidence.broken());
      if (evidence.tripped()) {
        affected.add(new Affected(evidence.condition()));
      }
    }
    int count = tried.stream().mapToInt(e -> e.tried().size()).sum();
    return ValidityChecks.check(
        ID,
        TITLE,
        !affected.isEmpty() ? Status.FAIL : samples.isEmpty() ? Status.PASS : Status.WARN,
        tried.stream().mapToDouble(BlackBoxEvidence::lost).max().orElseThrow(),
        ValidityChecks.SLACK,
        EXPLANATION
            + " %d of %d survivors that were tried broke."
                .formatted(tried.stream().mapToInt(e -> e.broken().size()).sum(), count),
        ValidityChecks.ON_ATTACKS,
        affected,
        List.copyOf(samples));
  }
}
