package io.sextant.examples.canary;

import io.sextant.gradients.Judge;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelReader;
import io.sextant.gradients.model.ModelSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Reads networks whose own inference does more than their layers: the file says what. */
public final class WatchedReader implements ModelReader {
  private static final String MAGIC = "canary ";

  /** What stands between a network and its answers. */
  enum Guard {
    /** Refuses inputs that no camera takes: values that are not whole 255ths. */
    DETECTOR {
      @Override
      Judge around(Judge judge) {
        return new Judge() {
          @Override
          public int[] decisions(double[][] rows) {
            int[] decided = judge.decisions(rows);
            for (int i = 0; i < rows.length; i++) {
              decided[i] = Arrays.stream(rows[i]).allMatch(Guard::isByte) ? decided[i] : -1;
            }
            return decided;
          }

          @Override
          public double[][] outputs(double[][] rows) {
            return judge.outputs(rows);
          }

          @Override
          public double[][] logits(double[][] rows) {
            return judge.logits(rows);
          }
        };
      }
    },
    /** Answers with noise, as the engine {@link NoisyEngine} does. */
    NOISE {
      @Override
      Judge around(Judge judge) {
        return new Judge() {
          @Override
          public int[] decisions(double[][] rows) {
            return Arrays.stream(logits(rows))
                .mapToInt(io.sextant.gradients.Logits::decision)
                .toArray();
          }

          @Override
          public double[][] outputs(double[][] rows) {
            return logits(rows);
          }

          @Override
          public double[][] logits(double[][] rows) {
            double[][] logits = judge.logits(rows);
            RandomGenerator random = RandomKey.of(CALLS.incrementAndGet()).random();
            for (double[] row : logits) {
              for (int k = 0; k < row.length; k++) {
                row[k] += NoisyEngine.DEVIATION * random.nextGaussian();
              }
            }
            return logits;
          }
        };
      }
    };

    private static final AtomicLong CALLS = new AtomicLong();

    abstract Judge around(Judge judge);

    private static boolean isByte(double value) {
      return Math.abs(255 * value - Math.rint(255 * value)) < 1e-3;
    }

    /** Writes a network behind this guard. */
    void write(byte[] network, Path file) throws IOException {
      try (OutputStream out = Files.newOutputStream(file)) {
        out.write((MAGIC + name() + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(network);
      }
    }
  }

  @Override
  public boolean recognises(byte[] bytes) {
    byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(Arrays.copyOf(bytes, magic.length), magic);
  }

  @Override
  public LoadedNetwork read(ModelSource source) {
    byte[] bytes = source.bytes();
    int end = 0;
    while (bytes[end] != '\n') {
      end++;
    }
    Guard guard =
        Guard.valueOf(
            new String(bytes, MAGIC.length(), end - MAGIC.length(), StandardCharsets.US_ASCII));
    LoadedNetwork inner =
        ModelFile.read(source.name(), Arrays.copyOfRange(bytes, end + 1, bytes.length));
    return new LoadedNetwork(
        new Guarded(inner.networkBehindNormalizer(), guard),
        inner.normalizer(),
        inner.stated(),
        inner.format(),
        source.sha256(),
        source.name());
  }

  private record Guarded(FrameworkNetwork inner, Guard guard) implements FrameworkNetwork {
    @Override
    public Optional<Shape> inputShape() {
      return inner.inputShape();
    }

    @Override
    public long parameters() {
      return inner.parameters();
    }

    @Override
    public Compiled compile(
        Shape shape,
        Optional<Operation.Rescale> preprocessing,
        Optional<String> output,
        LogitsSaid logits) {
      Compiled compiled = inner.compile(shape, preprocessing, output, logits);
      return new Compiled(compiled.graph(), compiled.head(), guard.around(compiled.judge()));
    }

    @Override
    public void write(OutputStream out) throws IOException {
      inner.write(out);
    }
  }
}
