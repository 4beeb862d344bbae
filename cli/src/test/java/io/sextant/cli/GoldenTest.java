package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.planeData();
    bench.model("a.zip", Bench.linear(new float[][] {{0, 2}, {0, 1}, {0, 0}, {0, -1}}, 1, -1));
    // Of the largest value, 2, the third weight changed by a quarter.
    bench.model("b.zip", Bench.linear(new float[][] {{0, 2}, {0, 1}, {0, 0.5f}, {0, -1}}, 1, -1));
  }

  private Command explain(String model, String... more) {
    List<Object> line =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                bench.path(model),
                "--inputs",
                bench.path("x.npy"),
                "--labels",
                bench.path("y.npy"),
                "--method",
                "gradient-x-input",
                "--out",
                bench.path("out"),
                "--golden",
                bench.path("golden")));
    line.addAll(List.of(more));
    for (String[] usual : new String[][] {{"--target", "1"}, {"--samples", "3"}}) {
      if (!line.contains(usual[0])) {
        line.addAll(List.of(usual));
      }
    }
    return sextant(line.toArray());
  }

  @Test
  void accepted_explanations_are_kept_by_the_same_model_and_not_by_one_that_moved()
      throws IOException {
    explain("a.zip").refuses("holds no golden attributions", "--update-golden");
    explain("a.zip", "--update-golden").succeeds();
    String first = Files.readString(bench.path("golden").resolve("golden.json"));
    assertThat(first).contains("\"method\" : \"gradient-x-input\"", "\"sample\" : 2");
    assertThat(explain("a.zip", "--tolerance", "0").succeeds().out())
        .contains("no explanation moved by more than 0.0; the model is the accepted one");
    Command moved = explain("b.zip").ends(ExitCode.FAILED);
    assertThat(moved.out())
        .contains("3 of 3 explanations moved by more than 0.001; the model changed")
        .contains("class 1: feature [2] was 0.0 and is")
        .contains("with --update-golden");
    explain("b.zip", "--tolerance", "1").succeeds();
    explain("b.zip", "--update-golden").succeeds();
    explain("b.zip", "--tolerance", "0").succeeds();
    explain("a.zip", "--update-golden").succeeds();
    assertThat(Files.readString(bench.path("golden").resolve("golden.json"))).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-0.1", "Infinity"})
  void a_tolerance_that_is_none_is_refused_before_the_work(String tolerance) {
    explain("nowhere.zip", "--tolerance", tolerance)
        .refuses("--tolerance must be a finite number from 0 but was " + tolerance);
  }

  @Test
  void what_was_asked_otherwise_or_is_damaged_is_refused() throws IOException {
    explain("a.zip", "--update-golden").succeeds();
    assertThat(explain("a.zip", "--output", "probability").ends(ExitCode.BAD_INPUT).err())
        .contains("their output is logit, and here it is probability");
    assertThat(explain("a.zip", "--samples", "2").ends(ExitCode.BAD_INPUT).err())
        .contains("their number of explanations is 3, and here it is 2");
    assertThat(explain("a.zip", "--target", "0").ends(ExitCode.FAILED).out())
        .contains("explains class 0, and the golden one class 1");
    Path maps = bench.path("golden").resolve("attributions.npy");
    byte[] bytes = Files.readAllBytes(maps);
    bytes[bytes.length - 1] ^= 1;
    Files.write(maps, bytes);
    explain("a.zip").refuses("not the file that golden.json records");
    Path record = bench.path("golden").resolve("golden.json");
    String text = Files.readString(record);
    Files.writeString(record, text.replaceFirst("(\"settings\" : \\{)", "$1 \"more\" : null"));
    assertThat(explain("a.zip").ends(ExitCode.BAD_INPUT).err()).contains("is damaged");
    Files.writeString(record, text.replace("\"schema\" : 1", "\"schema\" : 9"));
    explain("a.zip").refuses("golden.json is damaged", "schema must be 1 but was 9");
    Files.writeString(record, text.substring(0, 100));
    assertThat(explain("a.zip").ends(ExitCode.BAD_INPUT).err()).contains("is damaged");
  }
}
