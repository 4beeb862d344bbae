package io.sextant.explainers;

import io.sextant.gradients.Step;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The variance of the attributions of noisy copies of the input; never negative, and unbiased also
 * with antithetic pairs.
 *
 * <p>Adebayo, Gilmer, Goodfellow, Kim, "Local Explanation Methods for Deep Neural Networks Lack
 * Sensitivity to Parameter Values", ICLR workshop 2018, arXiv:1810.03307.
 *
 * @param smoothing the noise and the explainer that looks at each draw
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record VarGrad(Smoothing smoothing) implements Explainer {
  /** Around vanilla gradients. */
  public static final VarGrad DEFAULT = new VarGrad(Smoothing.DEFAULT);

  public VarGrad {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  @Override
  public String name() {
    return "vargrad";
  }

  @Override
  public Map<String, String> configuration() {
    return smoothing.configuration();
  }

  @Override
  public VarGrad fitted(Reference reference) {
    return new VarGrad(smoothing.fitted(reference));
  }

  @Override
  public int atOnce(int features) {
    return smoothing.atOnce(features);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return smoothing.attribute(x, new Estimator.Variance(x.input().length));
  }
}
