package io.sextant.explainers;

import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
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
public record SmoothGradSquared(Smoothing smoothing) implements Smoothed {
  private static final Declaration<SmoothGradSquared> DECLARATION =
      Declaration.of("smoothgrad-squared", Kind.ATTRIBUTION, SmoothGradSquared.class)
          .summary("the mean of the squared attributions of noisy copies of the input")
          .source(
              "Hooker, Erhan, Kindermans, Kim, \"A Benchmark for Interpretability Methods in"
                  + " Deep Neural Networks\", NeurIPS 2019, arXiv:1806.10758")
          .settings(Smoothing.SETTINGS)
          .made(SmoothGradSquared::new, values -> new SmoothGradSquared(Smoothing.of(values)));

  /** Around vanilla gradients. */
  public static final SmoothGradSquared DEFAULT = new SmoothGradSquared();

  public SmoothGradSquared {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  /** The {@link #DEFAULT}. */
  public SmoothGradSquared() {
    this(Smoothing.DEFAULT);
  }

  @Override
  public Declaration<SmoothGradSquared> declaration() {
    return DECLARATION;
  }

  @Override
  public SmoothGradSquared with(Smoothing newSmoothing) {
    return new SmoothGradSquared(newSmoothing);
  }

  @Override
  public Estimator estimator(int values) {
    return new Estimator.MeanSquare(values);
  }
}
