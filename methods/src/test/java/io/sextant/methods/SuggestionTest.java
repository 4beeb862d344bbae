package io.sextant.methods;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  @Test
  void a_mistyped_name_is_near_but_not_known() {
    List<String> known = List.of("clean-accuracy", "robust-accuracy");

    assertThat(Suggestion.isMistyped("robust-acuracy", known)).isTrue();
    assertThat(Suggestion.isMistyped("Robust-Acuracy", known)).isTrue();
    assertThat(Suggestion.isMistyped("robst-acuracy", known)).isTrue();
    assertThat(Suggestion.isMistyped("robst-acurcy", known)).isFalse();
    assertThat(Suggestion.isMistyped("mine", known)).isFalse();
    assertThat(Suggestion.isMistyped("robust-accuracy", known)).isFalse();
    assertThat(Suggestion.isMistyped("x", List.of())).isFalse();
  }

  @Test
  void distances_are_levenshteins() {
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("abc", "")).isEqualTo(3);
    assertThat(Suggestion.distance("flaw", "lawn")).isEqualTo(2);
    assertThat(Suggestion.distance("same", "same")).isZero();
  }

  @Test
  void the_nearest_name_is_found_whatever_the_case() {
    List<String> known = List.of("model", "data", "threats", "attacks");

    assertThat(Suggestion.nearest("treats", known)).contains("threats");
    assertThat(Suggestion.nearest("DATA", known)).contains("data");
    assertThat(Suggestion.nearest("x", List.of())).isEmpty();
    assertThat(Suggestion.question("atacks", known)).isEqualTo("; did you mean 'attacks'?");
    assertThat(Suggestion.question("x", List.of())).isEmpty();
  }
}
