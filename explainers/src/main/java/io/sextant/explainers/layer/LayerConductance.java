package io.sextant.explainers.layer;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Path;
import io.sextant.explainers.Reference;
import io.sextant.explainers.StraightLine;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What flows through each unit of a layer while the input goes from a baseline to the example: the
 * gradient of the output by the unit, integrated along the way that the unit's activation takes.
 *
 * <pre>
 * conductance_j = integral from 0 to 1 of df/dy_j dy_j/da da     y_j(a) = y_j(x' + a (x - x'))
 * </pre>
 *
 * <p>The line is cut into steps; in each, the mean of the gradients at its ends is multiplied by
 * what the activation moves. So no derivative of the activation is needed, and units that move
 * linearly are exact. Where all paths go through the layer, conductances add up to f(x) - f(x') but
 * for the error of the steps, which the certificate states for each example; a layer that paths
 * lead past has conductances, but they do not add up, and no gap is stated.
 *
 * <p>Dhamdhere, Sundararajan, Yan, "How Important Is a Neuron?", ICLR 2019, arXiv:1805.12233. As
 * the sum of gradients times moves: Shrikumar, Su, Kundaje, "Computationally Efficient Measures of
 * Internal Neuron Importance", 2018, arXiv:1807.09946, who take the gradient at one end of a step.
 *
 * <p>Cost per example: a forward and a backward for each end of a step; the predicted class is read
 * off the last.
 *
 * @param layer whose units
 * @param steps of the line, from 1 to 10,000
 * @param baseline where the line starts
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerConductance(LayerChoice layer, int steps, Baseline baseline)
    implements Explainer {
  private static final Path LINE = new StraightLine();

  private static final Setting<LayerConductance, LayerChoice> LAYER =
      LayerChoice.setting(LayerConductance::layer);
  private static final Setting<LayerConductance, Integer> STEPS =
      Setting.of(
          "steps",
          Form.integer(1, 10_000),
          "of the line from the baseline to the input",
          LayerConductance::steps);
  private static final Setting<LayerConductance, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "where the line starts; auto is the median of the data for tables, zero otherwise",
          LayerConductance::baseline);

  private static final Declaration<LayerConductance> DECLARATION =
      Declaration.of("layer-conductance", Kind.LAYER_ATTRIBUTION, LayerConductance.class)
          .summary("what flows through a layer's units on the way from a baseline to the input")
          .source(
              "Dhamdhere, Sundararajan, Yan, \"How Important Is a Neuron?\", ICLR 2019,"
                  + " arXiv:1805.12233")
          .settings(List.of(LAYER, STEPS, BASELINE))
          .made(
              LayerConductance::new,
              values ->
                  new LayerConductance(values.of(LAYER), values.of(STEPS), values.of(BASELINE)));

  public LayerConductance {
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(baseline, "baseline");
    if (steps < 1 || steps > 10_000) {
      throw new IllegalArgumentException("steps must be in 1..10000 but were " + steps);
    }
  }

  /** Of the layer that suits, in 50 steps from what suits the inputs. */
  public LayerConductance() {
    this(LayerChoice.AUTO, 50, new Baseline.Automatic());
  }

  /** The same of another layer. */
  public LayerConductance withLayer(LayerChoice newLayer) {
    return new LayerConductance(newLayer, steps, baseline);
  }

  /** The same in other steps. */
  public LayerConductance withSteps(int newSteps) {
    return new LayerConductance(layer, newSteps, baseline);
  }

  /** The same from another baseline. */
  public LayerConductance withBaseline(Baseline newBaseline) {
    return new LayerConductance(layer, steps, newBaseline);
  }

  @Override
  public Declaration<LayerConductance> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1).plus(new Passes(steps, steps).times(baseline.count()));
  }

  /** The layer's. */
  @Override
  public Shape shape(InferenceGraph graph) {
    return layer.in(graph).shape();
  }

  @Override
  public LayerConductance fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    Node node = layer.in(x.graph());
    List<double[]> starts = baseline.rows(x);
    return x.layerAtInput(node.name())
        .then(
            end -> {
              Flow mean = new Flow(node.shape().elements());
              return Step.all(
                  starts.size(),
                  1,
                  k -> flow(x, node, starts.get(k), end),
                  (k, flow) -> mean.add(flow),
                  () -> attribution(x, node, starts, mean.over(starts.size()), end.value()));
            });
  }

  /** Along the line from one baseline. */
  private Step<Flow> flow(Explained x, Node node, double[] start, Reply.Layer end) {
    Flow flow = new Flow(node.shape().elements());
    return Step.all(
        steps,
        steps,
        k -> x.layer(LINE.point(start, x.input(), (double) k / steps), node.name()),
        (k, at) -> flow.reach(at),
        () -> {
          flow.reach(end);
          return flow;
        });
  }

  private Attribution attribution(
      Explained x, Node node, List<double[]> starts, Flow flow, double fInput) {
    boolean complete = x.graph().cuts().contains(node);
    double gap = Arrays.stream(flow.values()).sum() - (fInput - flow.fStart());
    return new Attribution(
            flow.values(),
            x.certificate(
                1L + (long) steps * starts.size(),
                fInput,
                OptionalDouble.of(flow.fStart()),
                complete ? OptionalDouble.of(gap) : OptionalDouble.empty(),
                flow.sawGradient() ? Optional.empty() : Optional.of(false)))
        .withRemarks(baseline.remarks(x.domain(), starts));
  }
}
