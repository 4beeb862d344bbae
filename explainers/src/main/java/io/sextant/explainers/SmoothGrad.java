package io.sextant.explainers;

import io.sextant.gradients.Step;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The mean of the attributions of noisy copies of the input: what is left when the fine structure
 * of the gradient is averaged out.
 *
 * <p>Smilkov, Thorat, Kim, Viégas, Wattenberg, "SmoothGrad: removing noise by adding noise", 2017,
 * arXiv:1706.03825. The noise of 15% of the range follows the authors' code; draws in antithetic
 * pairs are an addition that lowers the error at the same cost.
 *
 * @param smoothing the noise and the explainer that looks at each draw
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SmoothGrad(Smoothing smoothing) implements Explainer {
  /** Around vanilla gradients. */
  public static final SmoothGrad DEFAULT = new SmoothGrad(Smoothing.DEFAULT);

  public SmoothGrad {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  @Override
  public String name() {
    return "smoothgrad";
  }

  @Override
  public Map<String, String> configuration() {
    return smoothing.configuration();
  }

  @Override
  public SmoothGrad fitted(Reference reference) {
    return new SmoothGrad(smoothing.fitted(reference));
  }

  @Override
  public int atOnce(int features) {
    return smoothing.atOnce(features);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return smoothing.attribute(x, new Estimator.Mean(x.input().length));
  }
}
