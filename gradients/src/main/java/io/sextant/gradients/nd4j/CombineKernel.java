package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import java.util.List;

/** Equally shaped values combined place by place. */
record CombineKernel(Operation.Combination combination, int elements, List<Block> xs, Block y)
    implements Kernel {
  @Override
  public void forward(int rows) {
    for (int i = 0; i < rows * elements; i++) {
      double value = xs.get(0).get(i);
      for (int k = 1; k < xs.size(); k++) {
        double next = xs.get(k).get(i);
        value =
            switch (combination) {
              case ADD, AVERAGE -> value + next;
              case SUBTRACT -> value - next;
              case PRODUCT -> value * next;
              case MAX -> Math.max(value, next);
              case MIN -> Math.min(value, next);
              case QUOTIENT -> value / next;
            };
      }
      y.set(i, combination == Operation.Combination.AVERAGE ? value / xs.size() : value);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int i = 0; i < rows * elements; i++) {
      input.set(i, output.get(i) * slope(slot, i));
    }
  }

  private double slope(int slot, int i) {
    return switch (combination) {
      case ADD -> 1;
      case SUBTRACT -> slot == 0 ? 1 : -1;
      case AVERAGE -> 1.0 / xs.size();
      case PRODUCT -> {
        double others = 1;
        for (int k = 0; k < xs.size(); k++) {
          others *= k == slot ? 1 : xs.get(k).get(i);
        }
        yield others;
      }
      case QUOTIENT -> {
        double divisor = xs.get(1).get(i);
        yield slot == 0 ? 1 / divisor : -xs.get(0).get(i) / (divisor * divisor);
      }
      case MAX, MIN -> {
        double sign = combination == Operation.Combination.MAX ? 1 : -1;
        int winner = 0;
        for (int k = 1; k < xs.size(); k++) {
          winner = sign * xs.get(k).get(i) > sign * xs.get(winner).get(i) ? k : winner;
        }
        yield winner == slot ? 1 : 0;
      }
    };
  }
}
