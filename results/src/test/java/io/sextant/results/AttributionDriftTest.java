package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AttributionDriftTest {
  private static final float[] FIRST = {3, 1, 0, 0};
  private static final float[] SECOND = {1, 1, 1, 1};

  private static AttributionDrift only(KeptAttributions before, KeptAttributions after) {
    List<AttributionDrift> all = AttributionDrift.between(before, after);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static AttributionDrift.Measured measure(AttributionDrift drift, String key) {
    return drift.measures().stream()
        .filter(one -> one.measure().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void equal_explanations_do_not_drift() {
    KeptAttributions kept = Kept.of("ig", FIRST, SECOND);
    AttributionDrift drift = only(kept, kept);
    assertThat(drift.common()).isEqualTo(2);
    assertThat(drift.worst()).isEmpty();
    assertThat(measure(drift, "moved").mean()).isEqualTo(new MeanEstimate(0, 0, 0, 2));
    assertThat(measure(drift, "relative-l1").mean().mean()).isZero();
    assertThat(measure(drift, "overlap").mean().mean()).isEqualTo(1);
    // The rank correlation of a constant map is not defined.
    assertThat(measure(drift, "spearman").mean().n()).isEqualTo(1);
    assertThat(measure(drift, "spearman").mean().mean()).isCloseTo(1, within(1e-12));
    assertThat(measure(drift, "cosine").mean().mean()).isCloseTo(1, within(1e-12));
  }

  @Test
  void means_worst_examples_and_noise_are_those_of_the_maps() {
    // 3/4, 1/4, 0, 0 against 0, 1/4, 3/4, 0; and the second as it was.
    AttributionDrift drift =
        only(Kept.of("ig", FIRST, SECOND), Kept.of("ig", new float[] {0, 1, 3, 0}, SECOND));
    AttributionDrift.Measured moved = drift.moved().orElseThrow();
    assertThat(moved.mean().mean()).isEqualTo(0.375);
    assertThat(moved.mean().low()).isZero();
    assertThat(moved.mean().high()).isEqualTo(0.75);
    assertThat(moved.worst()).isEqualTo(0.75);
    assertThat(moved.sample()).isZero();
    assertThat(moved.noise().orElseThrow()).isCloseTo(0.1, within(1e-12));
    assertThat(drift.worst()).containsExactly(0);
    assertThat(measure(drift, "cosine").worst()).isCloseTo(0.1, within(1e-12));
    assertThat(measure(drift, "cosine").sample()).isZero();
    assertThat(measure(drift, "overlap").worst()).isZero();
    assertThat(drift.describe().get(0)).isEqualTo("ig: 2 examples in both");
    assertThat(drift.describe().get(1))
        .isEqualTo(
            "  moved        mean 0.375 (95% interval 0.000 to 0.750), worst 0.750 (sample 0),"
                + " noise alone 0.100");
  }

  @Test
  void only_what_both_explained_is_compared() {
    Map<String, String> settings = Map.of("steps", "8");
    AttributionDrift drift =
        only(
            Kept.of("ig", settings, 0, FIRST, FIRST, SECOND),
            Kept.of("ig", settings, 2, SECOND, FIRST));
    assertThat(drift.common()).isEqualTo(1);
    assertThat(drift.onlyBefore()).isEqualTo(2);
    assertThat(drift.onlyAfter()).isEqualTo(1);
    assertThat(drift.moved().orElseThrow().mean().mean()).isZero();
    assertThat(drift.describe().get(0)).contains("2 only before and 1 only after left out");
    assertThat(
            only(Kept.of("ig", settings, 0, FIRST), Kept.of("ig", settings, 5, FIRST))
                .uncompared()
                .orElseThrow()
                .reason())
        .contains("no example was explained by both");
  }

  @Test
  void other_settings_shapes_and_inputs_are_not_compared() {
    KeptAttributions kept = Kept.of("ig", FIRST);
    assertThat(reason(kept, Kept.of("ig", Map.of("steps", "9"), 0, FIRST)))
        .isEqualTo("its setting steps was 8 and is 9 now");
    assertThat(reason(kept, Kept.of("ig", Map.of(), 0, FIRST)))
        .isEqualTo("its setting steps was 8 and is not set now");
    assertThat(reason(kept, Kept.of("ig", new float[] {1, 2})))
        .isEqualTo("its maps had the shape [4] and have [2] now");
    KeptAttributions other =
        new KeptAttributions(
            List.of(new KeptAttributions.Example(0, 0, "another input")),
            kept.noise(),
            kept.explainers());
    assertThat(reason(kept, other)).startsWith("sample 0 is another input");
    KeptAttributions relabelled =
        new KeptAttributions(
            List.of(new KeptAttributions.Example(0, 1, "input 0")),
            kept.noise(),
            kept.explainers());
    assertThat(reason(kept, relabelled)).contains("has another label");
    assertThat(AttributionDrift.between(kept, Kept.of("vanilla", FIRST)))
        .extracting(drift -> drift.uncompared().orElseThrow())
        .containsExactly(
            new AttributionDrift.Uncompared(true, "only the explanations now have it"),
            new AttributionDrift.Uncompared(true, "only the explanations before have it"));
  }

  private static String reason(KeptAttributions before, KeptAttributions after) {
    AttributionDrift drift = only(before, after);
    assertThat(drift.measures()).isEmpty();
    assertThat(drift.uncompared().orElseThrow().missing()).isFalse();
    return drift.uncompared().orElseThrow().reason();
  }

  @Test
  void damaged_maps_are_refused() {
    KeptAttributions kept = Kept.of("ig", FIRST);
    KeptAttributions.Maps maps = kept.explainers().get(0);
    refused(() -> maps(List.of(5), maps.maps()), "have 5 values");
    refused(() -> maps(List.of(4, 0), maps.maps()), "at least 1");
    refused(() -> maps(List.of(1 << 20, 1 << 20, 1 << 20), List.of()), "at most 3145728 values");
    refused(() -> maps(List.of(4, 1 << 30), List.of()), "at most 3145728 values");
    refused(() -> maps(List.of(-2, -2), maps.maps()), "at least 1");
    refused(
        () -> maps(List.of(4), Stream.of(maps.maps(), maps.maps()).flatMap(List::stream).toList()),
        "there once");
    refused(
        () -> new KeptAttributions(List.of(), 0.1, kept.explainers()), "not among the examples");
    refused(
        () -> new KeptAttributions(kept.examples(), 0.1, List.of(maps, maps)), "is there twice");
  }

  private static KeptAttributions.Maps maps(
      List<Integer> shape, List<KeptAttributions.Explained> maps) {
    return new KeptAttributions.Maps("ig", "integrated-gradients", Map.of(), shape, maps);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
  }
}
