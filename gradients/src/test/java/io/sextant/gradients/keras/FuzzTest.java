package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damaged files, by their bytes and by their configurations: whatever comes is a graph or a clear
 * refusal, soon and in little memory.
 */
@Tag("fuzz")
class FuzzTest {
  private static final int FILES = Integer.getInteger("sextant.fuzz.files", 20_000);
  private static final long SEED = Long.getLong("sextant.fuzz.seed", 0);
  private static final long MOST_NANOS = 5_000_000_000L;

  /**
   * What one file may cost, read and compiled: a hundred bytes or so for each of the million
   * structures that are looked at in HDF5 before it is refused. Good files cost less than 1 MiB.
   */
  private static final long MOST_BYTES = 128L << 20;

  /** What is refused is refused by these, and not by an accident that is one of their kind. */
  private static final Set<Class<?>> REFUSALS =
      Set.of(
          ModelFileException.class,
          UnsupportedLayerException.class,
          IllegalArgumentException.class);

  /** Room in HDF5 for a configuration that grows. */
  private static final int ROOM = 20_000;

  /** Makes a damaged file. */
  @FunctionalInterface
  private interface Damage {
    byte[] of(Random random);
  }

  private static Sequence images() {
    return Sequence.of(6, 6, 2)
        .layer(
            "Conv2D",
            "\"filters\": 4, \"kernel_size\": [3, 3], \"strides\": [1, 1], \"padding\": \"same\","
                + " \"dilation_rate\": [1, 1], \"groups\": 2, \"activation\": \"relu\","
                + " \"data_format\": \"channels_last\"",
            Sequence.arrays("kernel", Tensor.random(1, 3, 3, 1, 4), "bias", Tensor.random(2, 4)))
        .layer(
            "BatchNormalization",
            "\"axis\": [3], \"momentum\": 0.99, \"epsilon\": 0.01, \"scale\": true, \"center\":"
                + " true",
            Sequence.arrays(
                "gamma",
                Tensor.random(3, 4),
                "beta",
                Tensor.random(4, 4),
                "moving_mean",
                Tensor.random(5, 4),
                "moving_variance",
                Tensor.positive(6, 4)))
        .layer("ReLU", "\"max_value\": 6.0, \"negative_slope\": 0.0, \"threshold\": 0.0")
        .layer("ZeroPadding2D", "\"padding\": [[1, 1], [1, 1]]")
        .layer(
            "DepthwiseConv2D",
            "\"kernel_size\": [3, 3], \"strides\": [1, 1], \"padding\": \"valid\","
                + " \"depth_multiplier\": 1, \"use_bias\": false",
            Sequence.arrays("depthwise_kernel", Tensor.random(7, 3, 3, 4, 1)))
        .layer("MaxPooling2D", "\"pool_size\": [2, 2], \"strides\": [2, 2], \"padding\": \"valid\"")
        .layer("UpSampling2D", "\"size\": [2, 3], \"interpolation\": \"bilinear\"")
        .layer("Cropping2D", "\"cropping\": [[1, 0], [2, 1]]")
        .layer(
            "Conv2DTranspose",
            "\"filters\": 3, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"padding\": \"same\","
                + " \"use_bias\": false",
            Sequence.arrays("kernel", Tensor.random(8, 2, 2, 3, 4)))
        .layer("GlobalAveragePooling2D", "\"keepdims\": true")
        .layer("Reshape", "\"target_shape\": [-1]")
        .layer(
            "Dense",
            "\"units\": 3, \"activation\": \"softmax\"",
            Sequence.arrays("kernel", Tensor.random(9, 3, 3), "bias", Tensor.random(10, 3)));
  }

  private static Sequence steps() {
    return Sequence.of(5, 3)
        .layer("Masking", "\"mask_value\": 0.0")
        .layer(
            "Bidirectional",
            "\"merge_mode\": \"concat\", \"layer\": {\"class_name\": \"LSTM\", \"config\":"
                + " {\"name\": \"lstm\", \"units\": 2, \"activation\": \"tanh\","
                + " \"recurrent_activation\": \"sigmoid\", \"return_sequences\": true,"
                + " \"go_backwards\": false}}",
            Sequence.arrays(
                "forward_layer/cell/kernel", Tensor.random(11, 3, 8),
                "forward_layer/cell/recurrent_kernel", Tensor.random(12, 2, 8),
                "forward_layer/cell/bias", Tensor.random(13, 8),
                "backward_layer/cell/kernel", Tensor.random(14, 3, 8),
                "backward_layer/cell/recurrent_kernel", Tensor.random(15, 2, 8),
                "backward_layer/cell/bias", Tensor.random(16, 8)))
        .layer(
            "LayerNormalization",
            "\"axis\": [-1], \"epsilon\": 0.001, \"center\": true, \"scale\": true",
            Sequence.arrays("gamma", Tensor.random(17, 4), "beta", Tensor.random(18, 4)))
        .layer(
            "TimeDistributed",
            "\"layer\": {\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2,"
                + " \"activation\": \"tanh\"}}",
            Sequence.arrays(
                "layer/kernel", Tensor.random(19, 4, 2), "layer/bias", Tensor.random(20, 2)))
        .layer(
            "GRU",
            "\"units\": 2, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\","
                + " \"reset_after\": true, \"return_sequences\": true",
            Sequence.arrays(
                "cell/kernel", Tensor.random(21, 2, 6),
                "cell/recurrent_kernel", Tensor.random(22, 2, 6),
                "cell/bias", Tensor.random(23, 2, 6)))
        .layer("GlobalAveragePooling1D", "")
        .layer(
            "Dense",
            "\"units\": 2, \"activation\": \"softmax\", \"use_bias\": false",
            Sequence.arrays("kernel", Tensor.random(24, 2, 2)));
  }

  private static String node(String layer) {
    return "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 4, 6], \"dtype\": \"float32\", \"keras_history\": [\"%s\", 0, 0]}}"
        .formatted(layer);
  }

  private static String layer(String kind, String name, String options, String arguments) {
    return "{\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\"%s}, \"inbound_nodes\": [%s]}"
        .formatted(kind, name, name, options, arguments);
  }

  private static String arguments(String arguments) {
    return "{\"args\": [%s], \"kwargs\": {}}".formatted(arguments);
  }

  /** Attention, merges, arithmetic, and a model inside the model. */
  private static byte[] graph() {
    String inner =
        "{\"class_name\": \"Sequential\", \"name\": \"inner\", \"config\": {\"name\": \"inner\", \"layers\": [{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 6, \"use_bias\": false, \"activation\": \"linear\"}}]}, \"inbound_nodes\": [%s]}"
            .formatted(arguments(node("add")));
    String scaled =
        "{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"Multiply\", \"config\": {\"name\": \"mul\"}, \"name\": \"mul\", \"registered_name\": \"Multiply\", \"inbound_nodes\": [%s]}"
            .formatted(arguments(node("inner") + ", 0.5"));
    String layers =
        String.join(
            ", ",
            layer("InputLayer", "in", ", \"batch_shape\": [null, 4, 6]", ""),
            layer(
                "MultiHeadAttention",
                "mha",
                ", \"num_heads\": 2, \"key_dim\": 3, \"value_dim\": 3, \"dropout\": 0.1,"
                    + " \"use_bias\": false, \"output_shape\": null, \"attention_axes\": [1]",
                arguments(node("in") + ", " + node("in"))),
            layer("Add", "add", "", arguments("[" + node("mha") + ", " + node("in") + "]")),
            inner,
            scaled,
            layer(
                "Concatenate",
                "cat",
                ", \"axis\": -1",
                arguments("[" + node("mul") + ", " + node("add") + "]")),
            layer("Permute", "turn", ", \"dims\": [2, 1]", arguments(node("cat"))),
            layer("Flatten", "flat", "", arguments(node("turn"))),
            layer("Activation", "out", ", \"activation\": \"softmax\"", arguments(node("flat"))));
    String configuration =
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [%s], \"input_layers\": [\"in\", 0, 0], \"output_layers\": [\"out\", 0, 0]}}"
            .formatted(layers);
    List<Written.Values> values = new ArrayList<>();
    for (String part : List.of("query_dense", "key_dense", "value_dense")) {
      values.add(
          new Written.Values(
              "layers/multi_head_attention/" + part + "/vars/0", Tensor.random(25, 6, 2, 3)));
    }
    values.add(
        new Written.Values(
            "layers/multi_head_attention/output_dense/vars/0", Tensor.random(26, 2, 3, 6)));
    values.add(
        new Written.Values("layers/sequential/layers/dense/vars/0", Tensor.random(27, 6, 6)));
    return Written.archive(configuration, "3.8.0", values);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] with(Map<String, byte[]> entries, String name, byte[] content) {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    changed.put(name, content);
    return Written.zip(changed);
  }

  /** An archive by its bytes, and by one of its entries with the checksum made good. */
  private static void archive(Map<String, Damage> damages, String name, byte[] archive)
      throws IOException {
    compile(archive);
    Map<String, byte[]> entries = entries(archive);
    byte[] weights = Objects.requireNonNull(entries.get(KerasFile.WEIGHTS));
    byte[] configuration = Objects.requireNonNull(entries.get(KerasFile.CONFIGURATION));
    String json = new String(configuration, StandardCharsets.UTF_8);
    damages.put(name + " archive, bytes", random -> damaged(archive, random));
    damages.put(
        name + " archive, weights",
        random -> with(entries, KerasFile.WEIGHTS, damaged(weights, random)));
    damages.put(
        name + " archive, configuration",
        random ->
            with(
                entries,
                KerasFile.CONFIGURATION,
                new ConfigurationDamage(random).of(json).getBytes(StandardCharsets.UTF_8)));
  }

  /** HDF5 by its bytes, and by its configuration, which is written over where it stands. */
  private static void hdf5(Map<String, Damage> damages, String name, Sequence model) {
    byte[] whole = model.hdf5("2.4.0", "tensorflow");
    compile(whole);
    byte[] roomy = model.hdf5("2.4.0", "tensorflow", json -> json + " ".repeat(ROOM));
    compile(roomy);
    String json = model.json(false);
    int at = new String(roomy, StandardCharsets.ISO_8859_1).indexOf(json);
    assertThat(at).as("place of the configuration").isPositive();
    damages.put(name + " HDF5, bytes", random -> damaged(whole, random));
    damages.put(
        name + " HDF5, configuration",
        random -> {
          byte[] file = roomy.clone();
          Arrays.fill(file, at, at + json.length() + ROOM, (byte) ' ');
          byte[] text = new ConfigurationDamage(random).of(json).getBytes(StandardCharsets.UTF_8);
          System.arraycopy(text, 0, file, at, Math.min(text.length, json.length() + ROOM));
          return file;
        });
  }

  private static Map<String, Damage> damages() throws IOException {
    Map<String, Damage> damages = new LinkedHashMap<>();
    hdf5(damages, "images", images());
    archive(damages, "images", images().archive("3.8.0"));
    hdf5(damages, "steps", steps());
    archive(damages, "steps", steps().archive("3.8.0"));
    archive(damages, "graph", graph());
    for (String name : List.of("keras-good.h5", "keras-many-old.h5", "keras-many-new.h5")) {
      byte[] whole = resource(name);
      compile(whole);
      damages.put(name, random -> damaged(whole, random));
    }
    return damages;
  }

  @Test
  void damaged_files_are_refused_clearly_and_soon_and_in_little_memory() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    Map<String, Damage> damages = damages();
    List<String> names = List.copyOf(damages.keySet());
    Map<String, Tally> tallies = new LinkedHashMap<>();
    names.forEach(name -> tallies.put(name, new Tally()));
    for (int file = 0; file < FILES; file++) {
      String name = names.get(file % names.size());
      Tally tally = Objects.requireNonNull(tallies.get(name));
      long seed = SEED + file;
      byte[] damaged = Objects.requireNonNull(damages.get(name)).of(new Random(seed));
      String what = "%s, seed %d".formatted(name, seed);
      long memory = threads.getThreadAllocatedBytes(self);
      long start = System.nanoTime();
      try {
        compile(damaged);
      } catch (IllegalArgumentException e) {
        if (!REFUSALS.contains(e.getClass())) {
          throw new AssertionError(what + " ends in " + e, e);
        }
        assertThat(e.getMessage()).as("message of " + what).isNotBlank().hasLineCount(1);
        tally.refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(what + " ends in " + e, e);
      }
      long time = System.nanoTime() - start;
      long allocated = threads.getThreadAllocatedBytes(self) - memory;
      assertThat(time).as("nanoseconds of " + what).isLessThan(MOST_NANOS);
      assertThat(allocated).as("bytes allocated by " + what).isLessThan(MOST_BYTES);
      tally.done++;
      tally.longest = Math.max(tally.longest, time);
      tally.largest = Math.max(tally.largest, allocated);
    }
    System.out.printf("fuzz of Keras files: %d from seed %d; %s%n", FILES, SEED, tallies);
    tallies.forEach(
        (name, tally) ->
            assertThat(tally.refused)
                .as("%s: damage must be seen", name)
                .isGreaterThanOrEqualTo(tally.done / 20));
  }

  private static void compile(byte[] bytes) {
    LoadedNetwork loaded = ModelFile.read("fuzz", bytes);
    Shape shape = loaded.inputShape().orElse(Shape.of(2, 6, 6));
    loaded.network().compile(shape, Optional.empty(), Optional.empty(), LogitsSaid.BY_FILE);
  }

  /** Bytes changed, parts put elsewhere, or cut off. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(8)) {
        case 0, 1 -> bytes[at] = (byte) random.nextInt();
        case 2, 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 4, 5 -> {
          // Sizes and addresses have eight bytes: a small one, or the largest.
          int to = Math.min(bytes.length, at + 8);
          Arrays.fill(bytes, at, to, (byte) (random.nextBoolean() ? 0xff : 0));
          bytes[at] = (byte) random.nextInt();
        }
        case 6 -> {
          int length = Math.min(random.nextInt(64), bytes.length - at);
          int to = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes.clone(), at, bytes, to, length);
        }
        default -> {
          if (random.nextInt(8) == 0) {
            bytes = Arrays.copyOf(bytes, Math.max(8, at));
          }
        }
      }
    }
    return bytes;
  }

  /** What became of the files of a kind. */
  private static final class Tally {
    private int done;
    private int refused;
    private long longest;
    private long largest;

    @Override
    public String toString() {
      return "%d files, %d refused, at most %d ms and %d KiB"
          .formatted(done, refused, longest / 1_000_000, largest >> 10);
    }
  }
}
