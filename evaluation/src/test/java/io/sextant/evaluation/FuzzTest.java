package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataException;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.ImageFolder;
import io.sextant.evaluation.data.NpyWriter;
import io.sextant.evaluation.data.NumberArray;
import io.sextant.evaluation.data.Schema;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.NormalizerUnits;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.AuditResult;
import io.sextant.results.SamplesCsv;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.rules.Measurements;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecException;
import io.sextant.spec.SpecReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Damaged files of every kind that is read: only the exceptions that a reader documents may come
 * out, with a message, within bounded time and memory. 20,000 inputs from fixed seeds, fewer where
 * 60 seconds are not enough, which is told.
 */
@Tag("fuzz")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
  private static final int INPUTS = 20_000;
  private static final Duration TIME = Duration.ofSeconds(60);

  /** What one input may cost; good ones cost a small part of it. */
  private static final long MOST_BYTES = 256L << 20;

  private static final Duration LONGEST = Duration.ofSeconds(5);

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  static Path folder;

  private static final Map<String, Target> TARGETS = new TreeMap<>();

  /** Reads bytes, or throws what its documentation says. */
  @FunctionalInterface
  private interface Reader {
    void read(byte[] bytes) throws IOException;
  }

  /** Makes a damaged input of a good one. */
  @FunctionalInterface
  private interface Damage {
    byte[] of(Mutations mutations, byte[] good);
  }

  /** A reader, what it reads, and what it may throw. */
  private record Target(
      List<byte[]> good, Damage damage, Reader reader, List<Class<? extends Exception>> allowed) {}

  @SafeVarargs
  @SuppressWarnings("varargs") // they are copied
  private static void target(
      String name,
      List<byte[]> good,
      Damage damage,
      Reader reader,
      Class<? extends Exception>... allowed) {
    TARGETS.put(name, new Target(good, damage, reader, List.of(allowed)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the input where a reader of files finds it. */
  private static Path at(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] model() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                .layer(new BatchNormalization())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    network.init();
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(network, file, false);
    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler();
    scaler.setFeatureStats(Nd4j.zeros(1, 16), Nd4j.ones(1, 16));
    ModelSerializer.addNormalizerToModel(file, scaler);
    return Files.readAllBytes(file.toPath());
  }

  /** Reads a model and compiles it for the inputs that it states. */
  private static void compiled(byte[] bytes) {
    LoadedNetwork loaded = ModelFile.read("m", bytes);
    Shape shape = loaded.inputShape().orElse(Shape.of(4));
    loaded.network().compile(shape, Optional.empty(), Optional.empty(), LogitsSaid.NOT);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static byte[] idx(int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + size);
    bytes.put(new byte[] {0, 0, 8, (byte) shape.length});
    Arrays.stream(shape).forEach(bytes::putInt);
    return bytes.array();
  }

  private static byte[] image(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), format, out);
    return out.toByteArray();
  }

  private static AuditResult audited(byte[] model, String spec) throws IOException {
    Files.write(folder.resolve("m.zip"), model);
    double[][] rows = new double[6][16];
    double[][] labels = new double[6][1];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], i / 6.0);
      labels[i][0] = i % 2;
    }
    NpyWriter.write(folder.resolve("x.npy"), NpyWriter.Element.FLOAT32, rows, 1, 4, 4);
    NpyWriter.write(folder.resolve("y.npy"), NpyWriter.Element.FLOAT32, labels);
    AuditSpec read = SpecReader.parse(spec, folder);
    return new Audit(
            read,
            EngineOptions.DEFAULT.withThreads(1),
            Effort.FULL,
            new SpecSources(),
            Progress.SILENT,
            "fuzz")
        .run("model", folder.resolve("out"), false);
  }

  @BeforeAll
  static void targets() throws IOException {
    byte[] model = model();
    String spec =
        """
        model: m.zip
        classes: [a, b]
        data: {images: x.npy, labels: y.npy, samples: 6, sampling: first}
        threats:
          - {norm: linf, epsilons: [0.03, 8/255]}
          - {norm: l2, epsilons: [0.5], target: 1}
        attacks: [fgsm, {pgd: {steps: 2, restarts: 1}}]
        explainers: [vanilla-gradient]
        slices: [{name: s, samples: [0, 1]}]
        rules:
          - {id: clean, metric: clean-accuracy, minimum: 0%, severity: warn}
          - {id: r, metric: robust-accuracy, norm: linf, epsilon: 0.03, slice: s, minimum: 0.0}
        waivers: [{rule: r, reason: later, owner: me, until: 2030-01-01}]
        report: {examples: true}
        evidence: full
        seed: 7
        """;
    AuditResult result = audited(model, spec);
    Path out = folder.resolve("out");

    target(
        "zip",
        List.of(model),
        Mutations::bytes,
        b -> ModelFile.read("m", b),
        ModelFileException.class);
    target(
        "zip entries",
        List.of(model),
        Mutations::entry,
        b -> ModelFile.read("m", b),
        ModelFileException.class);
    target(
        "compiled",
        List.of(model),
        Mutations::entry,
        b -> {
          LoadedNetwork loaded = ModelFile.read("m", b);
          Shape shape = loaded.inputShape().orElse(Shape.of(1, 4, 4));
          InputDomain domain =
              loaded
                  .normalizer()
                  .map(normalizer -> normalizer.fitted(shape))
                  .orElseGet(() -> InputDomain.box(shape.elements(), 0, 1));
          ModelSettings settings = ModelSettings.DEFAULT.withNormalizerUnits(NormalizerUnits.AS_IS);
          TrainedModel.of(loaded, ModelInput.of(shape, domain), settings);
        },
        IllegalArgumentException.class);
    target(
        "keras hdf5",
        List.of(resource("keras-image.h5")),
        Mutations::bytes,
        FuzzTest::compiled,
        IllegalArgumentException.class);
    target(
        "keras archive",
        List.of(resource("keras-sequence.keras")),
        Mutations::entry,
        FuzzTest::compiled,
        IllegalArgumentException.class);
    byte[] npy = Files.readAllBytes(folder.resolve("x.npy"));
    target(
        "npy",
        List.of(npy, Mutations.gzip(npy)),
        Mutations::bytes,
        b -> NumberArray.read(at("x", b)),
        DataException.class);
    Path labels = at("labels", idx(3));
    target(
        "idx",
        List.of(idx(3, 2, 2), Mutations.gzip(idx(3, 2, 2))),
        Mutations::bytes,
        b -> ImageFiles.read(at("images", b), labels, Box.UNIT),
        DataException.class);
    Path classes = folder.resolve("images-by-class");
    Path images = Files.createDirectories(classes.resolve("cat"));
    target(
        "images",
        List.of(image("png"), image("jpg")),
        Mutations::bytes,
        b -> {
          Files.write(images.resolve("a.png"), b);
          ImageFolder.read(classes, Box.UNIT);
        },
        DataException.class);
    byte[] schema =
        utf8(
            """
            features:
              Age: {type: integer, minimum: 0, maximum: 99, scale: 10, mutable: false}
              Debt: {type: real, minimum: 0, maximum: 1, monotone: increase}
            groups: {Sex: [Sex.f, Sex.m]}
            labels: [Bad, Good]
            """);
    byte[] csv = utf8("Age,Debt,Sex.f,Sex.m,y\n30,0.5,0,1,Bad\n\"41\",1e-1,1,0,Good\n");
    Schema good = Schema.parse("schema", new String(schema, StandardCharsets.UTF_8));
    target(
        "csv",
        List.of(csv),
        Mutations::text,
        b -> CsvTable.read(at("t", b), "y", good),
        DataException.class);
    target(
        "csv alone",
        List.of(utf8("a,b,y\n1,2,0\n3,4,1\n")),
        Mutations::text,
        b -> CsvTable.read(at("t", b), "y"),
        DataException.class);
    Path table = at("table", csv);
    target(
        "schema",
        List.of(schema),
        Mutations::text,
        b -> CsvTable.read(table, "y", Schema.read(at("s", b))),
        DataException.class);
    target(
        "spec",
        List.of(utf8(spec)),
        Mutations::text,
        b -> SpecReader.read(at("a", b)),
        SpecException.class);
    target(
        "result",
        List.of(utf8(result.toJson())),
        Mutations::text,
        b -> AuditResult.read(at("r", b)),
        IllegalArgumentException.class,
        IOException.class);
    target(
        "samples",
        List.of(Files.readAllBytes(out.resolve("samples.csv"))),
        Mutations::text,
        b -> SamplesCsv.read(at("r", b)),
        IllegalArgumentException.class,
        IOException.class);
    Baseline baseline =
        Baseline.of(
            "m",
            Fingerprint.of(result, List.of()),
            List.of(result.gate().rules().get(0).rule()),
            new Measurements(
                result.model().classes(),
                result.accuracy(),
                List.of(),
                io.sextant.results.Validity.of(List.of()),
                Measurements.of(
                        result,
                        SamplesCsv.read(out.resolve("samples.csv")),
                        SpecReader.parse(spec, folder).slices())
                    .samples()));
    target(
        "baseline",
        List.of(utf8(baseline.toJson())),
        Mutations::text,
        b -> Baseline.read(at("b", b)),
        IllegalArgumentException.class,
        IOException.class);
    Path evidence = out.resolve("evidence");
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    target(
        "manifest",
        List.of(Files.readAllBytes(evidence.resolve(Manifest.FILE))),
        Mutations::text,
        b -> {
          Files.write(damaged.resolve(Manifest.FILE), b);
          Manifest.read(damaged);
        },
        IllegalArgumentException.class);
    target(
        "index",
        List.of(Files.readAllBytes(evidence.resolve(Evidence.INDEX))),
        Mutations::text,
        b -> {
          Files.write(damaged.resolve(Evidence.INDEX), b);
          Evidence.index(damaged);
        },
        IllegalArgumentException.class,
        IOException.class);
  }

  @Test
  void only_documented_exceptions_come_out() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    for (Target target : TARGETS.values()) {
      for (byte[] good : target.good()) {
        target.reader().read(good); // what is not damaged is read
      }
    }
    Map<String, Tally> tallies = new TreeMap<>();
    TARGETS.keySet().forEach(name -> tallies.put(name, new Tally()));
    List<String> names = List.copyOf(TARGETS.keySet());
    long begun = System.nanoTime();
    int inputs = 0;
    // In turns, so that time that is used up is used up by all readers alike.
    for (; inputs < INPUTS && System.nanoTime() - begun < TIME.toNanos(); inputs++) {
      String name = names.get(inputs % names.size());
      Target target = Objects.requireNonNull(TARGETS.get(name));
      Tally tally = Objects.requireNonNull(tallies.get(name));
      int done = tally.done++;
      byte[] good = target.good().get(done % target.good().size());
      byte[] bytes = target.damage().of(new Mutations(done), good);
      long memory = threads.getThreadAllocatedBytes(self);
      long start = System.nanoTime();
      Throwable thrown = null;
      try {
        target.reader().read(bytes);
      } catch (Throwable e) {
        thrown = e;
        tally.refused++;
      }
      long time = System.nanoTime() - start;
      long allocated = threads.getThreadAllocatedBytes(self) - memory;
      String what =
          "%s, input %d (%d bytes, Base64 %s): %s"
              .formatted(
                  name,
                  done,
                  bytes.length,
                  bytes.length > 4000
                      ? "of a long input"
                      : Base64.getEncoder().encodeToString(bytes),
                  thrown);
      Throwable found = thrown;
      assertThat(
              found == null || target.allowed().stream().anyMatch(type -> type.isInstance(found)))
          .withFailMessage(() -> found == null ? what : what + "\n" + trace(found))
          .isTrue();
      assertThat(found == null || found.getMessage() != null).as(what).isTrue();
      assertThat(allocated).as("bytes allocated by " + what).isLessThan(MOST_BYTES);
      assertThat(time).as("nanoseconds of " + what).isLessThan(LONGEST.toNanos());
      tally.longest = Math.max(tally.longest, time);
      tally.largest = Math.max(tally.largest, allocated);
    }
    // Into the log of the build: a run that the time cut short must not look like a whole one.
    System.out.printf(
        "fuzz: %d of %d inputs in %d s; %s%n",
        inputs, INPUTS, Duration.ofNanos(System.nanoTime() - begun).toSeconds(), tallies);
    tallies.forEach(
        (name, tally) ->
            assertThat(tally.refused)
                .as("%s: damage must be seen", name)
                .isGreaterThanOrEqualTo(tally.done / 10));
  }

  /** What became of the inputs of a reader. */
  private static final class Tally {
    private int done;
    private int refused;
    private long longest;
    private long largest;

    @Override
    public String toString() {
      return "%d inputs, %d refused, at most %d ms and %d MiB"
          .formatted(done, refused, longest / 1_000_000, largest >> 20);
    }
  }

  private static String trace(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace())
        .limit(12)
        .map(frame -> "    at " + frame)
        .reduce(thrown.toString(), (a, b) -> a + "\n" + b);
  }
}
