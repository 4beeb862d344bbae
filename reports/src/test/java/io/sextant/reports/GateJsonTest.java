package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.results.gate.GateReport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateJsonTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @Test
  void is_what_it_was() throws Exception {
    Golden.assertSame("gate.json", GateJson.render(GateFixture.seven("fashion-cnn")));
  }

  @Test
  void counts_are_exact_and_limits_as_written() throws Exception {
    JsonNode root = new ObjectMapper().readTree(GateJson.render(GateFixture.seven("m")));
    assertThat(root.at("/schema").intValue()).isEqualTo(2);
    assertThat(root.at("/failed").booleanValue()).isTrue();
    assertThat(root.at("/verdict").textValue()).isEqualTo("FAIL");
    JsonNode small = root.at("/rules/1");
    assertThat(small.at("/minimum").textValue()).isEqualTo("40%");
    assertThat(small.at("/measured/count").intValue()).isEqualTo(93);
    assertThat(small.at("/baseline/count").intValue()).isEqualTo(122);
    assertThat(small.at("/baseline/change").intValue()).isEqualTo(-29);
    assertThat(small.at("/baseline/lost")).hasSize(29);
    assertThat(small.at("/baseline/regressed").booleanValue()).isTrue();
    JsonNode large = root.at("/rules/2");
    assertThat(large.at("/scope/condition").textValue()).isEqualTo("linf 8/255");
    assertThat(large.at("/measured/bound").textValue()).isEqualTo("at-most");
    // A bound has no interval.
    assertThat(large.at("/measured").has("low")).isFalse();
    assertThat(root.at("/rules/6/waiver/until").textValue()).isEqualTo("2026-03-31");
    assertThat(root.at("/unrun/0/missing").intValue()).isEqualTo(53);
    assertThat(root.at("/findings/3/kind").textValue()).isEqualTo("expired-waiver");
  }

  @Test
  void hostile_names_come_back_as_they_were() throws Exception {
    GateReport hostile = GateFixture.hostile();
    GateJson.write(hostile, folder.resolve("gate.json"));
    JsonNode root = new ObjectMapper().readTree(Files.readString(folder.resolve("gate.json")));
    assertThat(root.at("/model").textValue())
        .isEqualTo(GateFixture.HOSTILE.replace('\uD800', '\uFFFD'));
    assertThat(root.at("/rules")).hasSize(2);
  }
}
