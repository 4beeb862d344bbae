package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplainerResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explanations that ask for outputs alone, by command and in an audit. */
class ExplainPlayersTest {
  private Bench bench;

  @BeforeEach
  void table(@TempDir Path folder) throws IOException {
    bench = new Bench(folder);
    // Class 1 above hue 0.5; acid speaks for it a little, the others do not matter.
    bench.model(
        "model.zip", Bench.linear(new float[][] {{-20, 20}, {0, 0}, {0, 0}, {0, 1}}, 10, -10));
    bench.text(
        "t.csv",
        """
        hue,ash,proline,acid,y
        0.1,3,300,1,0
        0.2,5,1600,1.5,0
        0.44,4,310,1.25,0
        0.7,3,320,1.75,1
        0.9,4,330,2,1
        """);
  }

  /** Says yes where hue and acid both are high. */
  public static final class Both implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return Predictor.probabilities(
          2,
          rows ->
              Arrays.stream(rows)
                  .map(row -> new double[] {row[0] > 0.5 && row[3] > 1.6 ? 0.75 : 0.25})
                  .toArray(double[][]::new));
    }
  }

  private Command explain(String model, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                bench.path(model),
                "--csv",
                bench.path("t.csv"),
                "--label-column",
                "y",
                "--target",
                "1",
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  private NumberArray read(String file) throws IOException {
    return NumberArray.read(bench.path("out").resolve(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exact-shapley",
        "feature-ablation",
        "kernel-shap",
        "lime",
        "occlusion",
        "permutation-shapley"
      })
  void each_explains_a_table_from_its_median(String method) throws IOException {
    List<String> more = new ArrayList<>(List.of("--method", method));
    if (method.equals("lime")) {
      more.addAll(List.of("--set", "ridge=0"));
    }
    assertThat(explain("model.zip", more.toArray()).succeeds().out())
        .contains("5 explanations by " + method + " from baseline median");
    double[] first = read("attributions.npy").row(0);
    double[] expected = {20 * (0.1 - 0.44), 0, 0, 1 - 1.5};
    for (int i = 0; i < 4; i++) {
      assertThat(first[i]).isCloseTo(expected[i], within(1e-4));
    }
    assertThat(read("players.npy").row(0)).isEqualTo(first);
    assertThat(Files.readAllLines(bench.path("out").resolve("certificates.csv")).get(1))
        .startsWith("0,1,logit,0,")
        .endsWith(",0");
  }

  @Test
  void players_are_named_by_a_setting_and_carry_their_value_to_each_member() throws IOException {
    explain("model.zip", "--method", "exact-shapley", "--set", "players=1,0,0,1").succeeds();
    double[] players = read("players.npy").row(0);
    assertThat(players).hasSize(2);
    assertThat(players[0]).isZero();
    assertThat(players[1]).isCloseTo(20 * (0.1 - 0.44) - 0.5, within(1e-4));
    assertThat(read("attributions.npy").row(0))
        .containsExactly(players[1], players[0], players[0], players[1]);
    explain("model.zip", "--method", "vanilla-gradient").succeeds();
    assertThat(bench.path("out").resolve("players.npy"))
        .as("nothing of another method is left beside its map")
        .doesNotExist();
    explain("model.zip", "--method", "lime", "--set", "players=1,0,0")
        .refuses("players must have one number per value (4) or per pixel (4) but had 3");
  }

  @Test
  void an_audit_explains_a_model_without_gradients() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: {supplier: %s}
            data: {csv: t.csv, label-column: y}
            threats: [{norm: linf, epsilons: [0.3]}]
            attacks: [noise]
            explainers: [kernel-shap, feature-ablation, lime: {seed: 3}]
            evidence: none
            """
                .formatted(Both.class.getName()));
    sextant("audit", spec, "--out", bench.path("audit")).succeeds();
    List<ExplainerResult> explained =
        AuditResult.read(bench.path("audit").resolve("result.json")).explanations();
    assertThat(explained)
        .extracting(ExplainerResult::name)
        .containsExactly("kernel-shap", "feature-ablation", "lime");
    assertThat(explained.get(0).configuration()).containsEntry("players", "groups");
    assertThat(explained)
        .allSatisfy(
            one ->
                assertThat(one.certificates())
                    .isNotEmpty()
                    .allMatch(c -> c.backwards() == 0 && c.forwards() > 0));
  }
}
