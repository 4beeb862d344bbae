package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.ParameterSet;
import io.sextant.evaluation.DataCorrupter;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.Examples;
import io.sextant.results.Condition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorruptTest {
  private static final int[] SHAPE = {3, 5, 4};

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private Path idx;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    idx = bench.idx("x.idx", SHAPE, IntStream.range(0, 60).map(i -> i * 37 % 256).toArray());
  }

  private Command corrupt(Path images, String kind, Object... more) {
    Object[] all = new Object[7 + more.length];
    Object[] first = {"corrupt", "--images", images, "--kind", kind, "--out", bench.path("out")};
    System.arraycopy(first, 0, all, 0, 7);
    System.arraycopy(more, 0, all, 7, more.length);
    return sextant(all);
  }

  private byte[] out() throws IOException {
    return Files.readAllBytes(bench.path("out"));
  }

  @Test
  void bytes_stay_bytes_in_the_same_format() throws IOException {
    Command ended = corrupt(idx, "contrast", "--severity", 5, "--parameters", "cifar-c").succeeds();
    assertThat(ended.out()).contains("3 rows with contrast {factor=0.15}");
    byte[] before = Files.readAllBytes(idx);
    byte[] after = out();
    assertThat(after).hasSameSizeAs(before);
    assertThat(Arrays.copyOf(after, 16)).isEqualTo(Arrays.copyOf(before, 16));
    // Each value moves to 0.15 of its distance from the mean of its image.
    double mean = 0;
    for (int i = 0; i < 20; i++) {
      mean += Byte.toUnsignedInt(before[16 + i]) / 20.0;
    }
    for (int i = 0; i < 20; i++) {
      double expected = mean + 0.15 * (Byte.toUnsignedInt(before[16 + i]) - mean);
      assertThat((double) Byte.toUnsignedInt(after[16 + i])).isCloseTo(expected, within(0.501));
    }
  }

  @Test
  void what_was_compressed_is_compressed() throws IOException {
    corrupt(idx, "fog", "--seed", 3).succeeds();
    byte[] plain = out();
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(Files.readAllBytes(idx));
    }
    corrupt(bench.bytes("x.gz", zipped.toByteArray()), "fog", "--seed", 3).succeeds();
    byte[] packed = out();
    assertThat(packed).startsWith(0x1f, 0x8b);
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(again)) {
      gzip.write(plain);
    }
    assertThat(packed).isEqualTo(again.toByteArray());
    corrupt(idx, "fog", "--seed", 4).succeeds();
    assertThat(out()).as("another seed").isNotEqualTo(plain);
  }

  @Test
  void arrays_of_numbers_keep_their_header() throws IOException {
    bench.arrays(Bench.spread(4, 12), new int[] {3, 2, 2}, new int[] {0, 1, 0, 1});
    Path npy = bench.path("x.npy");
    corrupt(npy, "gaussian-noise", "--severity", 1, "--parameters", "mnist-c").succeeds();
    byte[] before = Files.readAllBytes(npy);
    assertThat(Arrays.copyOf(out(), 128)).isEqualTo(Arrays.copyOf(before, 128));
    assertThat(out()).hasSameSizeAs(before).isNotEqualTo(before);
    Files.copy(bench.path("out"), bench.path("out.npy"));
    for (double[] row : NumberArray.read(bench.path("out.npy")).rows()) {
      assertThat(Arrays.stream(row).boxed()).allMatch(value -> value >= 0 && value <= 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"glass-blur", "jpeg", "impulse-noise", "rotate"})
  void a_file_holds_what_an_audit_with_the_same_seed_would_corrupt(String kind) throws IOException {
    Path labels = bench.idx("y.idx", new int[] {3}, 0, 1, 2);
    DataSet clean = ImageFiles.read(idx, labels, Box.UNIT);
    Examples audited =
        DataCorrupter.of(clean, ParameterSet.CIFAR_C, 9)
            .corrupt(new Condition.Corrupted(kind, 4), clean.examples());
    corrupt(idx, kind, "--severity", 4, "--seed", 9).succeeds();
    DataSet written = ImageFiles.read(bench.path("out"), labels, Box.UNIT);
    for (int i = 0; i < 3; i++) {
      assertThat(written.row(i)).isEqualTo(audited.row(i));
    }
  }

  @Test
  void parameters_of_ones_own_are_settings() throws IOException {
    corrupt(idx, "contrast", "--set", "factor=0").succeeds();
    byte[] flat = out();
    assertThat(Arrays.copyOfRange(flat, 16, 36)).containsOnly(flat[16]);
    corrupt(idx, "contrast", "--set", "factor=0", "--severity", 2)
        .refuses("--set gives the parameters", "give one or the other");
    corrupt(idx, "contrast", "--set", "factr=0")
        .refuses("no setting factr; did you mean 'factor'?");
  }

  @Test
  void tables_keep_columns_labels_and_groups() throws IOException {
    Path csv =
        bench.text(
            "t.csv", "age,job.a,job.b,class\n30,1,0,Good\n41,0,1,\"Bad, very\"\n55,0,1,Good\n");
    Path schema =
        bench.text(
            "s.yaml",
            """
            features:
              age: {type: integer, minimum: 18, maximum: 90}
            groups:
              job: [job.a, job.b]
            labels: [Good, 'Bad, very']
            """);
    Object[] command = {
      "corrupt",
      "--csv",
      csv,
      "--label-column",
      "class",
      "--schema",
      schema,
      "--kind",
      "category-swap",
      "--set",
      "share=1",
      "--out",
      bench.path("out.csv")
    };
    sextant(command).succeeds();
    assertThat(Files.readString(bench.path("out.csv")))
        .isEqualTo("age,job.a,job.b,class\n30,0,1,Good\n41,1,0,\"Bad, very\"\n55,1,0,Good\n");
    assertThat(Bench.content(folder).keySet()).noneMatch(name -> name.endsWith(".part"));
    command[8] = "fog";
    command[10] = "amount=1";
    sextant(command).refuses("fog is a corruption of images but the data are vectors");
  }

  @Test
  void the_list_names_every_kind_and_its_parameters() {
    String all = sextant("corrupt", "--list").succeeds().out();
    assertThat(List.of("gaussian-noise", "stripe", "missing-values"))
        .allSatisfy(kind -> assertThat(all).contains(kind));
    assertThat(sextant("corrupt", "--list", "jpeg").succeeds().out())
        .contains("--set quality=...", "default: 58");
  }

  @Test
  void bad_input_is_refused_and_nothing_is_written() throws IOException {
    corrupt(idx, "contrst").refuses("'contrst'", "did you mean 'contrast'?");
    corrupt(idx, "contrast", "--severity", 0).refuses("severity must be from 1 to 5 but was 0");
    corrupt(idx, "contrast", "--parameters", "mnist").refuses("did you mean 'mnist-c'?");
    corrupt(idx, "saturation").refuses("saturation cannot change images of 1 channel");
    corrupt(idx, "unit-error").refuses("unit-error is a corruption of tables");
    corrupt(bench.path("none"), "fog").refuses("none");
    bench.arrays(new double[][] {{0, 2, 0, 0}}, new int[] {1, 2, 2}, new int[] {0});
    corrupt(bench.path("x.npy"), "fog").refuses("row 0", "[0, 1]", "is 2.0", "--box");
    sextant("corrupt", "--kind", "fog", "--out", bench.path("out"))
        .refuses("exactly one of --images and --csv");
    assertThat(bench.path("out")).doesNotExist();
    assertThat(Bench.content(folder).keySet()).noneMatch(name -> name.endsWith(".part"));
    sextant("corrupt", "--images", idx, "--kind", "fog", "--out", idx)
        .refuses("--out must be another file");
  }
}
