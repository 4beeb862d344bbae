package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class FindingsTest {
  private record Weather(String sky) implements Finding {}

  private record Tide(int metres) implements Finding {}

  @Test
  void a_later_stage_reads_what_an_earlier_one_found_by_its_type() {
    Findings findings = new Findings();
    findings.add(new Tide(2));
    findings.add(new Weather("clear"));
    assertThat(findings.of(Weather.class).sky()).isEqualTo("clear");
    assertThat(findings.all()).containsExactly(new Tide(2), new Weather("clear"));
  }

  @Test
  void a_stage_that_comes_too_early_is_told_what_it_lacks() {
    Findings findings = new Findings();
    findings.add(new Tide(2));
    assertThatIllegalStateException()
        .isThrownBy(() -> findings.of(Weather.class))
        .withMessage(
            "no stage has found Weather yet; list the one that does before those that need it");
  }
}
