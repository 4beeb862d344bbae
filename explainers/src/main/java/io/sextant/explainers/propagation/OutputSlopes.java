package io.sextant.explainers.propagation;

import io.sextant.explainers.Quadrature;
import io.sextant.gradients.Objective;
import io.sextant.gradients.rules.Start;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apiguardian.api.API;

/**
 * What is explained, by each logit: its derivative; between two points, the mean of the derivative
 * on the line from one's logits to the other's, so that slopes times differences of logits add up
 * to the difference of the output. Of a logit it is 1 for this one.
 *
 * @param objective what is explained
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record OutputSlopes(Objective objective) implements Start {
  private static final Quadrature.Fixed RULE = new Quadrature.GaussLegendre(8);
  private static final double PRECISE = 1e-12;
  // A kink is closed in on by halves.
  private static final int MOST_HALVINGS = 40;

  /** The derivative at the logits; with a reference, the mean of it on the way from there. */
  @Override
  public double[] flow(double[] logits, List<double[]> references) {
    return references.isEmpty()
        ? new Line(logits, logits).slopes(0)
        : between(references.get(0), logits);
  }

  /**
   * The mean derivative on a line.
   *
   * @param from {@code [classes]}
   * @param to {@code [classes]}
   */
  public double[] between(double[] from, double[] to) {
    double scale =
        DoubleStream.concat(Arrays.stream(from), Arrays.stream(to)).map(Math::abs).max().orElse(0);
    return new Line(from, to).mean(0, 1, PRECISE * scale, MOST_HALVINGS);
  }

  /** The objective on a line of logits. */
  private final class Line {
    private final double[] from;
    private final double[] to;

    Line(double[] from, double[] to) {
      this.from = from;
      this.to = to;
    }

    private double[] at(double place) {
      double[] point = new double[to.length];
      for (int i = 0; i < point.length; i++) {
        point[i] = from[i] + place * (to[i] - from[i]);
      }
      return point;
    }

    double[] slopes(double place) {
      double[] slopes = new double[to.length];
      objective.evaluate(at(place), slopes);
      return slopes;
    }

    /** The mean derivative of a part of the line, of halves where a rule does not add up. */
    double[] mean(double start, double end, double precise, int halvings) {
      double[] straight = slopes(start);
      if (Arrays.equals(straight, slopes(end)) && gap(straight, start, end) <= precise) {
        return straight;
      }
      double[] mean = new double[to.length];
      double[] nodes = RULE.nodes();
      double[] weights = RULE.weights();
      for (int k = 0; k < nodes.length; k++) {
        add(mean, weights[k], slopes(start + (end - start) * nodes[k]));
      }
      // Logits that are no numbers have slopes that are none, however often they are halved.
      if (halvings == 0 || !(gap(mean, start, end) > precise)) {
        return mean;
      }
      double middle = (start + end) / 2;
      double[] halves = new double[to.length];
      add(halves, 0.5, mean(start, middle, precise, halvings - 1));
      add(halves, 0.5, mean(middle, end, precise, halvings - 1));
      return halves;
    }

    /** How far slopes are from what the objective does on a part of the line. */
    private double gap(double[] slopes, double start, double end) {
      double[] unused = new double[to.length];
      double gap = objective.evaluate(at(start), unused) - objective.evaluate(at(end), unused);
      for (int i = 0; i < slopes.length; i++) {
        gap += (end - start) * slopes[i] * (to[i] - from[i]);
      }
      return Math.abs(gap);
    }

    private static void add(double[] sum, double weight, double[] part) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * part[i];
      }
    }
  }
}
