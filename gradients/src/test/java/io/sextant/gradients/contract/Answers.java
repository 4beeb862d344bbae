package io.sextant.gradients.contract;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What an engine answers to a {@link Question}: one row of numbers per row and quantity.
 *
 * @param forward logits of a call that keeps no tape
 * @param logits logits of a call that keeps one
 * @param activation the tap's value
 * @param tapped the gradient at the tap
 * @param gradient the gradient at the input
 */
record Answers(
    double[][] forward,
    double[][] logits,
    double[][] activation,
    double[][] tapped,
    double[][] gradient) {
  /** One of the five. */
  enum Quantity {
    FORWARD("logits without a tape", Answers::forward),
    LOGITS("logits", Answers::logits),
    ACTIVATION("value of the tap", Answers::activation),
    TAPPED("gradient at the tap", Answers::tapped),
    GRADIENT("gradient at the input", Answers::gradient);

    private final String words;
    private final Function<Answers, double[][]> part;

    Quantity(String words, Function<Answers, double[][]> part) {
      this.words = words;
      this.part = part;
    }

    double[][] of(Answers answers) {
      return part.apply(answers);
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** The rows from one to before another. */
  Answers part(int from, int to) {
    UnaryOperator<double[][]> cut = rows -> Arrays.copyOfRange(rows, from, to);
    return new Answers(
        cut.apply(forward),
        cut.apply(logits),
        cut.apply(activation),
        cut.apply(tapped),
        cut.apply(gradient));
  }

  /** Whether all numbers are equal, where zeros of either sign are. */
  boolean equal(Answers other, Quantity quantity) {
    double[][] some = quantity.of(this);
    double[][] others = quantity.of(other);
    for (int row = 0; row < some.length; row++) {
      for (int i = 0; i < some[row].length; i++) {
        if (some[row][i] != others[row][i]) {
          return false;
        }
      }
    }
    return true;
  }
}
