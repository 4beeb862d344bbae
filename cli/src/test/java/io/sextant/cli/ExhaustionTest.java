package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Disks and memories that are full. */
class ExhaustionTest {
  /** Takes nothing: every write fails as on a full disk. */
  private static final Path FULL = Path.of("/dev/full");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    bench.planeData();
  }

  /** What is written to the file will not fit. */
  private Path full(String name) throws IOException {
    assumeTrue(Files.exists(FULL), "only where the system has such a device");
    Path file = bench.path(name);
    Files.createDirectories(file.getParent());
    return Files.createSymbolicLink(file, FULL);
  }

  private Command on(String command, Object... more) {
    Object[] all = {
      command,
      "--model",
      bench.path("model.zip"),
      "--images",
      bench.path("x.npy"),
      "--labels",
      bench.path("y.npy"),
      "--out",
      bench.path("out")
    };
    Object[] joined = java.util.Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, joined, all.length, more.length);
    return sextant(joined);
  }

  @Test
  void an_attack_goes_on_when_there_is_room_again() throws IOException {
    Object[] attack = {"--epsilon", "0.1,0.05", "--attack", "quick"};
    on("attack", attack).succeeds();
    String whole = Files.readString(bench.path("out/samples.csv"));
    Files.delete(bench.path("out/samples.csv"));
    full("out/adversarial-linf-0.1.npy.part");
    assertThat(on("attack", attack).ends(2).err())
        .contains("sextant: a file could not be read or written: No space left");
    assertThat(bench.path("out/samples.csv")).doesNotExist();
    // A forged unit shows that it is read rather than done again.
    Path unit;
    try (Stream<Path> work = Files.walk(bench.path("out/work"))) {
      unit =
          work.filter(file -> file.endsWith("linf-0.1-quick-00000.json")).findFirst().orElseThrow();
    }
    String kept = Files.readString(unit);
    // Another command goes its own way.
    on("attack", "--epsilon", "0.1,0.05", "--attack", "quick", "--seed", 5).succeeds();
    assertThat(unit).hasContent(kept);
    Files.writeString(unit, kept.replaceFirst("\"forwards\":\\d+", "\"forwards\":123456789"));
    on("attack", attack).succeeds();
    assertThat(Files.readString(bench.path("out/samples.csv"))).contains(",123456789,");
    assertThat(unit.getParent()).doesNotExist();
    on("attack", attack).succeeds();
    assertThat(bench.path("out/samples.csv")).hasContent(whole);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(4)
        .nOut(2)
        .build();
  }

  /** Two outputs, of which one decides at a sum of 2 and the other at 2.3. */
  private void twoOutputs() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", output(), "in")
                .addLayer("right", output(), "in")
                .setOutputs("left", "right")
                .build());
    graph.init();
    for (String name : List.of("left", "right")) {
      graph
          .getLayer(name)
          .setParam("W", Nd4j.create(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}));
      graph
          .getLayer(name)
          .setParam("b", Nd4j.create(new float[][] {{0, name.equals("left") ? -2 : -2.3f}}));
    }
    bench.model("model.zip", graph);
  }

  @Test
  void an_attack_on_another_output_takes_nothing_over() throws IOException {
    twoOutputs();
    Object[] left = {"--epsilon", "0.1", "--attack", "pgd", "--output-name", "left"};
    Object[] right = {"--epsilon", "0.1", "--attack", "pgd", "--output-name", "right"};
    on("attack", right).succeeds();
    String fresh = Files.readString(bench.path("out/samples.csv"));
    PathUtils.delete(bench.path("out"));
    full("out/adversarial.npy.part");
    on("attack", left).ends(2);
    on("attack", right).succeeds();
    assertThat(bench.path("out/samples.csv")).hasContent(fresh);
    on("attack", left).succeeds();
    assertThat(Files.readString(bench.path("out/samples.csv"))).isNotEqualTo(fresh);
  }

  @Test
  void explain_leaves_nothing_on_a_full_disk() throws IOException {
    full("out/attributions.npy.part");
    assertThat(on("explain").ends(2).err()).contains("No space left");
    assertThat(bench.path("out")).isEmptyDirectory();
  }

  @Test
  void an_audit_goes_on_when_there_is_room_again() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.05, 0.1]}]
            explainers: [vanilla-gradient]
            """);
    Path unit = full("out/" + "work/units/linf-0.05-pgd-00000.json.part");
    Command ended = sextant("audit", spec, "--threads", 1, "--out", bench.path("out")).ends(2);
    assertThat(ended.err()).contains("No space left", "the same command");
    assertThat(Files.exists(unit, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Bench.content(bench.path("out")).keySet())
        .contains("work/units/linf-0.1-pgd-00000.json")
        .allMatch(name -> name.startsWith("work/"))
        .noneMatch(name -> name.endsWith(".json.part"));

    String id = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path result = full("out/.result.json-" + id + ".tmp");
    sextant("audit", spec, "--out", bench.path("out")).ends(2);
    assertThat(Files.exists(result, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(bench.path("out/result.json")).doesNotExist();

    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    sextant("audit", spec, "--out", bench.path("whole")).succeeds();
    assertThat(bench.path("out/samples.csv"))
        .hasSameBinaryContentAs(bench.path("whole/samples.csv"));
    sextant("replay", bench.path("out")).succeeds();
  }

  @Test
  @Tag("slow")
  void out_of_memory_ends_the_process_with_71() throws Exception {
    // Data that fits as it is kept, but not as it is worked on; the file is sparse.
    int rows = 600;
    int width = 10_000;
    ByteBuffer header = ByteBuffer.allocate(12).put(new byte[] {0, 0, 0x0d, 2});
    header.putInt(rows).putInt(width);
    bench.bytes("x.npy", header.array());
    try (RandomAccessFile file = new RandomAccessFile(bench.path("x.npy").toFile(), "rw")) {
      file.setLength(12 + 4L * rows * width);
    }
    bench.idx("y.npy", new int[] {rows}, new int[rows]);
    bench.model("model.zip", Bench.linear(new float[width][2], 1, 0));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.sextant.cli.Main",
                "attack",
                "--model",
                bench.path("model.zip").toString(),
                "--images",
                bench.path("x.npy").toString(),
                "--labels",
                bench.path("y.npy").toString(),
                "--epsilon",
                "0.1",
                "--samples",
                String.valueOf(rows),
                "--out",
                bench.path("out").toString())
            .redirectErrorStream(true)
            .redirectOutput(bench.path("log").toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(bench.path("log"))).isEqualTo(71);
    assertThat(Files.readString(bench.path("log"))).contains("sextant: out of memory");
    // The memory may end before or after the folder is made; nothing that looks finished is in it.
    assertThat(bench.path("out").resolve("samples.csv")).doesNotExist();
    assertThat(bench.path("out").resolve("adversarial.npy")).doesNotExist();
  }
}
