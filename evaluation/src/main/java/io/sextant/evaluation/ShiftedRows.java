package io.sextant.evaluation;

import io.sextant.corruptions.Corrupter;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.GradientService;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The examples of an audit as they are, and under each corruption, with what the trained model says
 * of them. Corrupted images are kept where there is room, and else made again: they are the same
 * each time.
 */
final class ShiftedRows {
  /** The examples as they are. */
  static final int CLEAN = -1;

  /** Bytes of corrupted images that are kept. */
  private static final long ROOM = 256L << 20;

  private final DataSet data;
  private final DataCorrupter corrupter;
  private final List<Corrupter> corruptions;
  private final GradientService service;
  private final float @Nullable [][][] kept;
  private final double[][] @Nullable [] trained;

  ShiftedRows(
      DataSet data, DataCorrupter corrupter, List<Corrupter> corruptions, GradientService service) {
    this.data = data;
    this.corrupter = corrupter;
    this.corruptions = corruptions;
    this.service = service;
    this.kept =
        bytes(corruptions.size(), data.size(), data.shape().elements()) <= ROOM
            ? new float[corruptions.size()][data.size()][]
            : null;
    this.trained = new double[corruptions.size() + 1][][];
  }

  private static long bytes(int corruptions, int examples, int features) {
    return (long) corruptions * examples * features * Float.BYTES;
  }

  /** Bytes that corrupted images and logits take, at most. */
  static long room(int corruptions, int examples, int features, int classes) {
    long images = bytes(corruptions, examples, features);
    return (images <= ROOM ? images : 0) + (corruptions + 1L) * examples * classes * Double.BYTES;
  }

  int size() {
    return data.size();
  }

  int corruptions() {
    return corruptions.size();
  }

  /** The corruption of a name. */
  int index(String name) {
    return IntStream.range(0, corruptions.size())
        .filter(kind -> corruptions.get(kind).corruption().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /**
   * An example.
   *
   * @param kind of corruption, or {@link #CLEAN}
   * @param place of the example
   */
  double[] row(int kind, int place) {
    if (kind == CLEAN) {
      return data.row(place);
    }
    if (kept == null) {
      return Rows.widen(corrupted(kind, place));
    }
    if (kept[kind][place] == null) {
      kept[kind][place] = corrupted(kind, place);
    }
    return Rows.widen(kept[kind][place]);
  }

  private float[] corrupted(int kind, int place) {
    Corrupter one = corruptions.get(kind);
    return corrupter.corrupt(one.corruption(), one.severity(), data.id(place), data.row(place));
  }

  /** The trained model's logits under a corruption, {@code [examples][classes]}. */
  double[][] trained(int kind) {
    double[][] logits = trained[kind + 1];
    if (logits == null) {
      logits = Rows.logits(service, data.size(), i -> row(kind, i));
      trained[kind + 1] = logits;
    }
    return logits;
  }
}
