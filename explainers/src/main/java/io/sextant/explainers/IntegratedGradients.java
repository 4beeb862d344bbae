package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The gradient integrated along a path from a baseline to the input, times the path's velocity. On
 * the straight line:
 *
 * <pre>
 * attribution_i = (x_i - x'_i) integral from 0 to 1 of df/dx_i(x' + a (x - x')) da
 * </pre>
 *
 * <p>Attributions add up to f(x) - f(x') but for the error of the quadrature, which the certificate
 * states for each example.
 *
 * <p>Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
 * arXiv:1703.01365. The paper's default path is kept, and its zero baseline for values of one kind
 * such as pixels; columns of a table have no common zero and start at their median. Its fixed
 * number of steps is replaced by refinement to a completeness gap of 1%.
 *
 * <p>Cost per example: adaptive and trapezoid rules read f(x) and f(x') off their end nodes; other
 * rules spend two forwards on them. The predicted class costs one forward, shared with f(x).
 *
 * @param path the curve
 * @param quadrature the rule
 * @param baseline the start of the curve
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record IntegratedGradients(Path path, Quadrature quadrature, Baseline baseline)
    implements Explainer {
  /** The straight line from what suits the inputs, to a gap of 1% with at most 256 nodes. */
  public static final IntegratedGradients DEFAULT =
      new IntegratedGradients(
          new StraightLine(), Quadrature.Adaptive.DEFAULT, new Baseline.Automatic());

  private static final long KEPT_BYTES = 64L << 20;

  public IntegratedGradients {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(quadrature, "quadrature");
    Objects.requireNonNull(baseline, "baseline");
  }

  /** The same along another path. */
  public IntegratedGradients withPath(Path newPath) {
    return new IntegratedGradients(newPath, quadrature, baseline);
  }

  /** The same with another rule. */
  public IntegratedGradients withQuadrature(Quadrature newQuadrature) {
    return new IntegratedGradients(path, newQuadrature, baseline);
  }

  /** The same from another baseline. */
  public IntegratedGradients withBaseline(Baseline newBaseline) {
    return new IntegratedGradients(path, quadrature, newBaseline);
  }

  @Override
  public String name() {
    return "integrated-gradients";
  }

  @Override
  public Map<String, String> configuration() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("path", path.name());
    if (quadrature instanceof Quadrature.Adaptive adaptive) {
      settings.put("quadrature", "adaptive");
      settings.put("tolerance", Double.toString(adaptive.tolerance()));
      settings.put("max-nodes", Integer.toString(adaptive.maxNodes()));
    } else {
      settings.put("quadrature", quadrature.text());
    }
    settings.put("baseline", baseline.text());
    return settings;
  }

  /** {@inheritDoc} What is left is a baseline that is the same for every input. */
  @Override
  public IntegratedGradients fitted(Reference reference) {
    Baseline fitted = baseline.fitted(reference);
    fitted.row(reference.domain());
    return withBaseline(fitted);
  }

  @Override
  public Explanations explain(
      GradientService service, Examples examples, Target target, ExampleProgress progress) {
    return fitted(Reference.of(service.domain()))
        .explainFitted(service, examples, target, progress);
  }

  private Explanations explainFitted(
      GradientService service, Examples examples, Target target, ExampleProgress progress) {
    GradientQueue.stopWhenInterrupted();
    GradientQueue queue =
        new GradientQueue(service, target.output().objective(), openAtOnce(service.features()));
    int size = examples.size();
    double[] start = baseline.row(service.domain());
    boolean predicted = target.choice() instanceof Target.Predicted;
    boolean ends = !endsAreNodes();
    double[][] atInput = predicted || ends ? service.logits(examples) : new double[0][];
    int[] classes = Classes.of(service, examples, target, atInput);
    double[] fInput = new double[size];
    double[] fBaseline = new double[size];
    int extraForwards = (predicted || ends ? 1 : 0) + (ends ? 1 : 0);
    if (ends) {
      double[][] starts = new double[size][];
      Arrays.fill(starts, start);
      double[][] atBaseline = service.logits(starts);
      for (int row = 0; row < size; row++) {
        long id = examples.id(row);
        fInput[row] = Classes.value(target.output(), atInput[row], classes[row], id);
        fBaseline[row] = Classes.value(target.output(), atBaseline[row], classes[row], id);
      }
    }
    double[][] attributions = new double[size][];
    Certificate[] certificates = new Certificate[size];
    Starter starter = starter();
    AtomicInteger done = new AtomicInteger();
    queue.run(
        IntStream.range(0, size)
            .mapToObj(
                row ->
                    starter.start(
                        new PathIntegral.Line(
                            examples.id(row), classes[row], path, start, examples.row(row)),
                        fInput[row],
                        fBaseline[row],
                        (integral, attribution) -> {
                          attributions[row] = attribution;
                          certificates[row] =
                              certificate(integral, attribution, target.output(), extraForwards);
                          progress.finished(done.incrementAndGet(), size);
                        }))
            .iterator());
    return new Explanations(
        name(),
        configuration(),
        attributions,
        List.of(certificates),
        Optional.empty(),
        remarks(service.domain(), start));
  }

  private List<String> remarks(InputDomain domain, double[] start) {
    String outside = Reference.outside(domain, start);
    return outside.isEmpty()
        ? List.of()
        : List.of(
            ("the baseline (%s) lies outside the domain, where the model was never meant to be"
                    + " asked: %s; choose another, such as median")
                .formatted(baseline.text(), outside));
  }

  /** Whether the outputs at both ends of the path come with the rule's own nodes. */
  private boolean endsAreNodes() {
    return quadrature instanceof Quadrature.Adaptive || quadrature instanceof Quadrature.Trapezoid;
  }

  /** How many integrals may keep their nodes at a time. */
  private int openAtOnce(int features) {
    if (quadrature instanceof Quadrature.Adaptive rule) {
      long nodesInMemory = KEPT_BYTES / Double.BYTES / features;
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, nodesInMemory / rule.maxNodes()));
    }
    return Integer.MAX_VALUE;
  }

  /** Begins the integral of one example. */
  private interface Starter {
    PathIntegral start(
        PathIntegral.Line line,
        double fInput,
        double fBaseline,
        BiConsumer<PathIntegral, double[]> finished);
  }

  private Starter starter() {
    if (quadrature instanceof Quadrature.Adaptive rule) {
      return (line, fInput, fBaseline, finished) -> new PathIntegral.Refined(line, rule, finished);
    }
    if (quadrature instanceof Quadrature.Fixed rule) {
      double[] nodes = rule.nodes();
      double[] weights = rule.weights();
      return (line, fInput, fBaseline, finished) ->
          new PathIntegral.Fixed(line, nodes, weights, fInput, fBaseline, finished);
    }
    throw new IllegalStateException("unknown quadrature " + quadrature);
  }

  private Certificate certificate(
      PathIntegral integral, double[] attribution, Output output, int extraForwards) {
    double gap = Arrays.stream(attribution).sum() - (integral.fInput() - integral.fBaseline());
    Optional<Boolean> met =
        integral instanceof PathIntegral.Refined refined
            ? Optional.of(refined.settled())
            : Optional.empty();
    return new Certificate(
        integral.example(),
        integral.label(),
        output,
        integral.nodes(),
        integral.fInput(),
        OptionalDouble.of(integral.fBaseline()),
        OptionalDouble.of(gap),
        met,
        OptionalDouble.empty(),
        integral.nodes() + extraForwards,
        integral.nodes());
  }
}
