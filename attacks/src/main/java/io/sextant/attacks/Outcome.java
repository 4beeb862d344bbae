package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * What one attack did to one example.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Outcome {
  /** The outcome's name in results and files. */
  io.sextant.results.Outcome kind();

  /**
   * The decision was changed as the goal asks.
   *
   * @param distance of the adversarial input in the threat's norm, from 0 to epsilon
   * @param restart the run that found it, from 0; no earlier run found any
   * @param step steps taken to the run's first adversarial iterate, from 0
   */
  record Broken(double distance, int restart, int step) implements Outcome {
    @Override
    public io.sextant.results.Outcome kind() {
      return io.sextant.results.Outcome.BROKEN;
    }
  }

  /**
   * No run changed the decision as the goal asks. So are rightly classified examples of the class
   * that is aimed at: there is nothing to steer.
   */
  record Held() implements Outcome {
    @Override
    public io.sextant.results.Outcome kind() {
      return io.sextant.results.Outcome.HELD;
    }
  }

  /**
   * The decision on the clean input is not the true class, whatever the goal is, so the example was
   * not attacked.
   */
  record AlreadyWrong() implements Outcome {
    @Override
    public io.sextant.results.Outcome kind() {
      return io.sextant.results.Outcome.ALREADY_WRONG;
    }
  }

  /**
   * The attack could not be judged, and no run was successful.
   *
   * @param reason why
   */
  record Inconclusive(String reason) implements Outcome {
    @Override
    public io.sextant.results.Outcome kind() {
      return io.sextant.results.Outcome.INCONCLUSIVE;
    }
  }
}
