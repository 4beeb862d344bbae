package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.evaluation.VerifiedAttack;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.Schema;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The quick starts of the README and the library page, as they stand there. */
class QuickStartTest {
  @Test
  void attacks_and_explains_a_trained_model() throws IOException {
    Path folder = Path.of("data/fashion-mnist");
    DataSet data =
        ImageFiles.read(
            folder.resolve("test-images-idx3-ubyte.gz"),
            folder.resolve("test-labels-idx1-ubyte.gz"),
            Box.UNIT);
    TrainedModel model = TrainedModel.read(Path.of("models/fashion-cnn.zip"), data.input());
    Examples examples = data.examples().slice(0, 50);
    try (GradientService service = model.service()) {
      AttackResult attack =
          Pgd.DEFAULT.run(service, examples, ThreatModel.of(Norm.LINF, "8/255"), 42);
      Explanations explained =
          Explainers.create("integrated-gradients").explain(service, examples, Target.predicted());

      VerifiedAttack found =
          VerifiedAttack.run(
              model.judge(),
              service,
              Pgd.DEFAULT,
              ThreatModel.of(Norm.LINF, "8/255"),
              List.of("1/255", "2/255", "8/255"),
              examples,
              42);

      assertThat(found.radii().get(2).counts().broken()).isEqualTo(attack.count(Outcome.BROKEN));
      assertThat(Files.readString(Path.of("../src/site/library.md"))).contains(found.toString());
      assertThat(attack.count(Outcome.BROKEN)).isGreaterThan(10);
      assertThat(explained.attributions()[0]).hasSize(784);
      assertThat(service.engine().name()).isEqualTo("onednn");
    }
  }

  @Test
  void a_table_reaches_the_network_through_the_normaliser_of_its_file() {
    DataSet data =
        CsvTable.read(
            Path.of("data/german-credit/held_out.csv"),
            "Class",
            Schema.read(Path.of("data/german-credit/schema.yaml")));
    TrainedModel model = TrainedModel.read(Path.of("models/german-credit-mlp.zip"), data.input());
    int[] decisions = model.predictions(data.rows());

    // The same accuracy as the demo's audit of all held-out rows.
    int right = 0;
    for (int i = 0; i < decisions.length; i++) {
      right += decisions[i] == data.label(i) ? 1 : 0;
    }
    assertThat(right).isEqualTo(221);
    try (GradientService service = model.service()) {
      assertThat(service.domain()).isEqualTo(data.domain());
    }
  }

  @Test
  void the_pages_show_the_code_that_runs_here() throws IOException {
    String ran =
        Files.readString(Path.of("src/test/java/io/sextant/examples/QuickStartTest.java"))
            .replaceAll("\\s+", "");

    for (String page : new String[] {"../README.md", "../src/site/library.md"}) {
      String text = Files.readString(Path.of(page));
      String[] parts = text.split("<!-- /?quick-start[a-z-]* -->", -1);
      assertThat(parts).as(page).hasSizeGreaterThan(2);
      for (int i = 1; i < parts.length; i += 2) {
        for (String block : parts[i].split("```(java)?", -1)) {
          // Imports and the end of a block stand apart in this file.
          for (String piece : block.split("(?=\nimport )|}\\s*$")) {
            assertThat(ran).as("the code on " + page).contains(piece.replaceAll("\\s+", ""));
          }
        }
      }
    }
  }

  @Test
  void the_page_on_own_methods_shows_the_code_of_its_example() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("own-method/src"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        sources.append(Files.readString(file));
      }
    }
    String ran = sources.toString().replaceAll("\\s+", "");
    String[] parts =
        Files.readString(Path.of("../src/site/writing-methods.md")).split("```(java)?");

    assertThat(parts).hasSizeGreaterThan(8);
    for (int i = 1; i < parts.length; i += 2) {
      assertThat(ran).contains(parts[i].replaceAll("\\s+", ""));
    }
  }
}
