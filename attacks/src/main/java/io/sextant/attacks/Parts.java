package io.sextant.attacks;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The parts of an attack that is made of others, in turn on one example for as long as it holds.
 */
final class Parts {
  private final Trial whole;
  private final Standing standing;
  private final RandomKey key;
  private final BiFunction<Integer, Stage, Trial> begin;
  private final List<StageResult> results = new ArrayList<>();
  // Whether a part has followed gradients.
  private boolean guided;

  /**
   * Parts of a trial.
   *
   * @param key of the trial's random numbers
   * @param begin makes the trial that a part is, from its number and what it tries
   */
  Parts(Trial whole, Standing standing, RandomKey key, BiFunction<Integer, Stage, Trial> begin) {
    this.whole = whole;
    this.standing = standing;
    this.key = key;
    this.begin = begin;
  }

  /** What each part that was tried has done so far. */
  List<StageResult> results() {
    return results;
  }

  /** Goes on after parts that were tried before an interruption. */
  void restore(List<StageResult> before) {
    results.clear();
    before.forEach(this::took);
  }

  private void took(StageResult result) {
    results.add(result);
    guided |= result.backwards() > 0;
  }

  /**
   * Runs parts.
   *
   * @param number of the one to begin with
   */
  Step<Trial> from(List<Stage> plan, int number) {
    if (number >= plan.size() || standing.isSettled()) {
      return whole.over();
    }
    Stage stage = plan.get(number);
    if (stage.most() < 1 && standing.cleanLogits() == null) {
      return whole.atClean(logits -> from(plan, number));
    }
    if (!isWorth(stage)) {
      return from(plan, number + 1);
    }
    Trial part = begin.apply(number, stage);
    return part.begin()
        .then(
            result -> {
              boolean broken = whole.take(number, part, result);
              took(
                  new StageResult(
                      stage.name(),
                      broken,
                      guided && stage.attack().declaration().access().isBlackBox(),
                      stage.chosen() < 1,
                      result.forwards(),
                      result.backwards()));
              return from(plan, number + 1);
            });
  }

  private boolean isWorth(Stage stage) {
    return (stage.most() == 1 || standing.leadLeft() <= stage.most())
        && (stage.chosen() == 1 || key.with(stage.name()).random().nextDouble() < stage.chosen());
  }
}
