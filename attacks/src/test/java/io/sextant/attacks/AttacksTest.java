package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Odi;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {
  @Test
  void defaults_are_those_of_the_contract() {
    assertThat(Attacks.catalogue().names()).contains("fgsm", "fmn", "noise", "pgd");
    assertThat(Attacks.of("pgd", Map.of()).configuration())
        .containsExactly(
            Map.entry("steps", "40"),
            Map.entry("step-size", "cosine epsilon"),
            Map.entry("restarts", "1"),
            Map.entry("start", "uniform"),
            Map.entry("odi", "0"),
            Map.entry("loss", "cross-entropy"),
            Map.entry("until-broken", "true"));
  }

  @Test
  void configurations_lead_back_to_their_attack() {
    Attack pgd =
        Pgd.DEFAULT
            .withSteps(7)
            .withStepSize(0.0125)
            .withRestarts(3)
            .withLoss(Loss.MARGIN)
            .withUntilBroken(false);
    assertThat(Attacks.of("pgd", pgd.configuration())).isEqualTo(pgd);
    for (Attack other :
        List.of(
            Pgd.DEFAULT.withStart(Start.CLEAN),
            Pgd.DEFAULT.withStart(Start.CORNER).withOdi(new Odi(7, true)),
            Pgd.DEFAULT.withOdi(new Odi(2, false)).withStepSize("cosine epsilon to epsilon/10"))) {
      assertThat(Attacks.of("pgd", other.configuration())).isEqualTo(other);
    }
    Attack fgsm = Fgsm.DEFAULT.withLoss(Loss.MARGIN);
    assertThat(Attacks.of("fgsm", fgsm.configuration())).isEqualTo(fgsm);
    Attack noise = UniformNoise.DEFAULT.withDraws(9);
    assertThat(Attacks.of("noise", noise.configuration())).isEqualTo(noise);
  }

  @Test
  void settings_override_one_by_one() {
    assertThat(Attacks.of("pgd", Map.of("steps", "10"))).isEqualTo(Pgd.DEFAULT.withSteps(10));
  }

  @Test
  void unknown_names_and_settings_are_told_the_known_ones() {
    assertThatThrownBy(() -> Attacks.of("pgf", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "attack must be one of %s but was 'pgf'; did you mean 'pgd'?",
            String.join(", ", Attacks.catalogue().names()));
    assertThatThrownBy(() -> Attacks.of("fgsm", Map.of("steps", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "attack fgsm has no setting steps; did you mean 'loss'?; its settings are loss");
  }

  @ParameterizedTest
  @CsvSource({
    "steps, 0, steps must be a whole number from 1 to 1000000 but was '0'",
    "steps, ten, steps must be a whole number from 1 to 1000000 but was 'ten'",
    "steps, 1500000000, steps must be a whole number from 1 to 1000000 but was '1500000000'",
    "restarts, -1, restarts must be a whole number from 1 to 1000000 but was '-1'",
    "step-size, 0, step-size must be a number above 0",
    "step-size, NaN, step-size must be a number above 0",
    "step-size, wide, step-size must be a number above 0",
    "start, yes, 'start must be clean, uniform, corner or surface but was ''yes'''",
    "odi, -1, 'odi must be a whole number from 0 to 1000, or ''adaptive'' and one but was ''-1'''",
    "odi, adaptive, 'odi must be a whole number from 0 to 1000, or ''adaptive'' and one'",
    "odi, adaptive 0, 'odi must be a whole number from 0 to 1000, or ''adaptive'' and one'",
    "step-size, cosine epsilon/4 to epsilon/2, step-size must be a number above 0",
    "until-broken, yes, until-broken must be true or false but was 'yes'",
    "loss, hinge, 'loss must be cross-entropy, margin, dlr, scaled-cross-entropy or probability-margin but was ''hinge'''",
  })
  void wrong_values_are_refused(String key, String value, String message) {
    assertThatThrownBy(() -> Attacks.of("pgd", Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("attack pgd: " + message);
  }

  @Test
  void runs_that_would_all_be_alike_are_refused() {
    assertThatThrownBy(() -> Pgd.DEFAULT.withRestarts(2).withStart(Start.CLEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("restarts must be 1 with start clean and without odi");
    assertThat(
            Pgd.DEFAULT
                .withStart(Start.CLEAN)
                .withOdi(new Odi(2, false))
                .withRestarts(2)
                .restarts())
        .isEqualTo(2);
  }

  @Test
  void noise_needs_a_draw() {
    assertThatThrownBy(() -> UniformNoise.DEFAULT.withDraws(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("draws must be a whole number from 1 to 1000000 but was '0'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.1", "x"})
  void a_threat_needs_a_radius(String epsilon) {
    assertThatThrownBy(() -> ThreatModel.of(Norm.LINF, epsilon))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_radius_may_be_a_number() {
    assertThat(ThreatModel.of(Norm.LINF, 0.03)).isEqualTo(ThreatModel.of(Norm.LINF, "3/100"));
    assertThat(ThreatModel.of(Norm.L2, 2).condition().text()).isEqualTo("l2 2");
    for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> ThreatModel.of(Norm.LINF, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("epsilon");
    }
  }

  @Test
  void threats_and_goals_check_their_numbers() {
    assertThatThrownBy(() -> ThreatModel.of(Norm.LINF, "0.1").withCategoryChanges(-1))
        .hasMessage("category changes must be at least 0 but were -1");
    assertThatThrownBy(() -> new Goal.Targeted(-1))
        .hasMessage("target class must be at least 0 but was -1");
    assertThatThrownBy(() -> new Goal.TargetedEach(Map.of(0L, -2)))
        .hasMessage("target class must be at least 0 but was -2");
  }

  @Test
  void step_sizes_are_absolute_or_a_part_of_the_radius() {
    assertThat(StepSize.parse("epsilon/4").at(0.2, 3, 40)).isEqualTo(0.05);
    assertThat(StepSize.parse("0.01").at(0.2, 3, 40)).isEqualTo(0.01);
    assertThat(StepSize.parse("epsilon").at(0.2, 3, 40)).isEqualTo(0.2);
    assertThat(StepSize.parse("cosine epsilon")).isEqualTo(Pgd.DEFAULT.stepSize());
    StepSize falling = StepSize.parse("cosine epsilon/2");
    assertThat(falling.at(0.2, 0, 40)).isEqualTo(0.1);
    assertThat(falling.at(0.2, 20, 40)).isCloseTo(0.05, within(1e-15));
    assertThat(falling.at(0.2, 39, 40)).isBetween(0.0, 0.001);
    StepSize to = StepSize.parse("cosine epsilon/2 to epsilon/10");
    assertThat(to.at(0.2, 0, 40)).isEqualTo(0.1);
    assertThat(to.at(0.2, 20, 40)).isCloseTo(0.06, within(1e-15));
    assertThat(to.at(0.2, 39, 40)).isBetween(0.02, 0.021);
    for (String text :
        List.of(
            "0.01",
            "epsilon",
            "epsilon/2.5",
            "cosine epsilon/4",
            "cosine epsilon to epsilon/10",
            "cosine epsilon/2 to epsilon/1000")) {
      assertThat(StepSize.parse(text).text()).isEqualTo(text);
      assertThat(Pgd.DEFAULT.withStepSize(text).configuration()).containsEntry("step-size", text);
    }
    assertThat(Pgd.DEFAULT.reach(0.2)).hasValueCloseTo(10.25, within(1e-12));
    Pgd foolbox = Pgd.DEFAULT.withStepSize("epsilon/30");
    assertThat(foolbox.reach(0.2)).hasValueCloseTo(2 / 3.0, within(1e-12));
    assertThat(foolbox.withStart(Start.CLEAN).reach(0.2)).hasValueCloseTo(4 / 3.0, within(1e-12));
    assertThat(foolbox.longer()).contains(foolbox.withSteps(80));
    assertThat(Fgsm.DEFAULT.longer()).isEmpty();
    assertThat(Attacks.of("pgd", Map.of("step-size", "epsilon/4")).configuration())
        .containsEntry("step-size", "epsilon/4");
  }
}
