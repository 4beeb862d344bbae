package io.sextant.attacks;

import io.sextant.gradients.Step;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A part of an attack that is made of others: one of them, and which examples are worth it. An
 * example is when the true class has at most a share of its clean lead left, see {@link
 * Trial#leadLeft}. The rule asks nothing of other examples.
 *
 * @param attack what is run
 * @param most share of the clean lead, from 0 to 1; 1 for all examples
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Stage(Attack attack, double most) {
  public Stage {
    if (!(most >= 0 && most <= 1)) {
      throw new IllegalArgumentException("most must be from 0 to 1 but was " + most);
    }
  }

  /** A stage for all examples. */
  public static Stage of(Attack attack) {
    return new Stage(attack, 1);
  }

  /** The same for examples in which at most a share of the clean lead is left. */
  public Stage whereLeft(double newMost) {
    return new Stage(attack, newMost);
  }

  /**
   * Runs stages one after another on a trial, until one is successful. The lead on the clean input
   * has to be known by the time that a stage depends on it; this asks for it then.
   */
  public static Step<Trial> run(Trial trial, List<Stage> stages) {
    return stages.isEmpty() || trial.isSettled()
        ? trial.over()
        : stages.get(0).search(trial).then(done -> run(trial, stages.subList(1, stages.size())));
  }

  private Step<Trial> search(Trial trial) {
    return most == 1
        ? attack.search(trial)
        : trial.atClean(logits -> trial.leadLeft() <= most ? attack.search(trial) : trial.over());
  }
}
