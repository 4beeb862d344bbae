package io.sextant.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Statistic;
import io.sextant.results.gate.Waiver;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class SpecDraftTest {
  private static final SpecDraft DRAFT =
      SpecDraft.EMPTY
          .withModelFile(Path.of("a: b #1.zip"))
          .withData(Map.of("images", "- x.npy"))
          .withData(Map.of("labels", "'y'.npy", "samples", "7"));

  @Test
  void hostile_names_are_read_as_they_were_written() {
    AuditSpec spec = DRAFT.withId("x").spec();

    Path here = Path.of("").toAbsolutePath();
    assertThat(spec.models())
        .singleElement()
        .extracting(ModelSpec::source)
        .isEqualTo(new ModelSpec.File(here.resolve("a: b #1.zip")));
    assertThat(spec.data().source())
        .isEqualTo(new DataSpec.Arrays(here.resolve("- x.npy"), here.resolve("'y'.npy")));
    assertThat(spec.data().samples()).isEqualTo(7);
  }

  @Test
  void rules_come_back_whole() {
    List<Rule> rules =
        List.of(
            Rule.builder("full", Metric.ROBUST_ACCURACY)
                .norm(Norm.LINF)
                .epsilon(Epsilon.parse("8/255"))
                .attack("pgd")
                .minimum(Limit.parse("10%"))
                .maximum(Limit.parse("0.90"))
                .maxRegression(Limit.parse("1%"))
                .statistic(Statistic.CONFIDENCE_BOUND)
                .severity(Severity.INFO)
                .build(),
            Rule.builder("class", Metric.CLEAN_ACCURACY)
                .className("*")
                .minimum(Limit.parse("1"))
                .build());

    assertThat(DRAFT.withThreat(Norm.LINF, List.of("8/255")).withRules(rules).spec().rules())
        .isEqualTo(rules);
  }

  @Test
  void a_threat_replaces_one_in_the_same_norm_and_joins_others() {
    AuditSpec spec =
        DRAFT
            .withThreat(Norm.LINF, List.of("0.1"))
            .withThreat(Norm.L2, List.of("0.5"))
            .withThreat(Norm.LINF, List.of("0.2", "0.3"))
            .spec();

    assertThat(spec.threats())
        .extracting(threat -> threat.norm() + " " + threat.epsilons())
        .containsExactly("L2 [0.5]", "LINF [0.2, 0.3]");
  }

  @Test
  void the_order_of_calls_does_not_matter() {
    assertThat(DRAFT.with("seed", "1").with("attacks", "quick").text())
        .isEqualTo(DRAFT.with("attacks", "quick").with("seed", "1").text());
  }

  @Test
  void waivers_of_other_checks_are_left_out_and_mistaken_ones_stay() {
    SpecDraft waiving =
        DRAFT
            .withWaiver(waiver("clean-accuracy"))
            .withWaiver(waiver("robust-accuracy"))
            .withWaiver(waiver("robust-acuracy"))
            .withWaiver(waiver("mine"));

    assertThat(waiving.withRules(List.of(Rule.cleanAccuracy("clean-accuracy", "1"))).spec())
        .extracting(AuditSpec::waivers, InstanceOfAssertFactories.list(Waiver.class))
        .extracting(Waiver::rule)
        .containsExactly("clean-accuracy", "robust-acuracy");
  }

  private static Map<String, Object> waiver(String rule) {
    return SpecDraft.mapping("rule", rule, "reason", "known", "owner", "me", "until", "2999-12-31");
  }

  @Test
  void conditions_do_not_name_the_model_and_the_data() {
    SpecDraft moved =
        SpecDraft.EMPTY
            .withModelFile(Path.of("elsewhere.zip"))
            .withData(Map.of("images", "other.npy", "labels", "more.npy", "samples", "7"));

    assertThat(moved.conditions())
        .isEqualTo(DRAFT.conditions())
        .contains("samples: '7'".replace("'", ""));
    assertThat(moved.withData(Map.of("samples", "8")).conditions())
        .isNotEqualTo(DRAFT.conditions());
  }
}
