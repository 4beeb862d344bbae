package io.sextant.evaluation;

import io.sextant.results.Wilson;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Right decisions on each example in the streams of one cell, over orders and corruptions: what the
 * cell's errors, their difference and its interval are counted from.
 *
 * @param method id
 * @param stream its name
 * @param corruption of a stream of one corruption
 * @param batchSize rows of a batch
 * @param shown how often each example came
 * @param source right decisions of the trained model, by example
 * @param adapted right decisions of the adapted model, by example
 */
record RightDecisions(
    String method,
    String stream,
    Optional<String> corruption,
    int batchSize,
    int shown,
    int[] source,
    int[] adapted) {
  RightDecisions {
    Objects.requireNonNull(corruption, "corruption");
    if (source.length != adapted.length || source.length == 0 || shown < 1) {
      throw new IllegalArgumentException(
          "right decisions on %s must be of as many examples before and after but were of %d and %d"
              .formatted(stream, source.length, adapted.length));
    }
    for (int right : new int[] {least(source), least(adapted)}) {
      if (right < 0) {
        throw new IllegalArgumentException("right decisions must be at least 0 but were " + right);
      }
    }
    int most = Math.max(most(source), most(adapted));
    if (most > shown) {
      throw new IllegalArgumentException(
          "an example that came %d times cannot be right %d times".formatted(shown, most));
    }
  }

  private static int least(int[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static int most(int[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  int examples() {
    return source.length;
  }

  /** Predictions of either model. */
  int n() {
    return Math.multiplyExact(examples(), shown);
  }

  int sourceWrong() {
    return n() - Arrays.stream(source).sum();
  }

  int adaptedWrong() {
    return n() - Arrays.stream(adapted).sum();
  }

  /** The error of the adapted less that of the trained model. */
  double change() {
    double change = 0;
    for (int i = 0; i < examples(); i++) {
      change += change(i) / examples();
    }
    return change;
  }

  /**
   * Half the width of the change's 95% interval, which is over examples: an example's predictions
   * are not independent.
   */
  double half() {
    double change = change();
    double squares = 0;
    for (int i = 0; i < examples(); i++) {
      squares += (change(i) - change) * (change(i) - change);
    }
    return examples() < 2 ? 1 : Wilson.Z * Math.sqrt(squares / (examples() - 1) / examples());
  }

  private double change(int example) {
    return (double) (source[example] - adapted[example]) / shown;
  }
}
