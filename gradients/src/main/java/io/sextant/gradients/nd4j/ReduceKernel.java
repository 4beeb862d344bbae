package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** Whole dimensions become one number. */
final class ReduceKernel implements Kernel {
  private final Operation.Reduce operation;
  // A result is taken over the values at its first place plus each of the steps.
  private final int[] first;
  private final int[] steps;
  private final double[] values;
  private final double[] results;
  private final double[] gradients;
  private final Block x;
  private final Block y;

  ReduceKernel(Operation.Reduce operation, Shape shape, Block x, Block y) {
    this.operation = operation;
    this.x = x;
    this.y = y;
    this.first = places(shape, false);
    this.steps = places(shape, true);
    this.values = new double[shape.elements()];
    this.results = new double[first.length];
    this.gradients = new double[first.length];
  }

  /** Where the values lie that differ in the reduced dimensions alone, or in the others alone. */
  private int[] places(Shape shape, boolean reduced) {
    int[] strides = GatherKernel.strides(shape);
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
      x.get(row * values.length, values, values.length);
      for (int i = 0; i < first.length; i++) {
        results[i] = reduce(first[i]);
      }
      y.put(row * first.length, results, first.length);
    }
  }

  private double reduce(int start) {
    if (operation.reduction() == Operation.Reduction.MAX) {
      return values[winner(start)];
    }
    double sum = 0;
    for (int step : steps) {
      double value = values[start + step];
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

  private int winner(int start) {
    int winner = start;
    for (int step : steps) {
      if (values[start + step] > values[winner]) {
        winner = start + step;
      }
    }
    return winner;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      x.get(row * values.length, values, values.length);
      y.get(row * first.length, results, first.length);
      output.get(row * first.length, gradients, first.length);
      for (int i = 0; i < first.length; i++) {
        spread(first[i], results[i], gradients[i]);
      }
      input.put(row * values.length, values, values.length);
    }
  }

  /** Puts the gradients of the values of one result in their place. */
  private void spread(int start, double result, double gradient) {
    int winner = operation.reduction() == Operation.Reduction.MAX ? winner(start) : -1;
    for (int step : steps) {
      int i = start + step;
      values[i] =
          switch (operation.reduction()) {
            case MAX -> i == winner ? gradient : 0;
            case AVERAGE -> gradient / steps.length;
            case SUM -> gradient;
            case PNORM -> gradient * Norms.slope(values[i], result, operation.p());
          };
    }
  }
}
