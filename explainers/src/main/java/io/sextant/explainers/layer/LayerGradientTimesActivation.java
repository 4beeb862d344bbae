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
 * The activation of a layer times the gradient of the output by it, value by value and signed. It
 * adds up to the output only where what follows the layer is linear through the origin, so no
 * completeness is certified. One forward and one backward per example.
 *
 * <p>Shrikumar, Greenside, Shcherbina, Kundaje, "Not Just a Black Box: Learning Important Features
 * Through Propagating Activation Differences", 2016, arXiv:1605.01713, who multiply gradient and
 * input; here the input is a layer's.
 *
 * @param layer whose activation
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerGradientTimesActivation(LayerChoice layer) implements Explainer {
  private static final Setting<LayerGradientTimesActivation, LayerChoice> LAYER =
      LayerChoice.setting(LayerGradientTimesActivation::layer);

  private static final Declaration<LayerGradientTimesActivation> DECLARATION =
      Declaration.of(
              "layer-gradient-times-activation",
              Kind.LAYER_ATTRIBUTION,
              LayerGradientTimesActivation.class)
          .summary("the activation of a layer times the gradient of the output by it")
          .source(
              "Shrikumar, Greenside, Shcherbina, Kundaje, \"Not Just a Black Box: Learning Important"
                  + " Features Through Propagating Activation Differences\", 2016, arXiv:1605.01713")
          .setting(LAYER)
          .made(
              LayerGradientTimesActivation::new,
              values -> new LayerGradientTimesActivation(values.of(LAYER)));

  public LayerGradientTimesActivation {
    Objects.requireNonNull(layer, "layer");
  }

  /** Of the layer that suits. */
  public LayerGradientTimesActivation() {
    this(LayerChoice.AUTO);
  }

  @Override
  public Declaration<LayerGradientTimesActivation> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  /** The layer's. */
  @Override
  public Shape shape(InferenceGraph graph) {
    return layer.in(graph).shape();
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.layerAtInput(layer.in(x.graph()).name())
        .then(
            at -> {
              double[] product = at.activation().clone();
              for (int i = 0; i < product.length; i++) {
                product[i] *= at.gradient()[i];
              }
              return Step.done(
                  new Attribution(
                      product,
                      x.certificate(
                          1,
                          at.value(),
                          OptionalDouble.empty(),
                          OptionalDouble.empty(),
                          Optional.empty())));
            });
  }
}
