package io.sextant.results.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaiverTest {
  private static final LocalDate LAST = LocalDate.of(2026, 3, 31);

  private static Waiver waiver(Optional<String> model) {
    return new Waiver("r", model, "known", "ann", LAST);
  }

  @Test
  void counts_on_its_last_day() {
    assertThat(waiver(Optional.empty()).isExpired(LAST)).isFalse();
    assertThat(waiver(Optional.empty()).isExpired(LAST.plusDays(1))).isTrue();
  }

  @Test
  void covers_its_rule_and_model() {
    assertThat(waiver(Optional.empty()).covers("r", "any")).isTrue();
    assertThat(waiver(Optional.of("m")).covers("r", "m")).isTrue();
    assertThat(waiver(Optional.of("m")).covers("r", "n")).isFalse();
    assertThat(waiver(Optional.empty()).covers("s", "any")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "...", " ... "})
  void must_be_filled_in(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Waiver("r", Optional.empty(), blank, "ann", LAST))
        .withMessage("the waiver of rule r must give its reason but was '%s'; fill it in", blank);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Waiver("r", Optional.empty(), "known", blank, LAST))
        .withMessageContaining("must give its owner");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Waiver("r", Optional.of(blank), "known", "ann", LAST))
        .withMessageContaining("must give its model");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Waiver(blank, Optional.empty(), "known", "ann", LAST))
        .withMessageContaining("must give its rule");
  }

  @Test
  void dates_are_read() {
    assertThat(Waiver.date(" 2026-03-31 ")).isEqualTo(LAST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Waiver.date("31.3.2026"))
        .withMessage("until must be a date such as 2026-12-31 but was '31.3.2026'");
    assertThatIllegalArgumentException().isThrownBy(() -> Waiver.date("2026-02-30"));
  }

  @Test
  void is_ready_to_paste() {
    assertThat(Waiver.yaml("a \"b\"", "m", LAST))
        .isEqualTo(
            """
            waivers:
              - rule: "a \\"b\\""
                model: "m"
                reason: "..."
                owner: "..."
                until: 2026-03-31
            """);
    assertThat(Waiver.xml("a<b>&c", "m", LAST))
        .isEqualTo(
            """
            <waiver>
              <rule>a&lt;b&gt;&amp;c</rule>
              <model>m</model>
              <reason>...</reason>
              <owner>...</owner>
              <until>2026-03-31</until>
            </waiver>
            """);
  }
}
