package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
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
  private static final Setting<IntegratedGradients, Path> PATH =
      Setting.of(
          "path",
          Form.choice(List.of(new StraightLine()), Path::name),
          "from the baseline to the input",
          IntegratedGradients::path);
  private static final Setting<IntegratedGradients, String> QUADRATURE =
      Setting.of(
          "quadrature",
          Form.choice(Quadrature.NAMES, name -> name),
          "the rule; with steps alone, gauss-legendre",
          m -> m.quadrature().name());
  private static final Setting<IntegratedGradients, Integer> STEPS =
      Setting.optional(
          "steps",
          Form.integer(1, 10_000),
          "nodes of a fixed rule, 50 where a rule is given alone",
          m ->
              m.quadrature() instanceof Quadrature.Fixed f
                  ? Optional.of(f.count())
                  : Optional.empty());
  private static final Setting<IntegratedGradients, Double> TOLERANCE =
      Setting.optional(
          "tolerance",
          Form.between(0, 1),
          "of adaptive: the largest relative completeness gap",
          m -> adaptive(m).map(Quadrature.Adaptive::tolerance));
  private static final Setting<IntegratedGradients, Double> CHANGE =
      Setting.optional(
          "change",
          Form.between(0, 10),
          "of adaptive: the largest relative distance of two rules, feature by feature",
          m -> adaptive(m).map(Quadrature.Adaptive::change));
  private static final Setting<IntegratedGradients, Integer> MAX_NODES =
      Setting.optional(
          "max-nodes",
          Form.integer(5, 10_000),
          "of adaptive: the most nodes",
          m -> adaptive(m).map(Quadrature.Adaptive::maxNodes));
  private static final Setting<IntegratedGradients, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "where the path starts; auto is the median of the data for tables, zero otherwise",
          IntegratedGradients::baseline);

  private static final Declaration<IntegratedGradients> DECLARATION =
      Declaration.of("integrated-gradients", Kind.ATTRIBUTION, IntegratedGradients.class)
          .summary("the gradient integrated on the way from a baseline to the input")
          .source(
              "Sundararajan, Taly, Yan, \"Axiomatic Attribution for Deep Networks\", ICML 2017,"
                  + " arXiv:1703.01365")
          .settings(List.of(PATH, QUADRATURE, STEPS, TOLERANCE, CHANGE, MAX_NODES, BASELINE))
          .made(
              IntegratedGradients::new,
              values ->
                  new IntegratedGradients(
                      values.of(PATH), quadrature(values), values.of(BASELINE)));

  /** The straight line from what suits the inputs, to a gap of 1% with at most 256 nodes. */
  public static final IntegratedGradients DEFAULT = new IntegratedGradients();

  private static final long KEPT_BYTES = 64L << 20;

  public IntegratedGradients {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(quadrature, "quadrature");
    Objects.requireNonNull(baseline, "baseline");
  }

  /** The {@link #DEFAULT}. */
  public IntegratedGradients() {
    this(new StraightLine(), Quadrature.Adaptive.DEFAULT, new Baseline.Automatic());
  }

  private static Optional<Quadrature.Adaptive> adaptive(IntegratedGradients method) {
    return method.quadrature instanceof Quadrature.Adaptive rule
        ? Optional.of(rule)
        : Optional.empty();
  }

  /** Steps alone are nodes of the best fixed rule; of the adaptive one, the most that it takes. */
  private static Quadrature quadrature(Values<IntegratedGradients> values) {
    Optional<Integer> steps = values.given(STEPS);
    String rule =
        values.given(QUADRATURE).orElse(steps.isPresent() ? "gauss-legendre" : Quadrature.ADAPTIVE);
    if (!rule.equals(Quadrature.ADAPTIVE)) {
      leftOut(values, TOLERANCE, "quadrature " + rule);
      leftOut(values, CHANGE, "quadrature " + rule);
      leftOut(values, MAX_NODES, "quadrature " + rule);
      return Quadrature.fixed(rule, steps.orElse(50));
    }
    if (steps.isPresent()) {
      leftOut(values, MAX_NODES, "steps, which are the same for an adaptive rule");
    }
    return new Quadrature.Adaptive(
        values.given(TOLERANCE).orElse(Quadrature.Adaptive.DEFAULT.tolerance()),
        values.given(CHANGE).orElse(Quadrature.Adaptive.DEFAULT.change()),
        steps.or(() -> values.given(MAX_NODES)).orElse(Quadrature.Adaptive.DEFAULT.maxNodes()));
  }

  private static void leftOut(
      Values<IntegratedGradients> values, Setting<IntegratedGradients, ?> setting, String beside) {
    if (values.given(setting).isPresent()) {
      throw new IllegalArgumentException(
          "%s must be left out beside %s".formatted(setting.key(), beside));
    }
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
  public Declaration<IntegratedGradients> declaration() {
    return DECLARATION;
  }

  /** The nodes, the outputs at ends that are no nodes or off an adaptive grid, and the class. */
  @Override
  public Passes passes(int classes, int features) {
    int nodes =
        quadrature instanceof Quadrature.Fixed rule
            ? rule.count()
            : ((Quadrature.Adaptive) quadrature).maxNodes();
    int values = quadrature instanceof Quadrature.Adaptive ? Quadrature.Adaptive.PROBES : 1;
    return new Passes(1, 0).plus(new Passes((long) nodes + values, nodes).times(baseline.count()));
  }

  /** {@inheritDoc} What is left is a baseline that needs no data. */
  @Override
  public IntegratedGradients fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  /** How many examples may keep the nodes of their integrals at a time. */
  @Override
  public int atOnce(int features) {
    return Math.max(1, integralsAtOnce(features) / baseline.count());
  }

  /** How many integrals may keep their nodes at a time. */
  private int integralsAtOnce(int features) {
    if (quadrature instanceof Quadrature.Adaptive rule) {
      long nodesInMemory = KEPT_BYTES / Double.BYTES / features;
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, nodesInMemory / rule.maxNodes()));
    }
    return Integer.MAX_VALUE;
  }

  /**
   * {@inheritDoc} On the straight line; an adaptive rule is replaced by Gauss-Legendre nodes, a
   * baseline that depends on the input is held, and of more baselines than terms some are taken.
   */
  @Override
  public List<GradientTerm> terms(Explained x, int most) {
    if (!(path instanceof StraightLine)) {
      return List.of();
    }
    List<double[]> starts = some(baseline.rows(x), most);
    int each = Math.max(1, most / starts.size());
    Quadrature.Fixed rule =
        quadrature instanceof Quadrature.Fixed fixed && fixed.count() <= each
            ? fixed
            : new Quadrature.GaussLegendre(each);
    List<GradientTerm> terms = new ArrayList<>();
    for (double[] start : starts) {
      double[] distance = path.velocity(start, x.input(), 1);
      for (int k = 0; k < rule.count(); k++) {
        terms.add(
            new GradientTerm(
                rule.weights()[k] / starts.size(),
                path.point(start, x.input(), rule.nodes()[k]),
                rule.nodes()[k],
                Optional.of(distance)));
      }
    }
    return terms;
  }

  /** At most so many, evenly chosen. */
  private static List<double[]> some(List<double[]> rows, int most) {
    int count = Math.max(1, Math.min(most, rows.size()));
    return IntStream.range(0, count)
        .mapToObj(k -> rows.get((int) ((long) k * rows.size() / count)))
        .toList();
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    List<double[]> starts = baseline.rows(x);
    return from(starts, x)
        .then(
            attribution ->
                Step.done(attribution.withRemarks(baseline.remarks(x.domain(), starts))));
  }

  /**
   * The same from given starts, whatever the baseline: behind a layer, where they are activations.
   *
   * @param starts of paths, at least one, over which the attribution is averaged
   * @param x where the paths end
   */
  public Step<Attribution> from(List<double[]> starts, Explained x) {
    MeanIntegral mean = new MeanIntegral(x.input().length);
    Supplier<Step<Attribution>> integrals =
        () ->
            Step.all(
                starts.size(),
                integralsAtOnce(x.input().length),
                k -> integral(x, starts.get(k)),
                (k, integral) -> mean.add(integral),
                () -> attribution(x, mean.mean()));
    // What all integrals share is asked for before them.
    return endsAreNodes() ? x.knowingClass(integrals) : x.atInput(fInput -> integrals.get());
  }

  private boolean endsAreNodes() {
    return quadrature instanceof Quadrature.Adaptive || quadrature instanceof Quadrature.Trapezoid;
  }

  private Step<PathIntegral> integral(Explained x, double[] start) {
    if (quadrature instanceof Quadrature.Adaptive rule) {
      return new Refinement(x, path, start, rule).integral();
    }
    Quadrature.Fixed rule = (Quadrature.Fixed) quadrature;
    return endsAreNodes()
        ? sum(x, start, rule, 0, 0)
        : x.atInput(fInput -> x.value(start, fBaseline -> sum(x, start, rule, fInput, fBaseline)));
  }

  /** sum over k of w_k v(a_k) * grad f(p(a_k)), with the path p and its velocity v. */
  private Step<PathIntegral> sum(
      Explained x, double[] start, Quadrature.Fixed rule, double fInput, double fBaseline) {
    double[] a = rule.nodes();
    double[] w = rule.weights();
    double[] sum = new double[start.length];
    // Where the ends are nodes, the outputs there come with them.
    double[] f = {fBaseline, fInput};
    Sight sight = new Sight();
    return Step.all(
        a.length,
        a.length,
        k -> x.gradient(path.point(start, x.input(), a[k])),
        (k, at) -> {
          double[] v = path.velocity(start, x.input(), a[k]);
          for (int i = 0; i < sum.length; i++) {
            double integrand = v[i] * at.gradient()[i];
            sum[i] += w[k] * integrand;
            sight.moves |= v[i] != 0;
            sight.sawGradient |= integrand != 0;
          }
          if (a[k] == 0 || a[k] == 1) {
            f[(int) a[k]] = at.value();
          }
        },
        () -> new PathIntegral(sum, f[0], f[1], a.length, sight.tolerance()));
  }

  /** What the nodes of a fixed rule show of the path. */
  private static final class Sight {
    private boolean moves;
    private boolean sawGradient;

    /**
     * A fixed rule promises no tolerance; but zeros alone measure nothing, whatever they add to.
     */
    Optional<Boolean> tolerance() {
      return moves && !sawGradient ? Optional.of(false) : Optional.empty();
    }
  }

  private static Attribution attribution(Explained x, PathIntegral integral) {
    return new Attribution(
        integral.values(),
        x.certificate(
            integral.nodes(),
            integral.fInput(),
            OptionalDouble.of(integral.fBaseline()),
            OptionalDouble.of(integral.gap()),
            integral.toleranceMet()));
  }
}
