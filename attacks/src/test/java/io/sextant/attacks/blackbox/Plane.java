package io.sextant.attacks.blackbox;

import io.sextant.attacks.Models;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import java.util.random.RandomGenerator;

/**
 * A linear model of two classes over a box, one row that it decides for class 0, and what is true
 * of them in closed form.
 */
record Plane(double[] w, double bias, double[] row, double low, double high) {
  /** Unequal weights; a third of the features stands at the box. */
  static Plane of(int features, double low, double high, double margin, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    double[] w = new double[features];
    double[] row = new double[features];
    double score = 0;
    for (int i = 0; i < features; i++) {
      w[i] = random.nextGaussian() * (1 + i % 4) / 4;
      double at = random.nextDouble();
      row[i] = (float) (low + (high - low) * (at < 0.2 ? 0 : at > 0.87 ? 1 : at));
      score += w[i] * row[i];
    }
    return new Plane(w, -margin - score, row, low, high);
  }

  GradientService service() {
    return Models.exact(Models.binary(bias, w), InputDomain.box(w.length, low, high));
  }

  Examples example() {
    return Examples.of(new double[][] {row}, new int[] {0}, new long[] {3});
  }

  /** The lead of class 1 at an input. */
  double score(double[] input) {
    double score = bias;
    for (int i = 0; i < w.length; i++) {
      score += w[i] * input[i];
    }
    return score;
  }

  private double room(int i) {
    return w[i] > 0 ? high - row[i] : row[i] - low;
  }

  /** How far each feature goes at the strongest perturbation of a size. */
  private double moved(int i, double size, boolean euclidean) {
    return Math.min(room(i), euclidean ? size * Math.abs(w[i]) : size);
  }

  private double gain(double size, boolean euclidean) {
    double gain = 0;
    for (int i = 0; i < w.length; i++) {
      gain += Math.abs(w[i]) * moved(i, size, euclidean);
    }
    return gain;
  }

  private double length(double size, boolean euclidean) {
    double squares = 0;
    for (int i = 0; i < w.length; i++) {
      squares += Math.pow(moved(i, size, euclidean), 2);
    }
    return euclidean ? Math.sqrt(squares) : size;
  }

  /** The distance to the boundary, in L2 or L∞, box and all. */
  double distance(boolean euclidean) {
    double small = 0;
    double large = 1e4;
    for (int n = 0; n < 200; n++) {
      double middle = (small + large) / 2;
      if (gain(middle, euclidean) >= -score(row)) {
        large = middle;
      } else {
        small = middle;
      }
    }
    return length(large, euclidean);
  }

  /** The highest lead of class 1 within a radius, in L2 or L∞. */
  double highest(double radius, boolean euclidean) {
    double small = 0;
    double large = 1e4;
    for (int n = 0; n < 200; n++) {
      double middle = (small + large) / 2;
      if (length(middle, euclidean) <= radius) {
        small = middle;
      } else {
        large = middle;
      }
    }
    return score(row) + gain(small, euclidean);
  }
}
