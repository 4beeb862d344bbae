package io.sextant.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTextTest {
  private static void refused(String text, String... parts) {
    assertThatThrownBy(() -> YamlText.read(text))
        .isInstanceOf(YamlText.MalformedException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  @Test
  void scalars_are_texts_in_keys_and_values() {
    assertThat(YamlText.read("no: [yes, 010, 0.10, ~, 2020-01-01]\n1: {a: }\n"))
        .contains(
            Map.of("no", List.of("yes", "010", "0.10", "~", "2020-01-01"), "1", Map.of("a", "")));
    assertThat(YamlText.read("a: !!str 7")).contains(Map.of("a", "7"));
    assertThat(YamlText.read("# nothing\n")).isEmpty();
  }

  @Test
  void an_alias_repeats_a_value_but_not_itself() {
    assertThat(YamlText.read("a: &x [1]\nb: [*x, *x]"))
        .contains(Map.of("a", List.of("1"), "b", List.of(List.of("1"), List.of("1"))));
    refused("r: 1\nclasses: &a [*a]\n", "line 2, column 10: ", "an alias stands inside");
    refused("a: &a {b: {c: [*a]}}\n", "line 1, column 4: ", "an alias stands inside");
  }

  @ParameterizedTest
  @CsvSource({
    "'seed: !!str {a: b}', '1, column 7', !!str",
    "'a: 1\nb: !!int 5', '2, column 4', !!int",
    "'a: !!set {b}', '1, column 4', !!set",
    "'a: !!java.io.File [x]', '1, column 4', !!java.io.File",
    "'!!omap [a: b]', '1, column 1', !!omap",
    "'a: !own x', '1, column 4', !own",
    "'!!int 5: x', '1, column 1', !!int"
  })
  void a_tag_is_refused_with_its_place(String text, String place, String tag) {
    refused(text, "line " + place + ": the tag " + tag + " is not supported");
  }

  @Test
  void malformed_texts_name_their_place() {
    refused("a: 1\nb: [1, 2\nc: 3\n", "line 3");
    refused("a: 1\na: 2\n", "line 2, column 1: the key 'a' is given twice");
    refused("a: 1\n---\nb: 2\n", "line 2");
    refused("? [a]\n: b\n", "line 1", "a key must be a text");
    refused("[".repeat(1000) + "]".repeat(1000), "epth");
    refused("a: *nothing\n", "line 1", "nothing");
  }

  @Test
  @Timeout(20)
  void a_text_has_room_for_a_schema_of_a_wide_table_and_not_for_more() {
    String feature = "f%05d: {type: real, minimum: -1.23456789, maximum: 1.23456789}\n";
    StringBuilder wide = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      wide.append(feature.formatted(i));
    }
    assertThat(YamlText.read(wide.toString())).isPresent();
    refused(
        "#" + " ".repeat(1 << 22), "line 1", "has 4194305 characters but may have at most 4194304");
  }

  @Test
  @Timeout(20)
  void aliases_cannot_swell_a_text() {
    StringBuilder many = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 20; i++) {
      many.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(many.toString(), "aliases");
    String large = "a: &a [" + "x, ".repeat(100_000) + "x]\n";
    refused(large + "b: [*a, *a, *a, *a, *a, *a]\n", "more than 524288 values");
  }
}
