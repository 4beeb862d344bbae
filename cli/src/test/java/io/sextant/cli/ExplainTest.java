package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplainerResult;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Explanations of a table in units of its own, by command and in an audit. */
class ExplainTest {
  private Bench bench;

  @BeforeEach
  void table(@TempDir Path folder) throws IOException {
    bench = new Bench(folder);
    // Class 1 above hue 0.5; ash and proline do not matter.
    bench.model(
        "model.zip", Bench.linear(new float[][] {{-20, 20}, {0, 0}, {0, 0}, {0, 0}}, 10, -10));
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

  private Command explain(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                bench.path("model.zip"),
                "--csv",
                bench.path("t.csv"),
                "--label-column",
                "y",
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  private AuditResult audit(String explainers) throws IOException {
    Path spec = spec(explainers);
    sextant("audit", spec, "--out", bench.path("audit")).succeeds();
    return AuditResult.read(bench.path("audit").resolve("result.json"));
  }

  private Path spec(String explainers) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: model.zip
        data: {csv: t.csv, label-column: y}
        threats: [{norm: linf, epsilons: [0.3]}]
        attacks: [fgsm]
        explainers: [%s]
        evidence: none
        """
            .formatted(explainers));
  }

  @Test
  void rows_of_a_table_are_drawn_one_by_one_and_together() throws IOException {
    Command ended = explain("--pictures", "--samples", "2", "--target", "1").succeeds();
    Path pictures = bench.path("out").resolve("pictures");
    assertThat(pictures.toFile().list())
        .containsExactlyInAnyOrder(
            "0-1.svg",
            "1-1.svg",
            "waterfall-0-1.svg",
            "waterfall-1-1.svg",
            "beeswarm-1.svg",
            "deletion.svg",
            "insertion.svg");
    // Four values are five points of a curve; the explanation and two controls have two of each.
    assertThat(ended.out())
        .contains("pictures: 2 SAMPLE-CLASS.svg, 2 waterfall-SAMPLE-CLASS.svg, beeswarm-1.svg,")
        .contains("deletion.svg and insertion.svg of 2 examples (");
    assertThat(Files.readString(pictures.resolve("deletion.svg")))
        .contains("random (control)", "constant (control)", ">integrated-gradients<");
    assertThat(Files.readString(pictures.resolve("0-1.svg")))
        .contains("integrated-gradients of sample 0: logit of", ">hue<", ">proline<");
    assertThat(Files.readString(pictures.resolve("waterfall-0-1.svg")))
        .contains(">hue = 0.1<", "f(x′) at the baseline", "not accounted for (minus the gap)");
    assertThat(Files.readString(pictures.resolve("beeswarm-1.svg")))
        .contains("attribution to the logit of", ">hue<");
  }

  @Test
  void slopes_have_no_waterfall_and_say_their_unit() throws IOException {
    explain("--method", "vanilla-gradient", "--pictures", "--curves", "0", "--target", "1")
        .succeeds();
    Path pictures = bench.path("out").resolve("pictures");
    assertThat(pictures.toFile().list())
        .noneMatch(name -> name.startsWith("waterfall"))
        .doesNotContain("deletion.svg");
    assertThat(Files.readString(pictures.resolve("beeswarm-1.svg")))
        .contains("change of the logit of", "per unit of the feature");
  }

  @ParameterizedTest
  @CsvSource({
    "auto, median, 0.44",
    "median, median, 0.44",
    "mean, mean, 0.468",
    "center, center, 0.5",
    "minimum, minimum, 0.1",
    "zero, zero, 0"
  })
  void a_table_starts_where_it_is_told_and_by_default_at_its_median(
      String asked, String told, double hue) throws IOException {
    Command ended = explain("--baseline", asked, "--target", "1").succeeds();
    assertThat(ended.out()).contains("from baseline " + told);
    // The median is that of the data, not of the rows that are explained.
    Command first = explain("--baseline", asked, "--target", "1", "--samples", "1").succeeds();
    assertThat(first.out()).contains("1 explanation by integrated-gradients");
    assertThat(NumberArray.read(bench.path("out").resolve("attributions.npy")).row(0)[0])
        .isCloseTo(20 * (0.1 - hue), org.assertj.core.api.Assertions.within(1e-4));
    assertThat(ended.err().contains("warning: the baseline (zero) lies outside the domain"))
        .isEqualTo(asked.equals("zero"));
    assertThat(ended.err().contains("feature hue must be in [0.1, 0.9] but is 0, and 3 more"))
        .isEqualTo(asked.equals("zero"));
  }

  @Test
  void an_audit_says_where_integrals_start_and_what_is_wrong_with_it() throws IOException {
    List<ExplainerResult> explained = audit("integrated-gradients, smoothgrad").explanations();
    assertThat(explained.get(0).configuration().get("baseline"))
        .matches("median:[0-9.]+,4.0,320.0,1.5");
    assertThat(explained.get(0).remarks()).isEmpty();
    assertThat(explained.get(1).configuration()).containsEntry("noise", "feature-range:0.15");
    Files.delete(bench.path("audit").resolve("result.json"));
    sextant("audit", spec("{integrated-gradients: {baseline: zero}}"), "--out", bench.path("other"))
        .succeeds();
    AuditResult zero = AuditResult.read(bench.path("other").resolve("result.json"));
    assertThat(zero.explanations().get(0).remarks()).hasSize(1);
    assertThat(Files.readString(bench.path("other").resolve("report.html")))
        .contains("the baseline (zero) lies outside the domain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"integrated-gradients", "smoothgrad"})
  void a_baseline_that_does_not_fit_is_a_mistake_of_the_spec(String name) throws IOException {
    String settings = "{baseline: '0.1,0.2'}";
    Path spec =
        spec(
            name.equals("smoothgrad")
                ? "{smoothgrad: {base: {integrated-gradients: %s}}}".formatted(settings)
                : "{%s: %s}".formatted(name, settings));
    sextant("audit", spec, "--out", bench.path("audit"))
        .refuses("explainer " + name, "one value per feature (4) but had 2");
    assertThat(bench.path("audit")).doesNotExist();
    sextant("plan", spec).refuses("explainer " + name, "one value per feature (4) but had 2");
    explain("--baseline", "0.1,0.2").refuses("one value per feature (4) but had 2");
  }

  @Test
  void settings_that_fit_leave_the_outputs_numbers() throws IOException {
    assertThat(audit("{integrated-gradients: {baseline: '0.1,3,300,1'}}").validity().checks())
        .filteredOn(check -> check.id().equals("finite-logits"))
        .extracting(ValidityCheck::status)
        .containsExactly(ValidityCheck.Status.PASS);
  }
}
