package io.sextant.explainers;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How an integral over [0, 1] is computed from values at nodes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Quadrature {
  /** The rule that chooses its nodes itself. */
  String ADAPTIVE = "adaptive";

  /** The names of all rules. */
  List<String> NAMES = List.of(ADAPTIVE, "gauss-legendre", "midpoint", "trapezoid");

  /** One of {@link #NAMES}. */
  String name();

  /**
   * A rule whose nodes do not depend on the integrand.
   *
   * @param name one of {@link #NAMES} but {@link #ADAPTIVE}
   * @param count of nodes
   */
  static Fixed fixed(String name, int count) {
    return switch (name) {
      case "gauss-legendre" -> new GaussLegendre(count);
      case "midpoint" -> new Midpoint(count);
      case "trapezoid" -> new Trapezoid(count);
      default ->
          throw new IllegalArgumentException(
              "a fixed rule must be one of %s but was '%s'"
                  .formatted(String.join(", ", NAMES.subList(1, NAMES.size())), name));
    };
  }

  /**
   * Nodes and weights that do not depend on the integrand. The nodes rise within [0, 1] and the
   * weights are positive and add up to 1.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  sealed interface Fixed extends Quadrature {
    /** Number of nodes. */
    int count();

    /** Where the integrand is evaluated, a new array. */
    double[] nodes();

    /** What each value counts, a new array. */
    double[] weights();
  }

  /**
   * The Gauss-Legendre rule, exact for polynomials up to degree 2n - 1. Nodes are roots of the
   * Legendre polynomial, found by Newton's method. The best fixed rule for networks, smooth or not.
   *
   * @param count number of nodes, 1 to 10000
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record GaussLegendre(int count) implements Fixed {
    public GaussLegendre {
      Nodes.check("Gauss-Legendre", count, 1);
    }

    @Override
    public String name() {
      return "gauss-legendre";
    }

    @Override
    public double[] nodes() {
      return rule()[0];
    }

    @Override
    public double[] weights() {
      return rule()[1];
    }

    private double[][] rule() {
      double[] nodes = new double[count];
      double[] weights = new double[count];
      // Roots are symmetric about 0; half of them are computed.
      for (int i = 0; i < (count + 1) / 2; i++) {
        double x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5));
        double slope = 0;
        for (int step = 0; step < 100; step++) {
          double before = 0;
          double value = 1;
          for (int k = 1; k <= count; k++) {
            double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
            before = value;
            value = next;
          }
          slope = count * (x * value - before) / (x * x - 1);
          double shift = value / slope;
          x -= shift;
          if (Math.abs(shift) < 1e-15) {
            break;
          }
        }
        if (2 * i + 1 == count) {
          x = 0;
        }
        double weight = 1 / ((1 - x * x) * slope * slope);
        nodes[i] = (1 - x) / 2;
        nodes[count - 1 - i] = (1 + x) / 2;
        weights[i] = weight;
        weights[count - 1 - i] = weight;
      }
      return new double[][] {nodes, weights};
    }
  }

  /**
   * The middles of n equal intervals, exact for polynomials up to degree 1.
   *
   * @param count number of nodes, 1 to 10000
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Midpoint(int count) implements Fixed {
    public Midpoint {
      Nodes.check("midpoint", count, 1);
    }

    @Override
    public String name() {
      return "midpoint";
    }

    @Override
    public double[] nodes() {
      double[] nodes = new double[count];
      for (int i = 0; i < count; i++) {
        nodes[i] = (i + 0.5) / count;
      }
      return nodes;
    }

    @Override
    public double[] weights() {
      double[] weights = new double[count];
      Arrays.fill(weights, 1.0 / count);
      return weights;
    }
  }

  /**
   * The trapezoid rule on n nodes, both ends among them with half the weight, exact for polynomials
   * up to degree 1.
   *
   * @param count number of nodes, 2 to 10000
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Trapezoid(int count) implements Fixed {
    public Trapezoid {
      Nodes.check("trapezoid", count, 2);
    }

    @Override
    public String name() {
      return "trapezoid";
    }

    @Override
    public double[] nodes() {
      double[] nodes = new double[count];
      for (int i = 0; i < count; i++) {
        nodes[i] = (double) i / (count - 1);
      }
      return nodes;
    }

    @Override
    public double[] weights() {
      double[] weights = new double[count];
      Arrays.fill(weights, 1.0 / (count - 1));
      weights[0] /= 2;
      weights[count - 1] /= 2;
      return weights;
    }
  }

  /**
   * Rules on intervals that are halved, for each example, where the error is, until the attribution
   * adds up and stands still. Smooth paths are integrated by Simpson's rule, exact for polynomials
   * up to degree 3; an interval on which the trapezoid rule comes nearer to the outputs, as it may
   * across kinks, by that.
   *
   * <p>An interval's error is seen in two ways that need no further pass. The attribution of each
   * half must equal the difference of the outputs at its ends; and the values of Simpson and of the
   * trapezoid rule on the ends alone, compared feature by feature, must agree. Refinement stops
   * when the gap of the whole is within the tolerance; the gaps of the halves add up to no more
   * than a fifth of the root of the tolerance, in parts of the attribution's L1 norm (the sum alone
   * would accept errors that cancel); and the L1 distance of Simpson from trapezoid is within the
   * change that is allowed.
   *
   * <p>The gap says little of single features where attributions of both signs cancel, as in most
   * networks for images. The change bounds their error, at a cost: halving it doubles the nodes or
   * more where there are kinks.
   *
   * <p>Nodes that agree say nothing about what lies between them. No interval is wider than a
   * quarter, those of an eighth and more are probed off the grid by a forward pass, and those
   * without any gradient are halved down to 1/64. A path on which no gradient was seen is never
   * certified.
   *
   * <p>The gap is relative to {@code |f(input) - f(baseline)|}, which counts as at least 1e-4 times
   * the largest of 1, {@code |f(input)|} and {@code |f(baseline)|}: below that, float arithmetic
   * has no digits left.
   *
   * <p>When the nodes are spent first, what was reached is returned, and the certificate says that
   * the tolerance was not met. All nodes of an example are kept until it is finished; few examples
   * are in work at a time.
   *
   * @param tolerance largest relative completeness gap, above 0 and below 1
   * @param change largest L1 distance of the values of the two rules, in parts of the attribution's
   *     L1 norm, above 0 and below 10
   * @param maxNodes largest number of nodes, 5 to 10000; fewer than 9 certify nothing
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Adaptive(double tolerance, double change, int maxNodes) implements Quadrature {
    private static final double USUAL_CHANGE = 0.4;

    /** A gap of 1%, a change of 40%, at most 256 nodes. */
    public static final Adaptive DEFAULT = new Adaptive(0.01, 256);

    /** The most forward passes off the grid. */
    static final int PROBES = 12;

    public Adaptive {
      if (!(tolerance > 0 && tolerance < 1)) {
        throw new IllegalArgumentException(
            "tolerance must be above 0 and below 1 but was " + tolerance);
      }
      if (!(change > 0 && change < 10)) {
        throw new IllegalArgumentException("change must be above 0 and below 10 but was " + change);
      }
      if (maxNodes < 5 || maxNodes > 10_000) {
        throw new IllegalArgumentException(
            "an adaptive rule must be allowed 5 to 10000 nodes but was allowed " + maxNodes);
      }
    }

    /** With the usual change. */
    public Adaptive(double tolerance, int maxNodes) {
      this(tolerance, USUAL_CHANGE, maxNodes);
    }

    @Override
    public String name() {
      return ADAPTIVE;
    }

    /** The largest gap accepted, given the outputs at the path's ends. */
    double allowance(double fInput, double fBaseline) {
      double floor = 1e-4 * Math.max(1, Math.max(Math.abs(fInput), Math.abs(fBaseline)));
      return tolerance * Math.max(Math.abs(fInput - fBaseline), floor);
    }

    /** Whether a gap is within the tolerance. */
    boolean accepts(double gap, double fInput, double fBaseline) {
      return Math.abs(gap) <= allowance(fInput, fBaseline);
    }
  }
}
