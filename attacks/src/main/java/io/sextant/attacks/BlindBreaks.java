package io.sextant.attacks;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What parts without gradients broke where parts that follow them had failed: a sign that gradients
 * mislead, and that more would break than was tried.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690, whose code flags it likewise.
 *
 * @param broken examples that broke so
 * @param tried examples on which it was tried
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record BlindBreaks(int broken, int tried) {
  public BlindBreaks {
    if (broken < 0 || broken > tried) {
      throw new IllegalArgumentException(
          "broken must be in 0..%d examples but was %d".formatted(tried, broken));
    }
  }

  /** Counts examples by what each one's parts did. */
  public static BlindBreaks of(List<List<StageResult>> examples) {
    return new BlindBreaks(
        Math.toIntExact(
            examples.stream()
                .filter(stages -> stages.stream().anyMatch(StageResult::breaksBlindly))
                .count()),
        Math.toIntExact(
            examples.stream()
                .filter(stages -> stages.stream().anyMatch(StageResult::blind))
                .count()));
  }

  /**
   * What to know before the attack's figures are believed, in one sentence; empty when there is
   * nothing.
   *
   * @param attack the attack's name
   */
  public Optional<String> remark(String attack) {
    return broken > 0
        ? Optional.of(
            ("%s broke %d of %d examples without gradients after following them had failed:"
                    + " gradients mislead here, and more examples may break; run thorough, and see"
                    + " what hides the gradients")
                .formatted(attack, broken, tried))
        : Optional.empty();
  }
}
