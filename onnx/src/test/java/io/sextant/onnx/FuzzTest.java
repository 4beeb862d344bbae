package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damaged files: whatever comes is a graph or a clear refusal, soon and in little memory. */
@Tag("fuzz")
class FuzzTest {
  private static final int FILES = Integer.getInteger("sextant.fuzz.files", 20_000);
  private static final long SEED = Long.getLong("sextant.fuzz.seed", 0);
  private static final long MOST_NANOS = 5_000_000_000L;

  /** What one file may cost, read and compiled; a good one costs a small part of it. */
  private static final long MOST_BYTES = 64L << 20;

  private static byte[] model() {
    ModelBuilder model = new ModelBuilder(13).input(ModelBuilder.FREE, 2, 6, 6);
    String x =
        model.node(
            "Conv",
            List.of("x", model.weights(4, 2, 3, 3), model.weights(4)),
            Map.of("pads", new int[] {1, 1, 1, 1}, "strides", new int[] {2, 2}));
    x = model.node("Clip", x, model.number(0), model.number(6));
    x =
        model.node(
            "Resize",
            List.of(x, "", model.floats(new int[] {4}, 1, 1, 2, 2)),
            Map.of("mode", "nearest"));
    x = model.node("Pad", x, model.longs(0, 0, 1, 1, 0, 0, 1, 1));
    String shape = model.node("Shape", x);
    String batch = model.node("Gather", List.of(shape, model.longs(0)), Map.of("axis", 0));
    String target = model.node("Concat", List.of(batch, model.longs(8, -1)), Map.of("axis", 0));
    x = model.node("Reshape", x, target);
    x = model.node("Transpose", List.of(x), Map.of("perm", new int[] {1, 0, 2}));
    model.node(
        "LSTM",
        List.of(x, model.weights(1, 12, 32), model.weights(1, 12, 3), model.weights(1, 24)),
        List.of("", "h"),
        Map.of("hidden_size", 3));
    x = model.node("Squeeze", "h", model.longs(0));
    x = model.node("Gemm", List.of(x, model.weights(4, 3), model.weights(4)), Map.of("transB", 1));
    model.node("Softmax", List.of(x), List.of("y"), Map.of("axis", -1));
    return model.output("y").bytes();
  }

  @Test
  void damaged_files_are_refused_clearly_and_soon_and_in_little_memory() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    byte[] whole = model();
    assertThatCode(() -> compile(whole)).doesNotThrowAnyException();
    int refused = 0;
    long longest = 0;
    long largest = 0;
    for (long seed = SEED; seed < SEED + FILES; seed++) {
      byte[] damaged = damaged(whole, new Random(seed));
      long memory = threads.getThreadAllocatedBytes(self);
      long start = System.nanoTime();
      try {
        compile(damaged);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as("message of seed " + seed).isNotBlank();
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("seed " + seed + " ends in " + e, e);
      }
      long time = System.nanoTime() - start;
      long allocated = threads.getThreadAllocatedBytes(self) - memory;
      assertThat(time).as("nanoseconds of seed " + seed).isLessThan(MOST_NANOS);
      assertThat(allocated).as("bytes allocated by seed " + seed).isLessThan(MOST_BYTES);
      longest = Math.max(longest, time);
      largest = Math.max(largest, allocated);
    }
    System.out.printf(
        "fuzz of ONNX files: %d from seed %d, %d refused, at most %d ms and %d KiB%n",
        FILES, SEED, refused, longest / 1_000_000, largest >> 10);
    assertThat(refused).isGreaterThan(FILES / 10);
  }

  private static void compile(byte[] bytes) {
    LoadedNetwork loaded = ModelFile.read("fuzz.onnx", bytes);
    loaded
        .network()
        .compile(
            loaded
                .inputShape()
                .filter(shape -> shape.elements() < 1 << 20)
                .orElse(Shape.of(2, 6, 6)),
            Optional.empty(),
            Optional.empty(),
            LogitsSaid.BY_FILE);
  }

  /** Bytes changed, parts cut out, put in twice, or cut off. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 4 -> bytes = Arrays.copyOf(bytes, Math.max(4, at));
        default -> {
          int length = Math.min(random.nextInt(16), bytes.length - at);
          byte[] copied = Arrays.copyOfRange(bytes, at, at + length);
          int to = random.nextInt(bytes.length - length + 1);
          System.arraycopy(copied, 0, bytes, to, length);
        }
      }
    }
    return bytes;
  }
}
