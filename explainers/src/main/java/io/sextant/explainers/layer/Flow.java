package io.sextant.explainers.layer;

import io.sextant.gradients.Reply;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The integral of the gradient by a layer's activation along the way that the activation takes, by
 * the trapezoid rule: what it moves from one place to the next, times the mean gradient of both.
 */
final class Flow {
  private final double[] values;
  private double fStart;
  private boolean sawGradient;
  private Reply.@Nullable Layer last;

  Flow(int size) {
    values = new double[size];
  }

  /** Goes on to the next place; the first is where it starts. */
  void reach(Reply.Layer next) {
    sawGradient |= Arrays.stream(next.gradient()).anyMatch(slope -> slope != 0);
    Reply.Layer from = last;
    if (from == null) {
      fStart = next.value();
    } else {
      for (int j = 0; j < values.length; j++) {
        double moved = next.activation()[j] - from.activation()[j];
        values[j] += (from.gradient()[j] + next.gradient()[j]) / 2 * moved;
      }
    }
    last = next;
  }

  /** Adds another integral. */
  void add(Flow other) {
    for (int j = 0; j < values.length; j++) {
      values[j] += other.values[j];
    }
    fStart += other.fStart;
    sawGradient |= other.sawGradient;
  }

  /** A sum of so many as their mean. */
  Flow over(int count) {
    Flow mean = new Flow(values.length);
    for (int j = 0; j < values.length; j++) {
      mean.values[j] = values[j] / count;
    }
    mean.fStart = fStart / count;
    mean.sawGradient = sawGradient;
    return mean;
  }

  /** Whether the gradient by the activation was anything but 0 anywhere. */
  boolean sawGradient() {
    return sawGradient;
  }

  /** {@code [values of the layer]}. */
  double[] values() {
    return values;
  }

  /** The output where it starts. */
  double fStart() {
    return fStart;
  }
}
