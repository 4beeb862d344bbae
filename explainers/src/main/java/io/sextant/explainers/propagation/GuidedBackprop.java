package io.sextant.explainers.propagation;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The gradient, of which each rectifier sends back the positive part alone.
 *
 * <p><b>For illustration only.</b> It fails sanity checks by construction: what it shows is near to
 * the edges of the input, hardly depends on the class, and hardly changes when upper layers are
 * replaced by random ones (Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018,
 * arXiv:1810.03292). Every attribution says so.
 *
 * <p>Springenberg, Dosovitskiy, Brox, Riedmiller, "Striving for Simplicity: The All Convolutional
 * Net", ICLR workshop 2015, arXiv:1412.6806. Rectifiers are all functions that cut off: ReLU with
 * any bounds and slopes, clipping, and the larger of a value and a constant, wherever they stand
 * and however often; other activations send back their gradient.
 *
 * <p>Cost per example: one forward and one backward, and a forward for a predicted class.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GuidedBackprop() implements Explainer {
  private static final String WARNING =
      "guided backpropagation fails sanity checks by construction: it hardly depends on the class"
          + " or on the upper layers, so nothing can be concluded from it";
  private static final String NOTHING_GUIDED =
      "the network has no rectifier, so this is its gradient";

  private static final Declaration<GuidedBackprop> DECLARATION =
      Declaration.of("guided-backprop", Kind.ATTRIBUTION, GuidedBackprop.class)
          .summary(
              "the gradient without what is negative at a ReLU; for illustration only, as it fails"
                  + " sanity checks by construction")
          .source(
              "Springenberg, Dosovitskiy, Brox, Riedmiller, \"Striving for Simplicity: The All"
                  + " Convolutional Net\", ICLR workshop 2015, arXiv:1412.6806")
          .made(GuidedBackprop::new);

  @Override
  public Declaration<GuidedBackprop> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2, 1);
  }

  @Override
  public boolean slopes() {
    return true;
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.knowingClass(
        () ->
            x.ruled(x.input(), List.of(), new OutputSlopes(x.objective()), new GuidedRules())
                .then(
                    reply ->
                        Step.done(
                            new Attribution(
                                    reply.flow(),
                                    x.certificate(
                                        1,
                                        x.output(reply.logits()),
                                        OptionalDouble.empty(),
                                        OptionalDouble.empty(),
                                        Optional.empty()))
                                .withRemarks(remarks(x)))));
  }

  private static List<String> remarks(Explained x) {
    return GuidedRules.guides(x.graph()) ? List.of(WARNING) : List.of(NOTHING_GUIDED);
  }
}
