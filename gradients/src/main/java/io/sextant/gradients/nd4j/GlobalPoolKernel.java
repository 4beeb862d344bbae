package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** Pooling over all positions of each channel. */
final class GlobalPoolKernel implements Kernel {
  private final Operation.GlobalPool operation;
  private final int channels;
  private final int positions;
  private final Block x;
  private final Block y;

  GlobalPoolKernel(Operation.GlobalPool operation, Shape image, Block x, Block y) {
    this.operation = operation;
    this.channels = image.channels();
    this.positions = image.positions();
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int rows) {
    for (int plane = 0; plane < rows * channels; plane++) {
      y.set(plane, reduce(plane * positions));
    }
  }

  private double reduce(int first) {
    if (operation.reduction() == Operation.Reduction.MAX) {
      return x.get(winner(first));
    }
    double sum = 0;
    for (int i = first; i < first + positions; i++) {
      sum +=
          operation.reduction() == Operation.Reduction.PNORM
              ? Math.pow(Math.abs(x.get(i)), operation.p())
              : x.get(i);
    }
    return switch (operation.reduction()) {
      case AVERAGE -> sum / positions;
      case PNORM -> Math.pow(sum, 1 / operation.p());
      case SUM, MAX -> sum;
    };
  }

  private int winner(int first) {
    int winner = first;
    for (int i = first + 1; i < first + positions; i++) {
      if (x.get(i) > x.get(winner)) {
        winner = i;
      }
    }
    return winner;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int plane = 0; plane < rows * channels; plane++) {
      int first = plane * positions;
      double gradient = output.get(plane);
      int winner = operation.reduction() == Operation.Reduction.MAX ? winner(first) : -1;
      for (int i = first; i < first + positions; i++) {
        input.set(
            i,
            switch (operation.reduction()) {
              case MAX -> i == winner ? gradient : 0;
              case AVERAGE -> gradient / positions;
              case SUM -> gradient;
              case PNORM -> gradient * Norms.slope(x.get(i), y.get(plane), operation.p());
            });
      }
    }
  }
}
