package io.sextant.explainers.layer;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What a layer holds for an input: its activation, in the layer's shape and in its own units. It
 * says what the layer sees, whatever the class; one forward per example.
 *
 * <p>Yosinski, Clune, Nguyen, Fuchs, Lipson, "Understanding Neural Networks Through Deep
 * Visualization", ICML workshop 2015, arXiv:1506.06579.
 *
 * @param layer whose activation
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerActivation(LayerChoice layer) implements Explainer {
  private static final Setting<LayerActivation, LayerChoice> LAYER =
      LayerChoice.setting(LayerActivation::layer);

  private static final Declaration<LayerActivation> DECLARATION =
      Declaration.of("layer-activation", Kind.LAYER_ATTRIBUTION, LayerActivation.class)
          .summary("what a layer holds, whatever the class")
          .source(
              "Yosinski, Clune, Nguyen, Fuchs, Lipson, \"Understanding Neural Networks Through Deep"
                  + " Visualization\", ICML workshop 2015, arXiv:1506.06579")
          .setting(LAYER)
          .made(LayerActivation::new, values -> new LayerActivation(values.of(LAYER)));

  public LayerActivation {
    Objects.requireNonNull(layer, "layer");
  }

  /** Of the layer that suits. */
  public LayerActivation() {
    this(LayerChoice.AUTO);
  }

  @Override
  public Declaration<LayerActivation> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0);
  }

  /** The layer's. */
  @Override
  public Shape shape(InferenceGraph graph) {
    return layer.in(graph).shape();
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.activationAtInput(layer.in(x.graph()).name())
        .then(
            activation ->
                x.atInput(
                    fInput ->
                        Step.done(
                            new Attribution(
                                activation,
                                x.certificate(
                                    0,
                                    fInput,
                                    OptionalDouble.empty(),
                                    OptionalDouble.empty(),
                                    Optional.empty())))));
  }
}
