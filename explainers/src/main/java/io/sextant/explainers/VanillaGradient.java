package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The gradient of the output with respect to the input, signed: what a small change of each value
 * does. One forward and one backward per example.
 *
 * <p>Simonyan, Vedaldi, Zisserman, "Deep Inside Convolutional Networks: Visualising Image
 * Classification Models and Saliency Maps", ICLR workshop 2014, arXiv:1312.6034. The paper draws
 * the absolute value; that is left to the renderer.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record VanillaGradient() implements Explainer {
  private static final Declaration<VanillaGradient> DECLARATION =
      Declaration.of("vanilla-gradient", Kind.ATTRIBUTION, VanillaGradient.class)
          .summary("the gradient of the output with respect to the input")
          .source(
              "Simonyan, Vedaldi, Zisserman, \"Deep Inside Convolutional Networks: Visualising"
                  + " Image Classification Models and Saliency Maps\", ICLR workshop 2014,"
                  + " arXiv:1312.6034")
          .made(VanillaGradient::new);

  @Override
  public Declaration<VanillaGradient> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public boolean slopes() {
    return true;
  }

  @Override
  public List<GradientTerm> terms(Explained x, int most) {
    return List.of(new GradientTerm(1, x.input(), 1, Optional.empty()));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.gradientAtInput()
        .then(
            at ->
                Step.done(
                    new Attribution(
                        at.gradient(),
                        x.certificate(
                            1,
                            at.value(),
                            OptionalDouble.empty(),
                            OptionalDouble.empty(),
                            Optional.empty()))));
  }
}
