package io.sextant.explainers;

import io.sextant.gradients.Step;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The mean of the squared attributions of noisy copies of the input; never negative.
 *
 * <p>Hooker, Erhan, Kindermans, Kim, "A Benchmark for Interpretability Methods in Deep Neural
 * Networks", NeurIPS 2019, arXiv:1806.10758.
 *
 * @param smoothing the noise and the explainer that looks at each draw
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SmoothGradSquared(Smoothing smoothing) implements Explainer {
  /** Around vanilla gradients. */
  public static final SmoothGradSquared DEFAULT = new SmoothGradSquared(Smoothing.DEFAULT);

  public SmoothGradSquared {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  @Override
  public String name() {
    return "smoothgrad-squared";
  }

  @Override
  public Map<String, String> configuration() {
    return smoothing.configuration();
  }

  @Override
  public SmoothGradSquared fitted(Reference reference) {
    return new SmoothGradSquared(smoothing.fitted(reference));
  }

  @Override
  public int atOnce(int features) {
    return smoothing.atOnce(features);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return smoothing.attribute(x, new Estimator.MeanSquare(x.input().length));
  }
}
