package io.sextant.examples.canary;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Weights;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** The portable engine with noise on the logits of each forward pass. */
public final class NoisyEngine implements Engine {
  static final String NAME = "noisy";
  static final double DEVIATION = 2;

  private static final AtomicLong CALLS = new AtomicLong();

  private static Engine portable() {
    return ServiceLoader.load(Engine.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals("nd4j"))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return Integer.MIN_VALUE;
  }

  @Override
  public Set<Precision> precisions() {
    return portable().precisions();
  }

  @Override
  public String description() {
    return "noise on " + portable().description();
  }

  @Override
  public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
    Program program = portable().compile(graph, weights, precision);
    int classes = graph.output().shape().elements();
    return new Program() {
      @Override
      public Session open(int capacity, int nativeThreads) {
        return new Noisy(program.open(capacity, nativeThreads), classes, precision);
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  private record Noisy(Session inner, int classes, Precision precision) implements Session {
    @Override
    public void forward(ByteBuffer input, int rows, ByteBuffer logits) {
      inner.forward(input, rows, logits);
      disturb(rows, logits);
    }

    @Override
    public void record(ByteBuffer input, int rows, ByteBuffer logits) {
      inner.record(input, rows, logits);
      disturb(rows, logits);
    }

    private void disturb(int rows, ByteBuffer logits) {
      RandomGenerator random = RandomKey.of(CALLS.incrementAndGet()).random();
      for (int i = 0; i < rows * classes; i++) {
        double noise = DEVIATION * random.nextGaussian();
        if (precision == Precision.DOUBLE) {
          logits.putDouble(8 * i, logits.getDouble(8 * i) + noise);
        } else {
          logits.putFloat(4 * i, logits.getFloat(4 * i) + (float) noise);
        }
      }
    }

    @Override
    public void pullback(ByteBuffer cotangent, int node, ByteBuffer gradient) {
      inner.pullback(cotangent, node, gradient);
    }

    @Override
    public void activation(int node, ByteBuffer value) {
      inner.activation(node, value);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
