package io.sextant.explainers;

import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The mean of the attributions of noisy copies of the input: what is left when the fine structure
 * of the gradient is averaged out.
 *
 * <p>Smilkov, Thorat, Kim, Viégas, Wattenberg, "SmoothGrad: removing noise by adding noise", 2017,
 * arXiv:1706.03825. The noise of 15% of the range follows the authors' code; stratified draws are
 * an addition that lowers the error at the same cost.
 *
 * @param smoothing the noise and the explainer that looks at each draw
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SmoothGrad(Smoothing smoothing) implements Smoothed {
  private static final Declaration<SmoothGrad> DECLARATION =
      Declaration.of("smoothgrad", Kind.ATTRIBUTION, SmoothGrad.class)
          .summary("the mean of the attributions of noisy copies of the input")
          .source(
              "Smilkov, Thorat, Kim, Viégas, Wattenberg, \"SmoothGrad: removing noise by adding"
                  + " noise\", 2017, arXiv:1706.03825")
          .settings(Smoothing.SETTINGS)
          .made(SmoothGrad::new, values -> new SmoothGrad(Smoothing.of(values)));

  /** Around vanilla gradients. */
  public static final SmoothGrad DEFAULT = new SmoothGrad();

  public SmoothGrad {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  /** The {@link #DEFAULT}. */
  public SmoothGrad() {
    this(Smoothing.DEFAULT);
  }

  @Override
  public Declaration<SmoothGrad> declaration() {
    return DECLARATION;
  }

  @Override
  public SmoothGrad with(Smoothing newSmoothing) {
    return new SmoothGrad(newSmoothing);
  }

  @Override
  public boolean slopes() {
    return smoothing.base().slopes();
  }

  /** {@inheritDoc} The first draws stand for all. */
  @Override
  public List<GradientTerm> terms(Explained x, int most) {
    return smoothing.terms(x, most);
  }

  @Override
  public Estimator estimator(int values) {
    return new Estimator.Mean(values);
  }
}
