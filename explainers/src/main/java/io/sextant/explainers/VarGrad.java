package io.sextant.explainers;

import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The variance of the attributions of noisy copies of the input; never negative, and unbiased also
 * with stratified draws.
 *
 * <p>Adebayo, Gilmer, Goodfellow, Kim, "Local Explanation Methods for Deep Neural Networks Lack
 * Sensitivity to Parameter Values", ICLR workshop 2018, arXiv:1810.03307.
 *
 * @param smoothing the noise and the explainer that looks at each draw
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record VarGrad(Smoothing smoothing) implements Smoothed {
  private static final Declaration<VarGrad> DECLARATION =
      Declaration.of("vargrad", Kind.ATTRIBUTION, VarGrad.class)
          .summary("the variance of the attributions of noisy copies of the input")
          .source(
              "Adebayo, Gilmer, Goodfellow, Kim, \"Local Explanation Methods for Deep Neural"
                  + " Networks Lack Sensitivity to Parameter Values\", ICLR workshop 2018,"
                  + " arXiv:1810.03307")
          .settings(Smoothing.SETTINGS)
          .made(VarGrad::new, values -> new VarGrad(Smoothing.of(values)));

  /** Around vanilla gradients. */
  public static final VarGrad DEFAULT = new VarGrad();

  public VarGrad {
    Objects.requireNonNull(smoothing, "smoothing");
  }

  /** The {@link #DEFAULT}. */
  public VarGrad() {
    this(Smoothing.DEFAULT);
  }

  @Override
  public Declaration<VarGrad> declaration() {
    return DECLARATION;
  }

  @Override
  public VarGrad with(Smoothing newSmoothing) {
    return new VarGrad(newSmoothing);
  }

  @Override
  public Estimator estimator(int values) {
    return new Estimator.Variance(values);
  }
}
