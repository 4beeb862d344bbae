package io.sextant.explainers;

import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Important direction gradient integration: on each piece of the straight line from a baseline to
 * the input, the change of the output is shared out in the direction of the gradient alone, the
 * only one that changes the output.
 *
 * <pre>
 * attribution_i = sum over j of g_i(x_j)^2 / |g(x_j)|^2 (f(x_{j+1}) - f(x_j))
 * </pre>
 *
 * <p>Attributions add up to f(x) - f(x') by construction, whatever the gradients are, so no
 * completeness gap is stated: it would prove nothing. Where the gradient at the start of a piece is
 * 0, the one at its end is taken, and where both are, the change of the output belongs to no value;
 * then the certificate says that the tolerance was not met.
 *
 * <p>Yang, Wang, Bilgic, "IDGI: A Framework to Eliminate Explanation Noise from Integrated
 * Gradients", CVPR 2023, arXiv:2303.14242. The baseline is that of integrated gradients here; the
 * guard against zero gradients is an addition.
 *
 * @param steps pieces of the path
 * @param baseline the start of the path
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Idgi(int steps, Baseline baseline) implements Explainer {
  private static final Setting<Idgi, Integer> STEPS =
      Setting.of("steps", Form.integer(1, 10_000), "pieces of the path", Idgi::steps);
  private static final Setting<Idgi, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "where the path starts; auto is the median of the data for tables, zero otherwise",
          Idgi::baseline);

  private static final Declaration<Idgi> DECLARATION =
      Declaration.of("idgi", Kind.ATTRIBUTION, Idgi.class)
          .summary("the change of the output along a path, shared out in the gradient's direction")
          .source(
              "Yang, Wang, Bilgic, \"IDGI: A Framework to Eliminate Explanation Noise from"
                  + " Integrated Gradients\", CVPR 2023, arXiv:2303.14242")
          .settings(List.of(STEPS, BASELINE))
          .made(Idgi::new, values -> new Idgi(values.of(STEPS), values.of(BASELINE)));

  /** 50 pieces from what suits the inputs. */
  public static final Idgi DEFAULT = new Idgi();

  private static final String BY_CONSTRUCTION =
      "attributions of idgi add up by construction, whatever the gradients are: that they do proves"
          + " nothing";

  public Idgi {
    Objects.requireNonNull(baseline, "baseline");
    STEPS.require(steps);
  }

  /** The {@link #DEFAULT}. */
  public Idgi() {
    this(50, new Baseline.Automatic());
  }

  /** The same with more pieces or fewer. */
  public Idgi withSteps(int newSteps) {
    return new Idgi(newSteps, baseline);
  }

  /** The same from another baseline. */
  public Idgi withBaseline(Baseline newBaseline) {
    return new Idgi(steps, newBaseline);
  }

  @Override
  public Declaration<Idgi> declaration() {
    return DECLARATION;
  }

  /** All points of a path but the input, which is asked once, as a gradient. */
  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0).plus(new Passes(steps + 1L, steps + 1L).times(baseline.count()));
  }

  @Override
  public Idgi fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    List<double[]> starts = baseline.rows(x);
    MeanIntegral mean = new MeanIntegral(x.input().length);
    return x.knowingClass(
        () ->
            Step.all(
                starts.size(),
                starts.size(),
                k -> integral(x, starts.get(k)),
                (k, integral) -> mean.add(integral),
                () -> attribution(x, starts, mean.mean())));
  }

  private Step<PathIntegral> integral(Explained x, double[] start) {
    StraightLine line = new StraightLine();
    Directions found = new Directions(start.length);
    return Step.all(
        steps + 1,
        steps + 1,
        j -> x.gradient(line.point(start, x.input(), (double) j / steps)),
        (int j, Reply.Gradient at) -> found.reach(at),
        () -> found.integral(steps + 1));
  }

  private Attribution attribution(Explained x, List<double[]> starts, PathIntegral integral) {
    return new Attribution(
            integral.values(),
            x.certificate(
                integral.nodes(),
                integral.fInput(),
                OptionalDouble.of(integral.fBaseline()),
                OptionalDouble.empty(),
                integral.toleranceMet()))
        .withRemarks(
            Stream.concat(Stream.of(BY_CONSTRUCTION), baseline.remarks(x.domain(), starts).stream())
                .toList());
  }

  /** What the points of a path, taken in their order, give each value. */
  private static final class Directions {
    private final double[] values;
    private Reply.@Nullable Gradient first;
    private Reply.@Nullable Gradient last;
    private boolean sawGradient;
    private boolean lost;

    Directions(int size) {
      values = new double[size];
    }

    void reach(Reply.Gradient at) {
      sawGradient |= largest(at.gradient()) > 0;
      if (last == null) {
        first = at;
      } else {
        share(last.gradient(), at.gradient(), at.value() - last.value());
      }
      last = at;
    }

    private void share(double[] start, double[] end, double change) {
      double[] direction = largest(start) > 0 ? start : end;
      // Squares of what is scaled to 1 do not vanish.
      double scale = largest(direction);
      if (scale == 0) {
        lost |= change != 0;
        return;
      }
      double squares = 0;
      for (double value : direction) {
        squares += value / scale * (value / scale);
      }
      for (int i = 0; i < values.length; i++) {
        double part = direction[i] / scale;
        values[i] += part * part / squares * change;
      }
    }

    private static double largest(double[] gradient) {
      double largest = 0;
      for (double value : gradient) {
        largest = Math.max(largest, Math.abs(value));
      }
      return largest;
    }

    PathIntegral integral(int nodes) {
      Reply.Gradient start = Objects.requireNonNull(first);
      Reply.Gradient end = Objects.requireNonNull(last);
      return new PathIntegral(
          values,
          start.value(),
          end.value(),
          nodes,
          lost || !sawGradient ? Optional.of(false) : Optional.empty());
    }
  }
}
