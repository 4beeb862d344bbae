package io.sextant.explainers.layer;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Integrated gradients of what the network does behind a layer: the line goes from the baseline's
 * activation to the example's, in the space of the layer.
 *
 * <pre>
 * attribution_j = (y_j - y'_j) integral from 0 to 1 of dg/dy_j(y' + a (y - y')) da     f(x) = g(y(x))
 * </pre>
 *
 * <p>Attributions add up to f(x) - f(x') but for the error of the quadrature, which the certificate
 * states. {@link LayerConductance} goes along the way that the activation takes when the input
 * moves; this goes straight, where the input need not be able to lead.
 *
 * <p>Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
 * arXiv:1703.01365, on the network behind the layer. All paths must go through the layer: where
 * some lead past it, libraries with hooks keep these at the example's values while the activation
 * moves, which explains a network that there is not. Such a layer is refused.
 *
 * <p>Cost per example: a forward for its activation and for each baseline's, and the integral's
 * passes through the network behind the layer, counted as whole ones.
 *
 * @param layer whose activation, which all paths go through
 * @param base the integral behind it; its baseline is an input
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerIntegratedGradients(LayerChoice layer, IntegratedGradients base)
    implements Explainer {
  private static final Setting<LayerIntegratedGradients, LayerChoice> LAYER =
      LayerChoice.setting(LayerIntegratedGradients::layer);
  private static final Setting<LayerIntegratedGradients, IntegratedGradients> BASE =
      Setting.method(
          "base",
          IntegratedGradients.class,
          "the integral behind the layer; its baseline is an input",
          LayerIntegratedGradients::base);

  private static final Declaration<LayerIntegratedGradients> DECLARATION =
      Declaration.of(
              "layer-integrated-gradients", Kind.LAYER_ATTRIBUTION, LayerIntegratedGradients.class)
          .summary("integrated gradients of what the network does behind a layer")
          .source(
              "Sundararajan, Taly, Yan, \"Axiomatic Attribution for Deep Networks\", ICML 2017,"
                  + " arXiv:1703.01365")
          .settings(List.of(LAYER, BASE))
          .made(
              LayerIntegratedGradients::new,
              values -> new LayerIntegratedGradients(values.of(LAYER), values.of(BASE)));

  public LayerIntegratedGradients {
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(base, "base");
  }

  /** Behind the layer that suits, as integrated gradients are by default. */
  public LayerIntegratedGradients() {
    this(LayerChoice.AUTO, IntegratedGradients.DEFAULT);
  }

  @Override
  public Declaration<LayerIntegratedGradients> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return base.passes(classes, features).plus(new Passes(1L + base.baseline().count(), 0));
  }

  /** The layer's. */
  @Override
  public Shape shape(InferenceGraph graph) {
    return layer.cutIn(graph).shape();
  }

  @Override
  public LayerIntegratedGradients fitted(Reference reference) {
    return new LayerIntegratedGradients(layer, base.fitted(reference));
  }

  @Override
  public int atOnce(int features) {
    return base.atOnce(features);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    String name = layer.cutIn(x.graph()).name();
    List<double[]> starts = base.baseline().rows(x);
    double[][] activations = new double[starts.size()][];
    return x.activationAtInput(name)
        .then(
            end ->
                Step.<double[], double[]>all(
                    activations.length,
                    activations.length,
                    k -> x.activation(starts.get(k), name),
                    (k, activation) -> activations[k] = activation,
                    () -> end))
        .then(end -> base.from(List.of(activations), x.behind(name, end)))
        .then(
            integral ->
                Step.done(integral.withRemarks(base.baseline().remarks(x.domain(), starts))));
  }
}
