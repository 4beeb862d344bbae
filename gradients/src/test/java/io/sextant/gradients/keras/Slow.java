package io.sextant.gradients.keras;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * What Keras computes, layer by layer in plain loops and in Keras's own order of axes: an
 * independent oracle.
 */
final class Slow {
  private Slow() {}

  /** Strides, dilation and padding, the same along all axes. */
  record Steps(int stride, int dilation, String padding, int groups) {
    int span(int kernel) {
      return (kernel - 1) * dilation + 1;
    }

    int places(int size, int kernel) {
      return padding.equals("valid")
          ? (size - span(kernel)) / stride + 1
          : (size + stride - 1) / stride;
    }

    /** Where the window begins. */
    int from(int place, int size, int kernel) {
      int before = 0;
      if (padding.equals("same")) {
        before = Math.max((places(size, kernel) - 1) * stride + span(kernel) - size, 0) / 2;
      } else if (padding.equals("causal")) {
        before = span(kernel) - 1;
      }
      return place * stride - before;
    }
  }

  private static int[] with(int[] sizes, int last) {
    int[] copy = sizes.clone();
    copy[copy.length - 1] = last;
    return copy;
  }

  private static int[] outputs(int[] input, int[] kernel, Steps steps, int channels) {
    int[] sizes = with(input, channels);
    for (int d = 0; d < input.length - 1; d++) {
      sizes[d] = steps.places(input[d], kernel[d]);
    }
    return sizes;
  }

  private interface Tap {
    void at(int[] kernel, int[] input);
  }

  /** All places that a window sees from a place of the output. */
  private static void taps(int[] place, int[] input, int[] kernel, Steps steps, Tap tap) {
    int rank = input.length - 1;
    int[] k = new int[rank];
    int all = 1;
    for (int d = 0; d < rank; d++) {
      all *= kernel[d];
    }
    int[] at = new int[rank + 1];
    for (int i = 0; i < all; i++) {
      for (int d = 0; d < rank; d++) {
        at[d] = steps.from(place[d], input[d], kernel[d]) + k[d] * steps.dilation();
      }
      tap.at(k, at);
      for (int d = rank - 1; d >= 0 && ++k[d] == kernel[d]; d--) {
        k[d] = 0;
      }
    }
  }

  private static int[] join(int[] first, int... last) {
    int[] all = Arrays.copyOf(first, first.length + last.length);
    System.arraycopy(last, 0, all, first.length, last.length);
    return all;
  }

  /** A kernel {@code [..., in / groups, out]}. */
  static Tensor convolution(Tensor x, Tensor kernel, Steps steps) {
    int rank = x.sizes().length - 1;
    int in = kernel.sizes()[rank];
    int out = kernel.sizes()[rank + 1];
    return Tensor.of(
        outputs(x.sizes(), kernel.sizes(), steps, out),
        place -> {
          double[] sum = {0};
          int group = place[rank] / (out / steps.groups());
          taps(
              place,
              x.sizes(),
              kernel.sizes(),
              steps,
              (k, at) -> {
                for (int c = 0; c < in; c++) {
                  at[rank] = group * in + c;
                  sum[0] += x.padded(at) * kernel.get(join(k, c, place[rank]));
                }
              });
          return sum[0];
        });
  }

  /** A kernel {@code [..., channels, multiplier]}. */
  static Tensor depthwise(Tensor x, Tensor kernel, Steps steps) {
    int rank = x.sizes().length - 1;
    int multiplier = kernel.sizes()[rank + 1];
    return Tensor.of(
        outputs(x.sizes(), kernel.sizes(), steps, kernel.sizes()[rank] * multiplier),
        place -> {
          double[] sum = {0};
          int channel = place[rank] / multiplier;
          taps(
              place,
              x.sizes(),
              kernel.sizes(),
              steps,
              (k, at) -> {
                at[rank] = channel;
                sum[0] += x.padded(at) * kernel.get(join(k, channel, place[rank] % multiplier));
              });
          return sum[0];
        });
  }

  /** The gradient of a convolution by its input, with a kernel {@code [..., out, in]}. */
  static Tensor transposed(Tensor x, Tensor kernel, Steps steps, int[] sizes) {
    int rank = x.sizes().length - 1;
    Tensor y = Tensor.of(with(sizes, kernel.sizes()[rank]), at -> 0);
    Tensor.of(
        x.sizes(),
        place -> {
          taps(
              place,
              y.sizes(),
              kernel.sizes(),
              steps,
              (k, at) -> {
                for (int out = 0; out < kernel.sizes()[rank]; out++) {
                  at[rank] = out;
                  int index = 0;
                  boolean inside = true;
                  for (int d = 0; d <= rank; d++) {
                    inside &= at[d] >= 0 && at[d] < y.sizes()[d];
                    index = index * y.sizes()[d] + at[d];
                  }
                  if (inside) {
                    y.values()[index] += x.get(place) * kernel.get(join(k, out, place[rank]));
                  }
                }
              });
          return 0;
        });
    return y;
  }

  static Tensor pool(Tensor x, int size, Steps steps, boolean max) {
    int rank = x.sizes().length - 1;
    int[] kernel = new int[rank];
    Arrays.fill(kernel, size);
    return Tensor.of(
        outputs(x.sizes(), kernel, steps, x.sizes()[rank]),
        place -> {
          double[] found = {max ? Double.NEGATIVE_INFINITY : 0, 0};
          taps(
              place,
              x.sizes(),
              kernel,
              steps,
              (k, at) -> {
                at[rank] = place[rank];
                boolean inside = true;
                for (int d = 0; d < rank; d++) {
                  inside &= at[d] >= 0 && at[d] < x.sizes()[d];
                }
                if (inside) {
                  found[0] = max ? Math.max(found[0], x.get(at)) : found[0] + x.get(at);
                  found[1]++;
                }
              });
          return max ? found[0] : found[0] / found[1];
        });
  }

  static Tensor plus(Tensor x, Tensor bias) {
    int last = x.sizes().length - 1;
    return Tensor.of(x.sizes(), at -> x.get(at) + bias.get(at[last]));
  }

  /** Along the last axis. */
  static Tensor dense(Tensor x, Tensor kernel) {
    int last = x.sizes().length - 1;
    return Tensor.of(
        with(x.sizes(), kernel.sizes()[1]),
        at -> {
          double sum = 0;
          int[] from = at.clone();
          for (int i = 0; i < kernel.sizes()[0]; i++) {
            from[last] = i;
            sum += x.get(from) * kernel.get(i, at[last]);
          }
          return sum;
        });
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] times(double[] x, Tensor kernel) {
    double[] y = new double[kernel.sizes()[1]];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += x[i] * kernel.get(i, o);
      }
    }
    return y;
  }

  /** One step: the input, the state and the cell's own state. */
  interface Cell {
    double[][] step(double[] x, double[] h, double[] c);
  }

  /** All states, in the order in which they were computed. */
  static Tensor recurrent(Tensor x, int units, Cell cell, boolean backwards, boolean[] counts) {
    int time = x.sizes()[0];
    int features = x.sizes()[1];
    Tensor states = Tensor.of(new int[] {time, units}, at -> 0);
    double[] h = new double[units];
    double[] c = new double[units];
    for (int i = 0; i < time; i++) {
      int t = backwards ? time - 1 - i : i;
      if (counts[t]) {
        double[][] next =
            cell.step(Arrays.copyOfRange(x.values(), t * features, (t + 1) * features), h, c);
        h = next[0];
        c = next[1];
      }
      System.arraycopy(h, 0, states.values(), i * units, units);
    }
    return states;
  }

  static Cell lstm(Tensor w, Tensor u, Tensor b, DoubleUnaryOperator gate) {
    int n = u.sizes()[0];
    return (x, h, c) -> {
      double[] a = times(x, w);
      double[] r = times(h, u);
      double[] next = new double[n];
      double[] own = new double[n];
      for (int k = 0; k < n; k++) {
        double[] z = new double[4];
        for (int g = 0; g < 4; g++) {
          z[g] = a[g * n + k] + r[g * n + k] + b.values()[g * n + k];
        }
        own[k] = gate.applyAsDouble(z[1]) * c[k] + gate.applyAsDouble(z[0]) * Math.tanh(z[2]);
        next[k] = gate.applyAsDouble(z[3]) * Math.tanh(own[k]);
      }
      return new double[][] {next, own};
    };
  }

  static Cell gru(Tensor w, Tensor u, Tensor b, boolean after) {
    int n = u.sizes()[0];
    return (x, h, c) -> {
      double[] a = times(x, w);
      double[] r = times(h, u);
      double[] z = new double[n];
      double[] reset = new double[n];
      for (int k = 0; k < n; k++) {
        double second = after ? b.values()[3 * n + k] : 0;
        double third = after ? b.values()[4 * n + k] : 0;
        z[k] = sigmoid(a[k] + r[k] + b.values()[k] + second);
        reset[k] = sigmoid(a[n + k] + r[n + k] + b.values()[n + k] + third);
      }
      double[] scaled = new double[n];
      for (int k = 0; k < n; k++) {
        scaled[k] = reset[k] * h[k];
      }
      double[] inside = times(scaled, u);
      double[] next = new double[n];
      for (int k = 0; k < n; k++) {
        double state =
            after ? reset[k] * (r[2 * n + k] + b.values()[5 * n + k]) : inside[2 * n + k];
        double candidate = Math.tanh(a[2 * n + k] + b.values()[2 * n + k] + state);
        next[k] = z[k] * h[k] + (1 - z[k]) * candidate;
      }
      return new double[][] {next, c};
    };
  }

  static Cell simple(Tensor w, Tensor u, Tensor b) {
    return (x, h, c) -> {
      double[] a = times(x, w);
      double[] r = times(h, u);
      double[] next = new double[a.length];
      for (int k = 0; k < next.length; k++) {
        next[k] = Math.tanh(a[k] + r[k] + b.values()[k]);
      }
      return new double[][] {next, c};
    };
  }
}
