package io.sextant.explainers.propagation;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Moments;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
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
 * Differences from a baseline sent back through the network: DeepLIFT with the rescale rule.
 *
 * <pre>
 * attribution_i = (x_i - x'_i) m_i
 * </pre>
 *
 * <p>The multipliers m are the gradient's where a layer is linear, (f(x) - f(x')) / (x - x') at an
 * activation function, and the chain rule puts them together; so a unit that saturates, or is off,
 * does not hide what moved it. Where x and x' are the same at a unit, it is the derivative. The
 * largest of some values gives what it rose by to the value that wins at the input, and what it
 * fell by to the one that won at the baseline. Every layer so sends back exactly the difference
 * that it got, and attributions add up to f(x) - f(x') but for rounding.
 *
 * <p>Layers that mix several values otherwise have no rule in the paper: softmax, products of
 * activations, normalisation by the example's own statistics, norms, recurrent layers. Their
 * multipliers are the mean of the layer's derivative on the line between what it reads at the two,
 * which is the rescale rule where there is one value, and splits a product of two evenly; exact for
 * products, by {@code nodes} Gauss-Legendre nodes elsewhere. The outputs {@code probability} and
 * {@code margin} are treated likewise. The certificate states the completeness gap.
 *
 * <p>No gradient goes to the mask of a recurrent layer, which says what steps it passes over: where
 * the masks at input and baseline differ, what that difference does is attributed to nothing, and
 * the gap has it. A baseline with the input's mask has none.
 *
 * <p>Shrikumar, Greenside, Kundaje, "Learning Important Features Through Propagating Activation
 * Differences", ICML 2017, arXiv:1704.02685: the rescale rule, and not RevealCancel; sums of
 * several inputs go by the linear rule without its parts by sign. The path mean is an addition.
 *
 * <p>Cost per example and baseline: two forwards and one backward; layers with path means are run
 * again at each node, and count by their part of the network's multiplications. A predicted class
 * costs one forward.
 *
 * @param baseline what the input is compared with; of several, the mean
 * @param nodes of path means, 2 to 1000
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DeepLift(Baseline baseline, int nodes) implements Explainer {
  static final int USUAL_NODES = 16;
  static final Form<Integer> NODES_FORM = Form.integer(2, 1000);
  static final String NODES_HELP =
      "points at which the derivative of softmax, normalising and recurrent layers is averaged";
  private static final int AT_ONCE = 64;

  private static final Setting<DeepLift, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "what the input is compared with; auto is the median of the data for tables, zero"
              + " otherwise",
          DeepLift::baseline);
  private static final Setting<DeepLift, Integer> NODES =
      Setting.of("nodes", NODES_FORM, NODES_HELP, DeepLift::nodes);

  private static final Declaration<DeepLift> DECLARATION =
      Declaration.of("deep-lift", Kind.ATTRIBUTION, DeepLift.class)
          .summary("differences from a baseline sent back layer by layer (rescale rule)")
          .source(
              "Shrikumar, Greenside, Kundaje, \"Learning Important Features Through Propagating"
                  + " Activation Differences\", ICML 2017, arXiv:1704.02685")
          .settings(List.of(BASELINE, NODES))
          .made(DeepLift::new, values -> new DeepLift(values.of(BASELINE), values.of(NODES)));

  /** From what suits the inputs. */
  public static final DeepLift DEFAULT = new DeepLift();

  public DeepLift {
    Objects.requireNonNull(baseline, "baseline");
    NODES.require(nodes);
  }

  /** The {@link #DEFAULT}. */
  public DeepLift() {
    this(new Baseline.Automatic(), USUAL_NODES);
  }

  /** The same from another baseline. */
  public DeepLift withBaseline(Baseline newBaseline) {
    return new DeepLift(newBaseline, nodes);
  }

  /** The same with another number of nodes. */
  public DeepLift withNodes(int newNodes) {
    return new DeepLift(baseline, newNodes);
  }

  @Override
  public Declaration<DeepLift> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0).plus(new Passes(2L + nodes, 1L + nodes).times(baseline.count()));
  }

  @Override
  public DeepLift fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return compared(x).then(all -> Step.done(all.attribution(x, baseline)));
  }

  /** The example compared with each baseline. */
  Step<Comparisons> compared(Explained x) {
    List<double[]> rows = baseline.rows(x);
    Comparisons all = new Comparisons(rows, x.input().length);
    return x.knowingClass(
        () ->
            Step.all(
                rows.size(),
                AT_ONCE,
                k -> compared(x, rows.get(k)),
                (k, one) -> all.add(one),
                () -> all));
  }

  private Step<Comparison> compared(Explained x, double[] row) {
    return x.ruled(
            x.input(), List.of(row), new OutputSlopes(x.objective()), new RescaleRules(nodes))
        .then(
            reply -> {
              double[] values = reply.flow().clone();
              for (int i = 0; i < values.length; i++) {
                values[i] *= x.input()[i] - row[i];
              }
              return Step.done(
                  new Comparison(
                      values, x.output(reply.logits()), x.output(reply.references().get(0))));
            });
  }

  /** An example compared with one baseline. */
  private record Comparison(double[] values, double fInput, double fBaseline) {}

  /** An example compared with several baselines, one after the other. */
  static final class Comparisons {
    private final List<double[]> rows;
    private final Moments values;
    private final Moments ends;

    Comparisons(List<double[]> rows, int size) {
      this.rows = rows;
      this.values = new Moments(size);
      this.ends = new Moments(2);
    }

    private void add(Comparison one) {
      values.add(one.values());
      ends.add(new double[] {one.fInput(), one.fBaseline()});
    }

    /** One per value; there must be several baselines. */
    Optional<double[]> standardErrors() {
      return values.count() < 2 ? Optional.empty() : Optional.of(values.standardErrors());
    }

    /** The mean over baselines. */
    Attribution attribution(Explained x, Baseline baseline) {
      double[] means = values.means();
      double gap = Arrays.stream(means).sum() - (ends.mean(0) - ends.mean(1));
      return new Attribution(
              means,
              x.certificate(
                  values.count(),
                  ends.mean(0),
                  OptionalDouble.of(ends.mean(1)),
                  OptionalDouble.of(gap),
                  Optional.empty()))
          .withRemarks(baseline.remarks(x.domain(), rows));
    }
  }
}
