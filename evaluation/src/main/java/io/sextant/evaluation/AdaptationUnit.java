package io.sextant.evaluation;

import io.sextant.spec.StreamSpec;
import java.util.Optional;

/**
 * A unit of work: a method on one stream, in one order and in batches of one size. It begins with
 * the trained model, so that its result depends on nothing else.
 *
 * @param method id
 * @param streamed what comes
 * @param batchSize rows of a batch
 * @param order which of the orders, from 0
 */
record AdaptationUnit(String method, Streamed streamed, int batchSize, int order) {
  /**
   * What comes in a stream.
   *
   * @param stream as the spec names it
   * @param corruption of a stream of one corruption
   */
  record Streamed(StreamSpec stream, Optional<String> corruption) {
    String text() {
      return corruption.map(kind -> stream.text() + "-" + kind).orElseGet(stream::text);
    }
  }

  /**
   * What came of it.
   *
   * @param right right decisions of the adapted model on each example, over all corruptions
   * @param bins its predictions by confidence
   * @param cleanRight right decisions on the clean examples after the stream
   * @param batches in the stream
   * @param alarms batches at which the alarm sounded
   * @param resets batches at which the stream went back to the trained model
   * @param forwards of the method, in rows
   * @param backwards of the method, in rows
   */
  record Done(
      int[] right,
      CalibrationBins bins,
      int cleanRight,
      int batches,
      int alarms,
      int resets,
      long forwards,
      long backwards) {}

  /** A file name that no other unit of the run has. */
  String key() {
    return "adaptation-%s-%s-%d-%d".formatted(method, streamed.text(), batchSize, order);
  }

  String describe() {
    return "%s, %s, batches of %d, order %d".formatted(method, streamed.text(), batchSize, order);
  }
}
