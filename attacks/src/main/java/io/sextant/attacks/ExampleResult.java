package io.sextant.attacks;

import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What one attack did to one example, with the input that shows it and its cost.
 *
 * @param id the example's id
 * @param label the true class
 * @param predicted the decision on the clean input; -1 when its logits are not finite
 * @param outcome what happened
 * @param input {@code [features]}, values that are floats: when broken, an input on which the
 *     decision is adversarial; when held, the judged iterate of largest margin; otherwise the clean
 *     input
 * @param forwards forward passes spent on this example
 * @param backwards backward passes spent on this example
 * @param signs that the search went wrong for reasons other than robustness; none where it is fine
 * @param stages what each part did, for attacks that try others in turn; parts that were not tried
 *     are left out
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExampleResult(
    long id,
    int label,
    int predicted,
    Outcome outcome,
    double[] input,
    long forwards,
    long backwards,
    Set<Sign> signs,
    List<StageResult> stages) {
  public ExampleResult {
    signs = Set.copyOf(signs);
    stages = List.copyOf(stages);
  }

  /** Whether some run found no usable gradient where it started, see {@link Sign#ZERO_GRADIENT}. */
  public boolean zeroGradientAtStart() {
    return signs.contains(Sign.ZERO_GRADIENT);
  }
}
