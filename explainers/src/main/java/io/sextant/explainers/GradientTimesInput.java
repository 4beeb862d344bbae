package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The gradient times the input, value by value: the first-order estimate of what setting each value
 * to zero takes away. It adds up only for models that are linear through the origin, so no
 * completeness is certified.
 *
 * <p>Shrikumar, Greenside, Shcherbina, Kundaje, "Not Just a Black Box: Learning Important Features
 * Through Propagating Activation Differences", 2016, arXiv:1605.01713.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GradientTimesInput() implements Explainer {
  private static final Declaration<GradientTimesInput> DECLARATION =
      Declaration.of("gradient-x-input", Kind.ATTRIBUTION, GradientTimesInput.class)
          .summary("the gradient times the input, value by value")
          .source(
              "Shrikumar, Greenside, Shcherbina, Kundaje, \"Not Just a Black Box: Learning"
                  + " Important Features Through Propagating Activation Differences\", 2016,"
                  + " arXiv:1605.01713")
          .made(GradientTimesInput::new);

  @Override
  public Declaration<GradientTimesInput> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public List<GradientTerm> terms(Explained x, int most) {
    return List.of(new GradientTerm(1, x.input(), 1, Optional.of(x.input())));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return new VanillaGradient()
        .attribute(x)
        .then(
            gradient -> {
              double[] product = x.input().clone();
              for (int i = 0; i < product.length; i++) {
                product[i] = gradient.values()[i] * product[i];
              }
              return Step.done(new Attribution(product, gradient.certificate()));
            });
  }
}
