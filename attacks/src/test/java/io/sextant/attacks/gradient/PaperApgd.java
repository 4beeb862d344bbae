package io.sextant.attacks.gradient;

import io.sextant.attacks.Models;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * APGD written again from the papers, step by step on plain arrays and on a network of two layers
 * that it differentiates by hand; projections and steps are found by bisection. Slow, and shares
 * nothing with the attack.
 *
 * <p>Class 0 is the true one, so far ahead that no point is adversarial.
 */
final class PaperApgd {
  private final double[][] first;
  private final double[] firstBias;
  private final double[][] second;
  private final double[] secondBias;
  private final double[] clean;

  private int halved;
  private boolean credited;

  private PaperApgd(int features, int hidden, int classes, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    first = gaussian(features, hidden, random);
    second = gaussian(hidden, classes, random);
    firstBias = random.doubles(hidden).map(v -> v - 0.3).toArray();
    secondBias = random.doubles(classes).toArray();
    secondBias[0] += 30;
    clean = random.doubles(features).map(v -> (float) (0.2 + 0.6 * v)).toArray();
    clean[0] = 0;
    clean[1] = 1;
  }

  static PaperApgd network(int features, int hidden, int classes, long seed) {
    return new PaperApgd(features, hidden, classes, seed);
  }

  private static double[][] gaussian(int rows, int columns, RandomGenerator random) {
    double[][] all = new double[rows][columns];
    for (double[] row : all) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return all;
  }

  InferenceGraph graph() {
    return Models.layers(new Models.Layer(first, firstBias), new Models.Layer(second, secondBias));
  }

  double[] clean() {
    return clean;
  }

  /** How often steps were made shorter. */
  int halved() {
    return halved;
  }

  double margin(double[] x) {
    double[] z = logits(x);
    return Arrays.stream(z).skip(1).max().orElseThrow() - z[0];
  }

  double length(Norm norm, double[] x) {
    return size(norm, minus(x, clean));
  }

  private double[] hidden(double[] x) {
    double[] h = firstBias.clone();
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < h.length; j++) {
        h[j] += x[i] * first[i][j];
      }
    }
    return h;
  }

  private double[] logits(double[] x) {
    double[] h = hidden(x);
    double[] z = secondBias.clone();
    for (int j = 0; j < h.length; j++) {
      for (int k = 0; k < z.length; k++) {
        z[k] += Math.max(0, h[j]) * second[j][k];
      }
    }
    return z;
  }

  /** Rises with cross-entropy, and keeps its digits: the log odds against class 0. */
  private double loss(double[] x) {
    double[] z = logits(x);
    return Math.log(Arrays.stream(z).skip(1).map(Math::exp).sum()) - z[0];
  }

  /** In the direction of that of cross-entropy. */
  double[] gradient(double[] x) {
    double[] h = hidden(x);
    double[] z = logits(x);
    double sum = Arrays.stream(z).skip(1).map(Math::exp).sum();
    double[] g = new double[x.length];
    for (int i = 0; i < g.length; i++) {
      for (int j = 0; j < h.length; j++) {
        for (int k = 0; k < z.length && h[j] > 0; k++) {
          g[i] += first[i][j] * second[j][k] * (k == 0 ? -1 : Math.exp(z[k]) / sum);
        }
      }
    }
    return g;
  }

  /**
   * The same run with a defect of AutoAttack's code: the first step counts as a rise even where it
   * is none, since it is compared with a loss that was never written.
   */
  List<double[]> credited(double[] start, Norm norm, double epsilon, int steps) {
    credited = true;
    List<double[]> points = run(start, norm, epsilon, steps);
    credited = false;
    return points;
  }

  /** The points at which a run from a start asks the model, in order. */
  List<double[]> run(double[] start, Norm norm, double epsilon, int steps) {
    halved = 0;
    return norm == Norm.L1 ? sparse(start, epsilon, steps) : dense(start, norm, epsilon, steps);
  }

  private List<double[]> dense(double[] start, Norm norm, double epsilon, int steps) {
    Set<Integer> checkpoints = new HashSet<>();
    int window = Math.max(1, 22 * steps / 100);
    for (int k = window; k <= steps; k += window) {
      checkpoints.add(k);
      window = Math.max(Math.max(1, 6 * steps / 100), window - Math.max(1, 3 * steps / 100));
    }
    List<double[]> asked = new ArrayList<>();
    double[][] delta = new double[steps + 1][];
    double eta = 2 * epsilon;
    delta[0] = minus(start, clean);
    asked.add(start);
    double[] bestDelta = delta[0];
    double best = loss(start);
    delta[1] = project(norm, epsilon, plus(delta[0], step(norm, eta, delta[0])));
    double before = best;
    int last = 0;
    int rises = 0;
    boolean reduced = false;
    double bestAtLast = best;
    for (int k = 1; k < steps; k++) {
      double f = loss(row(delta[k]));
      asked.add(row(delta[k]));
      rises += f > before || credited && k == 1 ? 1 : 0;
      if (f > best) {
        best = f;
        bestDelta = delta[k];
      }
      if (checkpoints.contains(k)) {
        boolean first = rises <= 0.75 * (k - last);
        boolean second = !reduced && best == bestAtLast;
        if (first || second) {
          halved++;
          eta /= 2;
          delta[k] = bestDelta;
          f = best;
        }
        reduced = first || second;
        bestAtLast = best;
        last = k;
        rises = 0;
      }
      double[] z = project(norm, epsilon, plus(delta[k], step(norm, eta, delta[k])));
      double[] next = new double[z.length];
      for (int i = 0; i < z.length; i++) {
        next[i] =
            delta[k][i] + 0.75 * (z[i] - delta[k][i]) + 0.25 * (delta[k][i] - delta[k - 1][i]);
      }
      delta[k + 1] = project(norm, epsilon, next);
      before = f;
    }
    asked.add(row(delta[steps]));
    return asked;
  }

  private List<double[]> sparse(double[] start, double epsilon, int steps) {
    List<double[]> asked = new ArrayList<>();
    int part = (int) Math.ceil(0.3 * steps);
    double[] from = minus(start, clean);
    for (int ball = 0; ball < 3; ball++) {
      double radius = (3 - ball) * epsilon;
      int count = ball < 2 ? part : steps - 2 * part;
      from = project(Norm.L1, radius, from);
      int share = (int) Math.ceil(differing(from) / 1.5);
      int before = differing(from);
      double eta = radius;
      double[] delta = from;
      double[] best = from;
      double highest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < count; k++) {
        asked.add(row(delta));
        double f = loss(row(delta));
        if (f > highest) {
          highest = f;
          best = delta;
        }
        if (k > 0 && k % Math.max(1, 4 * count / 100) == 0) {
          int now = differing(best);
          if ((double) now / before < 0.95) {
            eta = radius;
            delta = best;
          } else {
            eta = Math.max(eta / 1.5, radius / 10);
            halved++;
          }
          share = (int) Math.ceil(now / 1.5);
          before = now;
        }
        delta = project(Norm.L1, radius, plus(delta, sparseStep(eta, Math.max(1, share), delta)));
      }
      asked.add(row(delta));
      from = loss(row(delta)) > highest ? delta : best;
    }
    return asked;
  }

  private static int differing(double[] delta) {
    return (int) Arrays.stream(delta).filter(v -> v != 0).count();
  }

  private double[] step(Norm norm, double eta, double[] delta) {
    double[] g = gradient(row(delta));
    if (norm == Norm.LINF) {
      return Arrays.stream(g).map(v -> eta * Math.signum(v)).toArray();
    }
    double s = bisect(t -> size(norm, capped(t, g, delta)), eta);
    return Arrays.stream(g).map(v -> s * v).toArray();
  }

  /**
   * Along so many of the largest slopes, and as many more as the step needs to have room; what
   * stands at the box is pushed against it.
   */
  private double[] sparseStep(double eta, int share, double[] delta) {
    double[] g = gradient(row(delta));
    double[] room = room(g, delta);
    List<Integer> order =
        IntStream.range(0, g.length)
            .boxed()
            .filter(i -> g[i] != 0)
            .sorted(Comparator.comparingDouble(i -> -Math.abs(g[i])))
            .toList();
    int taken = Math.min(share, order.size());
    while (taken < order.size()
        && order.subList(0, taken).stream().mapToDouble(i -> room[i]).sum() < eta) {
      taken++;
    }
    double least = Math.abs(g[order.get(taken - 1)]);
    double[] few = Arrays.stream(g).map(v -> Math.abs(v) >= least ? v : 0).toArray();
    double s = bisect(t -> size(Norm.L1, capped(t, few, delta)), eta);
    return Arrays.stream(few).map(v -> s * v).toArray();
  }

  private double[] room(double[] g, double[] delta) {
    return IntStream.range(0, g.length)
        .mapToDouble(i -> g[i] > 0 ? 1 - clean[i] - delta[i] : g[i] < 0 ? clean[i] + delta[i] : 0)
        .toArray();
  }

  private double[] capped(double s, double[] g, double[] delta) {
    double[] room = room(g, delta);
    return IntStream.range(0, g.length)
        .mapToDouble(i -> Math.min(s * Math.abs(g[i]), room[i]))
        .toArray();
  }

  private double[] project(Norm norm, double epsilon, double[] delta) {
    if (norm == Norm.LINF) {
      return clip(
          Arrays.stream(delta).map(v -> Math.max(-epsilon, Math.min(epsilon, v))).toArray());
    }
    if (size(norm, clip(delta)) <= epsilon) {
      return clip(delta);
    }
    if (norm == Norm.L2) {
      double s = bisect(t -> size(norm, clip(times(t, delta))), epsilon);
      return clip(times(s, delta));
    }
    double largest = Arrays.stream(delta).map(Math::abs).max().orElseThrow();
    double t = bisect(u -> size(norm, clip(soft(largest - u, delta))), epsilon);
    return clip(soft(largest - t, delta));
  }

  private static double[] soft(double threshold, double[] delta) {
    return Arrays.stream(delta)
        .map(v -> Math.signum(v) * Math.max(0, Math.abs(v) - threshold))
        .toArray();
  }

  private double[] clip(double[] delta) {
    return IntStream.range(0, delta.length)
        .mapToDouble(i -> Math.max(-clean[i], Math.min(1 - clean[i], delta[i])))
        .toArray();
  }

  /** The argument at which a function that rises has a value. */
  private static double bisect(java.util.function.DoubleUnaryOperator rising, double value) {
    double low = 0;
    double high = 1e6;
    for (int n = 0; n < 200; n++) {
      double middle = (low + high) / 2;
      if (rising.applyAsDouble(middle) <= value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double size(Norm norm, double[] v) {
    return switch (norm) {
      case LINF -> Arrays.stream(v).map(Math::abs).max().orElse(0);
      case L2 -> Math.sqrt(Arrays.stream(v).map(u -> u * u).sum());
      default -> Arrays.stream(v).map(Math::abs).sum();
    };
  }

  private static double[] times(double s, double[] v) {
    return Arrays.stream(v).map(u -> s * u).toArray();
  }

  private static double[] plus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }

  private static double[] minus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }

  /** The input at a perturbation: floats, no farther from the clean ones. */
  private double[] row(double[] delta) {
    double[] row = new double[delta.length];
    for (int i = 0; i < row.length; i++) {
      float value = (float) (clean[i] + delta[i]);
      while (Math.abs(value - clean[i]) > Math.abs(delta[i])) {
        value = Math.nextAfter(value, clean[i]);
      }
      row[i] = value;
    }
    return row;
  }
}
