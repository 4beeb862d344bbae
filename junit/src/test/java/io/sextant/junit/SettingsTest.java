package io.sextant.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Settings of(Map<String, String> values) {
    return Settings.of(key -> Optional.ofNullable(values.get(key)));
  }

  @Test
  void nothing_said_is_a_plain_run() {
    Settings settings = of(Map.of());

    assertThat(settings.output()).isEqualTo(Path.of("target/sextant/junit"));
    assertThat(settings.isReproduction()).isFalse();
    assertThat(settings.updateBaselines()).isFalse();
  }

  @Test
  void everything_said_is_read() {
    Settings settings =
        of(
            Map.of(
                "sextant.output", "there",
                "sextant.rules", "a, b",
                "sextant.samples.ids", "3,1",
                "sextant.updateBaselines", "true"));

    assertThat(settings.output()).isEqualTo(Path.of("there"));
    assertThat(settings.rules()).containsExactlyInAnyOrder("a", "b");
    assertThat(settings.samples()).containsExactly(3, 1);
    assertThat(settings.updateBaselines()).isTrue();
    assertThat(settings.isReproduction()).isTrue();
  }

  @Test
  void a_bare_flag_is_true() {
    assertThat(of(Map.of("sextant.updateBaselines", "")).updateBaselines()).isTrue();
    assertThat(of(Map.of("sextant.updateBaselines", "false")).updateBaselines()).isFalse();
  }

  @Test
  void malformed_values_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of("sextant.samples.ids", "3,x")))
        .withMessage("sextant.samples.ids must list 0-based rows such as 3,17 but had 'x'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of("sextant.updateBaselines", "yes")))
        .withMessageContaining("must be true or false but was 'yes'");
  }
}
