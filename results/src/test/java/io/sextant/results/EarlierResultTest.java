package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.baseline.Baseline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierResultTest {
  /** One map of two values, as Sextant writes it, but for the spaces. */
  private static final String KEPT =
      "{\"examples\":[{\"sample\":0,\"label\":0,\"input\":\"ab\"}],\"noise\":0.125,"
          + "\"explainers\":[{\"explainer\":\"ig\",\"method\":\"integrated-gradients\","
          + "\"configuration\":{},\"shape\":[2],\"maps\":[{\"sample\":0,\"map\":\"AACAPwAAgD8=\"}]}]}";

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private Path result(String kept) throws IOException {
    String bare =
        ResultFixture.result("model", ResultFixture.data(), new Plan(List.of(), List.of(), 7, ""))
            .toJson();
    return Files.writeString(
        folder.resolve("result.json"),
        bare.replaceFirst("\\{", "{ \"attributions\": " + kept + ","));
  }

  private void recorded(String digest) throws IOException {
    Files.createDirectories(folder.resolve("evidence"));
    Files.writeString(
        folder.resolve("evidence/manifest.json"),
        "{\"schema\": 3, \"result\": {\"attributions\": \"%s\"}}".formatted(digest));
  }

  private static String digest(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void attributions_are_those_that_the_evidence_records() throws Exception {
    Path file = result(KEPT);
    assertThat(EarlierResult.read(file)).isEqualTo(AuditResult.read(file));
    recorded(digest(KEPT));
    assertThat(EarlierResult.read(file).attributions().orElseThrow().examples()).hasSize(1);
  }

  @Test
  void attributions_that_the_evidence_does_not_record_are_refused() throws Exception {
    Path file = result(KEPT);
    recorded("another");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlierResult.read(file))
        .withMessageContaining("not those that the evidence beside it records")
        .withMessageContaining("recorded another");
    Files.delete(folder.resolve("evidence/manifest.json"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlierResult.read(file))
        .withMessageContaining("recorded none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[2]; [2147483647,2147483647,2147483647]; at most 3145728 values",
        "[2]; [-2,-1]; sizes of at least 1",
        "[2]; [3]; have 3 values but has 2",
        "AACAPwAAgD8=; AACAPwAAgD8AAIA/; have 2 values but has 3",
        "AACAPwAAgD8=; AACAPwAAwH8=; must be finite but was NaN",
        "AACAPwAAgD8=; '****'; Illegal base64",
        "\"sample\":0,\"map\"; \"sample\":-1,\"map\"; sample -1, which is not among the examples"
      })
  void hostile_attributions_are_refused(String part, String by, String message) throws IOException {
    String hostile = KEPT.replace(part, by);
    assertThat(hostile).isNotEqualTo(KEPT);
    Path file = result(hostile);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlierResult.read(file))
        .withMessageContaining(message);
  }

  @Test
  void all_maps_together_are_bounded() {
    int size = 1 << 20;
    Floats map = Floats.of(new float[size]);
    KeptAttributions.Maps full = maps("a", size, map, 8);
    List<KeptAttributions.Example> examples =
        IntStream.range(0, 8).mapToObj(i -> new KeptAttributions.Example(i, 0, "ab")).toList();
    assertThat(new KeptAttributions(examples, 0, List.of(full)).explainers()).hasSize(1);
    KeptAttributions.Maps one = maps("b", 1, Floats.of(new float[1]), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeptAttributions(examples, 0, List.of(full, one)))
        .withMessage(
            "all maps together must have at most 8388608 values but have more with explainer b");
  }

  private static KeptAttributions.Maps maps(String explainer, int size, Floats map, int count) {
    return new KeptAttributions.Maps(
        explainer,
        "gradient",
        Map.of(),
        List.of(size),
        IntStream.range(0, count)
            .mapToObj(i -> new KeptAttributions.Explained(i, map, Optional.empty()))
            .toList());
  }

  @Test
  void the_largest_map_that_is_kept_can_be_read() throws IOException {
    String largest = Floats.of(new float[KeptAttributions.MOST_IN_A_MAP]).data();
    Path file = result(KEPT.replace("[2]", "[3,1024,1024]").replace("AACAPwAAgD8=", largest));
    assertThat(AuditResult.read(file).attributions()).isPresent();
  }

  @Test
  void files_that_are_too_large_are_not_read() throws IOException {
    Path file = folder.resolve("result.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((256L << 20) + 1);
    }
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> EarlierResult.read(file),
            () -> AuditResult.read(file),
            () -> Baseline.read(file))) {
      assertThatIllegalArgumentException()
          .isThrownBy(read)
          .withMessageContaining("must have at most 268435456 bytes but has 268435457");
    }
  }
}
