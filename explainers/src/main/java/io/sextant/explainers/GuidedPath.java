package io.sextant.explainers;

import io.sextant.gradients.Step;
import java.util.Arrays;
import java.util.Optional;

/**
 * The path of guided integrated gradients from one baseline. Every value has its own position on
 * the way from the baseline, 0, to the input, 1. In each step the mean position, weighted with the
 * lengths of the ways, rises by the same amount.
 */
final class GuidedPath {
  // Of the whole way: below, a step counts as done.
  private static final double NOTHING = 1e-12;

  private final Explained x;
  private final double[] baseline;
  private final double fInput;
  private final GuidedIg method;
  private final double[] ways;
  private final double[] positions;
  private final double[] attribution;
  private final double whole;
  private double fBaseline;
  private boolean sawGradient;

  GuidedPath(Explained x, double[] baseline, double fInput, GuidedIg method) {
    this.x = x;
    this.baseline = baseline;
    this.fInput = fInput;
    this.method = method;
    ways = new double[baseline.length];
    for (int i = 0; i < ways.length; i++) {
      ways[i] = Math.abs(x.input()[i] - baseline[i]);
    }
    whole = Arrays.stream(ways).sum();
    positions = new double[ways.length];
    attribution = new double[ways.length];
  }

  Step<PathIntegral> integral() {
    return from(0);
  }

  private Step<PathIntegral> from(int step) {
    if (step == method.steps()) {
      Optional<Boolean> met = whole > 0 && !sawGradient ? Optional.of(false) : Optional.empty();
      return Step.done(new PathIntegral(attribution, fBaseline, fInput, step, met));
    }
    return x.gradient(point())
        .then(
            at -> {
              if (step == 0) {
                fBaseline = at.value();
              }
              advance(step + 1, at.gradient());
              return from(step + 1);
            });
  }

  private double[] point() {
    double[] point = new double[ways.length];
    for (int i = 0; i < point.length; i++) {
      point[i] =
          positions[i] == 1
              ? x.input()[i]
              : baseline[i] + positions[i] * (x.input()[i] - baseline[i]);
    }
    return point;
  }

  /** Moves values until the step's part of the way is covered, and attributes what they cross. */
  private void advance(int step, double[] gradient) {
    double[] before = positions.clone();
    double mean = (double) step / method.steps();
    double least = Math.max(0, mean - method.maxDistance());
    double most = step == method.steps() ? 1 : Math.min(1, mean + method.maxDistance());
    for (int i = 0; i < positions.length; i++) {
      positions[i] = Math.max(positions[i], least);
    }
    move(gradient, mean, most);
    for (int i = 0; i < positions.length; i++) {
      double crossed = (positions[i] - before[i]) * (x.input()[i] - baseline[i]);
      attribution[i] += crossed * gradient[i];
      sawGradient |= crossed * gradient[i] != 0;
    }
  }

  /** Moves the values with the smallest gradients first, a fraction of all at a time. */
  private void move(double[] gradient, double mean, double most) {
    double[] sizes = new double[positions.length];
    int movable = 0;
    for (int i = 0; i < positions.length; i++) {
      if (canMove(i, most)) {
        sizes[movable++] = Math.abs(gradient[i]);
      }
    }
    Arrays.sort(sizes, 0, movable);
    int rank = (int) (method.fraction() * (positions.length - 1));
    double missing = missing(mean);
    for (int next = 0; next < movable && missing > NOTHING * whole; ) {
      double above = next == 0 ? -1 : sizes[next - 1];
      double upTo = sizes[Math.min(next + rank, movable - 1)];
      double room = 0;
      for (int i = 0; i < positions.length; i++) {
        if (moves(i, gradient, above, upTo, most)) {
          room += ways[i] * (most - positions[i]);
        }
      }
      double part = Math.min(1, missing / room);
      for (int i = 0; i < positions.length; i++) {
        if (moves(i, gradient, above, upTo, most)) {
          positions[i] = part == 1 ? most : positions[i] + part * (most - positions[i]);
        }
      }
      // Values with equal gradients move together.
      while (next < movable && sizes[next] <= upTo) {
        next++;
      }
      missing = missing(mean);
    }
  }

  private boolean canMove(int value, double most) {
    return ways[value] > 0 && positions[value] < most;
  }

  private boolean moves(int value, double[] gradient, double above, double upTo, double most) {
    double size = Math.abs(gradient[value]);
    return canMove(value, most) && size > above && size <= upTo;
  }

  private double missing(double mean) {
    double missing = mean * whole;
    for (int i = 0; i < positions.length; i++) {
      missing -= ways[i] * positions[i];
    }
    return missing;
  }
}
