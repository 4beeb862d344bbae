package io.sextant.gradients;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A forward pass that can be pulled back as often as wanted, by one thread at a time; others wait.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Tape implements AutoCloseable {
  private final ServiceCore core;
  private final List<ServiceCore.Piece> pieces;
  private final List<Lane> lanes;
  private final int rows;
  private final String consumer;
  private boolean closed;

  Tape(
      ServiceCore core,
      List<ServiceCore.Piece> pieces,
      List<Lane> lanes,
      int rows,
      String consumer) {
    this.core = core;
    this.pieces = pieces;
    this.lanes = lanes;
    this.rows = rows;
    this.consumer = consumer;
  }

  /** The logits, {@code [rows][classes]}. */
  public double[][] logits() {
    return over((lane, piece, into) -> lane.readLogits(into, piece.from(), piece.to()));
  }

  /**
   * The gradient of {@code <cotangent, logits>} with respect to the input.
   *
   * @param cotangent {@code [rows][classes]}
   * @return {@code [rows][features]}
   */
  public double[][] pullback(double[][] cotangent) {
    return pullback(cotangent, core.graph().input().name());
  }

  /**
   * The gradient of {@code <cotangent, logits>} with respect to a layer's output.
   *
   * @param cotangent {@code [rows][classes]}
   * @param layer the layer's name
   * @return {@code [rows][values of the layer]}
   */
  public double[][] pullback(double[][] cotangent, String layer) {
    int node = core.graph().index(layer);
    if (cotangent.length != rows) {
      throw new IllegalArgumentException(
          "there must be one cotangent per row but there were %d for %d rows"
              .formatted(cotangent.length, rows));
    }
    core.meter().add(consumer, 0, rows);
    return over(
        (lane, piece, into) -> {
          lane.writeCotangent(cotangent, piece.from(), piece.to());
          lane.pullback(node, into, piece.from(), piece.to());
        });
  }

  /**
   * The output of a layer in this forward pass.
   *
   * @param layer the layer's name
   * @return {@code [rows][values of the layer]}
   */
  public double[][] activation(String layer) {
    int node = core.graph().index(layer);
    return over((lane, piece, into) -> lane.activation(node, into, piece.from(), piece.to()));
  }

  private synchronized double[][] over(LaneReading reading) {
    if (closed) {
      throw new IllegalStateException("the tape is closed");
    }
    double[][] into = new double[rows][];
    core.overPieces(pieces, (i, piece) -> reading.read(lanes.get(i), piece, into));
    return into;
  }

  /** Waits for what is asked of this tape, and gives its memory back. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      lanes.forEach(core::giveBack);
    }
  }

  @FunctionalInterface
  private interface LaneReading {
    void read(Lane lane, ServiceCore.Piece piece, double[][] into);
  }
}
