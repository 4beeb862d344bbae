package io.sextant.gradients.engine;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Weights;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Asks a model that answers by itself. It is no choice of a user's, so no service loader finds it.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class PredictionEngine implements Engine {
  /** An engine for graphs of one {@link Operation.Prediction}. */
  public PredictionEngine() {}

  @Override
  public String name() {
    return "predictor";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Set<Precision> precisions() {
    return Set.of(Precision.values());
  }

  @Override
  public String description() {
    return "predictor (the model answers by itself)";
  }

  @Override
  public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
    if (graph.nodes().size() != 2
        || !(graph.output().operation() instanceof Operation.Prediction prediction)) {
      throw new IllegalArgumentException(
          "a model that answers by itself must be the only step of its graph, which has %d"
              .formatted(graph.nodes().size() - 1));
    }
    return new Asking(prediction, graph.input().shape().elements(), precision);
  }

  private record Asking(Operation.Prediction prediction, int features, Precision precision)
      implements Program {
    @Override
    public Session open(int capacity, int nativeThreads) {
      return new Conversation(this);
    }

    @Override
    public void close() {}
  }

  private record Conversation(Asking program) implements Session {
    @Override
    public void forward(ByteBuffer input, int rows, ByteBuffer logits) {
      double[][] asked = new double[rows][program.features()];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < asked[row].length; i++) {
          asked[row][i] = get(input, row * program.features() + i);
        }
      }
      double[][] answers = program.prediction().logits().apply(asked);
      for (int row = 0; row < rows; row++) {
        for (int k = 0; k < program.prediction().outputs(); k++) {
          put(logits, row * program.prediction().outputs() + k, answers[row][k]);
        }
      }
    }

    private double get(ByteBuffer buffer, int place) {
      int at = place * program.precision().bytes();
      return program.precision() == Precision.FLOAT ? buffer.getFloat(at) : buffer.getDouble(at);
    }

    private void put(ByteBuffer buffer, int place, double value) {
      int at = place * program.precision().bytes();
      if (program.precision() == Precision.FLOAT) {
        buffer.putFloat(at, (float) value);
      } else {
        buffer.putDouble(at, value);
      }
    }

    @Override
    public void record(ByteBuffer input, int rows, ByteBuffer logits) {
      forward(input, rows, logits);
    }

    @Override
    public void pullback(ByteBuffer cotangent, int node, ByteBuffer gradient) {
      throw without();
    }

    @Override
    public void activation(int node, ByteBuffer value) {
      throw without();
    }

    private static IllegalArgumentException without() {
      return new IllegalArgumentException(
          "this model answers by itself and has neither gradients nor layers; take a method that"
              + " asks for answers alone");
    }

    @Override
    public void close() {}
  }
}
