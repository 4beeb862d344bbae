package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names from files never reach the terminal with their control characters. */
class TerminalTest {
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

  private static void isPlain(Command command) {
    assertThat(command.out() + command.err())
        .isNotEmpty()
        .matches(text -> text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n'));
  }

  @Test
  void a_cell_of_a_table() throws IOException {
    bench.text("t.csv", "a,b,c,d,y\n1,\u001b]0;owned\u0007\u001b[2Jx,3,4,0\n");
    Path spec = bench.text("t.yaml", "model: model.zip\ndata: {csv: t.csv, label-column: y}\n");
    Command planned = sextant("plan", spec);
    planned.refuses("line ", "]0;owned\uFFFD\uFFFD[2Jx");
    isPlain(planned);
  }

  @Test
  void an_id_of_a_rule_in_what_is_measured() throws IOException {
    Path spec =
        bench.text(
            "a.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.05]}]
            attacks: [fgsm]
            explainers: []
            rules: [{id: "r\\e[2J", metric: clean-accuracy, minimum: 50%}]
            """);
    Command audited = sextant("audit", spec, "--out", bench.path("out")).succeeds();
    assertThat(audited.out()).contains("r\uFFFD[2J");
    isPlain(audited);
    Path manifest = bench.path("out/evidence/manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\"clean.npy\"", "\"../\\\\u001b[2J\""));
    Command replayed = sextant("replay", bench.path("out"));
    assertThat(replayed.out() + replayed.err()).contains("\uFFFD[2J");
    isPlain(replayed);
  }

  @Test
  void an_argument() {
    Command unknown = sextant("audit", "a.yaml", "--out", "out", "--\u001b[2J");
    assertThat(unknown.code()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(unknown.err()).contains("\uFFFD[2J");
    isPlain(unknown);
  }
}
