package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** Whole dimensions become one number. */
final class ReduceKernel implements Kernel {
  private final Operation.Reduce operation;
  // A result is taken over the values at its first place plus each of the steps.
  private final int[] first;
  private final int[] steps;
  private final int elements;
  private final Block x;
  private final Block y;

  ReduceKernel(Operation.Reduce operation, Shape shape, Block x, Block y) {
    this.operation = operation;
    this.x = x;
    this.y = y;
    this.first = places(shape, false);
    this.steps = places(shape, true);
    this.elements = shape.elements();
  }

  /** Where the values lie that differ in the reduced dimensions alone, or in the others alone. */
  private int[] places(Shape shape, boolean reduced) {
    int[] strides = shape.strides();
    int[] places = {0};
    for (int d = 0; d < shape.rank(); d++) {
      if (operation.axes().contains(d) == reduced) {
        int size = shape.size(d);
        int[] more = new int[places.length * size];
        for (int i = 0; i < more.length; i++) {
          more[i] = places[i / size] + i % size * strides[d];
        }
        places = more;
      }
    }
    return places;
  }

  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < first.length; i++) {
        y.set(row * first.length + i, reduce(row * elements + first[i]));
      }
    }
  }

  private double reduce(int start) {
    if (operation.reduction() == Operation.Reduction.MAX) {
      return x.get(winner(start));
    }
    double sum = 0;
    for (int step : steps) {
      double value = x.get(start + step);
      sum +=
          operation.reduction() == Operation.Reduction.PNORM
              ? Math.pow(Math.abs(value), operation.p())
              : value;
    }
    return switch (operation.reduction()) {
      case AVERAGE -> sum / steps.length;
      case PNORM -> Math.pow(sum, 1 / operation.p());
      case SUM, MAX -> sum;
    };
  }

  /** The first place of the largest value, where what is no number is larger than all that are. */
  private int winner(int start) {
    int winner = start;
    double best = x.get(start);
    for (int step : steps) {
      double value = x.get(start + step);
      if (value > best || Double.isNaN(value) && !Double.isNaN(best)) {
        winner = start + step;
        best = value;
      }
    }
    return winner;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < first.length; i++) {
        int result = row * first.length + i;
        spread(row * elements + first[i], y.get(result), output.get(result), input);
      }
    }
  }

  /** Puts the gradients of the values of one result in their place. */
  private void spread(int start, double result, double gradient, Block input) {
    int winner = operation.reduction() == Operation.Reduction.MAX ? winner(start) : -1;
    for (int step : steps) {
      int i = start + step;
      input.set(
          i,
          switch (operation.reduction()) {
            case MAX -> i == winner ? gradient : 0;
            case AVERAGE -> gradient / steps.length;
            case SUM -> gradient;
            case PNORM -> gradient * Norms.slope(x.get(i), result, operation.p());
          });
    }
  }
}
