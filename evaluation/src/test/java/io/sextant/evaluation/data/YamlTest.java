package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlTest {
  private static void refused(String text, String... parts) {
    assertThatThrownBy(() -> Yaml.parse("spec.yaml", text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("spec.yaml")
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  @Test
  void decimals_keep_what_was_written() {
    JsonNode epsilons = Yaml.parse("s", "epsilons: [0.10, 8/255, 1]").path("epsilons");

    assertThat(epsilons.get(0).asText()).isEqualTo("0.10");
    assertThat(epsilons.get(1).asText()).isEqualTo("8/255");
    assertThat(epsilons.get(2).asText()).isEqualTo("1");
  }

  @Test
  void malformed_text_names_its_line() {
    refused("a: 1\nb: [1, 2\nc: 3\n", "line 3");
    refused("a: 1\na: 2\n", "line 2");
    refused("- 1\n- 2\n", "keys and values");
    refused("", "keys and values");
    refused("a: 1\n---\nb: 2\n", "spec.yaml");
  }

  @Test
  void aliases_tags_and_depth_are_bounded() {
    assertThat(Yaml.parse("s", "a: &x [1, 2]\nb: *x\n").path("b")).hasSize(2);
    refused("a: &x [*x]\n", "line 1, column 4", "alias");
    refused("a: " + "[".repeat(1000) + "]".repeat(1000), "epth");
    refused("a: !!javax.script.ScriptEngineManager x", "line 1, column 4", "tag");
  }

  @Test
  void words_that_yaml_retypes_stay_words() {
    JsonNode words = Yaml.parse("s", "no: [yes, on, 010, 1e1, ~, null, 1_000]").path("no");

    assertThat(words)
        .extracting(JsonNode::textValue)
        .containsExactly("yes", "on", "010", "1e1", "~", "null", "1_000");
  }

  @Test
  void files_are_bounded_and_must_be_text(@TempDir Path folder) throws IOException {
    Path large = Files.write(folder.resolve("large.yaml"), new byte[(1 << 22) + 1]);
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {'a', ':', (byte) 0xff});

    assertThatThrownBy(() -> Yaml.read(large)).hasMessageContainingAll("large.yaml", "4194304");
    assertThatThrownBy(() -> Yaml.read(binary)).hasMessageContainingAll("b.yaml", "UTF-8");
    assertThatThrownBy(() -> Yaml.read(folder.resolve("no"))).hasMessageContaining("not exist");
  }

  @Test
  void unknown_keys_name_the_nearest_known_one() {
    JsonNode root = Yaml.parse("s", "model: m\nthreat: []\n");

    assertThatThrownBy(() -> Yaml.checkKeys("s", root, List.of("model", "threats")))
        .isInstanceOf(DataException.class)
        .hasMessage("s: unknown key 'threat'; did you mean 'threats'?");
    assertThatCode(() -> Yaml.checkKeys("s", root, List.of("model", "threat")))
        .doesNotThrowAnyException();
  }
}
