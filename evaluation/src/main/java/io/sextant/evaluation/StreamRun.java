package io.sextant.evaluation;

import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Predictions;
import io.sextant.gradients.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Labelled examples that went through an adapted model in batches.
 *
 * @param batches in their order
 * @param logits of the adapted model, {@code [examples][classes]}, in the order of the examples
 */
record StreamRun(List<Batch> batches, double[][] logits) {
  StreamRun {
    batches = List.copyOf(batches);
  }

  /**
   * What happened at a batch.
   *
   * @param rows in it
   * @param sourceCorrect right decisions of the trained model
   * @param adaptedCorrect right decisions of the adapted model
   * @param sourceEntropy mean entropy of the trained model's predictions, in nats
   * @param adaptedEntropy that of the adapted model's
   * @param alarm why it sounded, where it did
   * @param reset whether the stream went back to the trained model
   * @param forwards of the method, in rows
   * @param backwards of the method, in rows
   * @param drift distance of the adapted parameters from where they began
   */
  record Batch(
      int rows,
      int sourceCorrect,
      int adaptedCorrect,
      double sourceEntropy,
      double adaptedEntropy,
      Optional<String> alarm,
      boolean reset,
      long forwards,
      long backwards,
      double drift) {}

  /**
   * Runs a stream.
   *
   * @param stream goes on from where it is
   * @param row the input of an example by its place in the stream, asked for once each and in order
   * @param labels of the examples
   * @param trained logits of the trained model for the rows
   * @param batchSize rows of a batch; the last one may have fewer
   */
  static StreamRun of(
      AdaptedStream stream,
      IntFunction<double[]> row,
      int[] labels,
      double[][] trained,
      int batchSize) {
    List<Batch> batches = new ArrayList<>();
    double[][] logits = new double[labels.length][];
    for (int from = 0; from < labels.length; from += batchSize) {
      int to = Math.min(labels.length, from + batchSize);
      double[][] before = Arrays.copyOfRange(trained, from, to);
      int[] own = Arrays.copyOfRange(labels, from, to);
      double[][] rows = IntStream.range(from, to).mapToObj(row).toArray(double[][]::new);
      Predictions said = stream.predict(rows, before);
      System.arraycopy(said.logits(), 0, logits, from, to - from);
      batches.add(
          new Batch(
              to - from,
              correct(before, own),
              correct(said.logits(), own),
              Predictions.entropy(before),
              said.entropy(),
              said.alarm(),
              said.reset(),
              said.passes().forwards(),
              said.passes().backwards(),
              said.drift()));
    }
    return new StreamRun(batches, logits);
  }

  static int correct(double[][] logits, int[] labels) {
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      correct += Logits.decision(logits[i]) == labels[i] ? 1 : 0;
    }
    return correct;
  }

  int alarms() {
    return (int) batches.stream().filter(batch -> batch.alarm().isPresent()).count();
  }

  int resets() {
    return (int) batches.stream().filter(Batch::reset).count();
  }

  int adaptedCorrect() {
    return batches.stream().mapToInt(Batch::adaptedCorrect).sum();
  }

  int sourceCorrect() {
    return batches.stream().mapToInt(Batch::sourceCorrect).sum();
  }

  long forwards() {
    return batches.stream().mapToLong(Batch::forwards).sum();
  }

  long backwards() {
    return batches.stream().mapToLong(Batch::backwards).sum();
  }
}
