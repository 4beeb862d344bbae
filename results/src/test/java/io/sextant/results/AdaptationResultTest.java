package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdaptationResultTest {
  private static AdaptationResult.Cell cell(
      String stream, Optional<String> corruption, double low, double high) {
    return new AdaptationResult.Cell(
        "tent",
        stream,
        corruption,
        64,
        20,
        10,
        8,
        -0.1,
        low,
        high,
        0.2,
        0.1,
        0.05,
        0.06,
        2,
        1,
        4,
        1,
        1,
        20,
        12);
  }

  private static AdaptationResult result() {
    return new AdaptationResult(
        List.of("fog"),
        "cifar-c",
        5,
        true,
        10,
        2,
        30,
        0.05,
        List.of(
            new AdaptationResult.AdaptedMethod(
                "tent", "tent", Map.of("b", "1", "a", "2"), List.of())),
        List.of(
            cell("single", Optional.of("fog"), -0.3, -0.05),
            cell("single", Optional.empty(), -0.3, 0.1),
            cell("mixed", Optional.empty(), 0.01, 0.1)),
        Optional.empty());
  }

  @Test
  void it_stands_in_a_result_and_comes_back() {
    Json<AdaptationResult> json = new Json<>(AdaptationResult.class, 2);
    String text = json.print(result());
    // The reader asks for the schema of a whole result.
    assertThat(json.parse(text.replaceFirst("\\{", "{\"schema\": 2,"), "test")).isEqualTo(result());
    assertThat(text.indexOf("\"a\"")).isLessThan(text.indexOf("\"b\""));
  }

  private static AdaptedAttacks.Poisoned poisoned(String share, int after) {
    return new AdaptedAttacks.Poisoned(
        Epsilon.parse("8/255"),
        "white-box",
        Limit.parse(share),
        1,
        new Proportion(2, 20),
        new Proportion(after, 20),
        new Proportion(3, 10),
        new Proportion(4, 10));
  }

  private static AdaptedAttacks attacks() {
    AdaptedAttacks.Broken broken =
        new AdaptedAttacks.Broken(Epsilon.parse("8/255"), new Proportion(1, 2));
    return new AdaptedAttacks(
        Optional.of("fog"),
        40,
        21,
        List.of(
            new AdaptedAttacks.State(
                "trained",
                "stored",
                new Proportion(2, 21),
                3,
                1,
                1,
                List.of(broken),
                List.of(),
                100,
                50),
            new AdaptedAttacks.State(
                "tent",
                "mean",
                new Proportion(2, 21),
                3,
                0.5,
                0.4,
                List.of(broken),
                List.of(poisoned("1%", 3), poisoned("5%", 6), poisoned("10%", 5)),
                100,
                50)));
  }

  @Test
  void attacks_come_back_and_the_worst_is_found() {
    AdaptationResult attacked = result().withAttacks(Optional.of(attacks()));
    String text = new Json<>(AdaptationResult.class, 2).print(attacked);
    assertThat(text).contains("\"epsilon\" : \"8/255\"", "\"share\" : \"5%\"");
    assertThat(
            new Json<>(AdaptationResult.class, 2)
                .parse(text.replaceFirst("\\{", "{\"schema\": 2,"), "test"))
        .isEqualTo(attacked);
    AdaptedAttacks.Worst worst = attacks().worst().orElseThrow();
    assertThat(worst.state().method()).isEqualTo("tent");
    assertThat(worst.poisoned().share()).isEqualTo(Limit.parse("5%"));
    assertThat(worst.poisoned().harm()).isEqualTo(0.2);
    assertThat(worst.poisoned().nextHarm()).isEqualTo(0.1);
    assertThat(attacks().shares()).hasSize(3);
    assertThat(attacks().knowledges()).containsExactly("white-box");
    assertThat(attacks().epsilons()).containsExactly(Epsilon.parse("8/255"));
    assertThat(worst.state().poisoned(Epsilon.parse("8/255"), "white-box", Limit.parse("10%")))
        .contains(poisoned("10%", 5));
  }

  @Test
  void help_and_harm_are_certain_where_the_interval_has_one_sign() {
    List<AdaptationResult.Cell> cells = result().cells();
    assertThat(cells.get(0).helps()).isTrue();
    assertThat(cells.get(0).hurts()).isFalse();
    assertThat(cells.get(1).helps()).isFalse();
    assertThat(cells.get(2).hurts()).isTrue();
    assertThat(cells.get(0).adaptedError()).isEqualTo(0.4);
    assertThat(cells.get(0).sourceError()).isEqualTo(0.5);
  }

  @Test
  void streams_as_a_whole_are_told_from_those_of_one_corruption() {
    assertThat(result().whole()).hasSize(2);
    assertThat(result().single()).hasSize(1);
    assertThat(result().streams()).containsExactly("single", "mixed");
    assertThat(result().batchSizes()).containsExactly(64);
    assertThat(result().whole("tent", "mixed", 64)).contains(result().cells().get(2));
    assertThat(result().whole("tent", "mixed", 1)).isEmpty();
  }

  @Test
  void more_wrong_than_there_are_is_refused() {
    assertThatThrownBy(
            () ->
                new AdaptationResult.Cell(
                    "m",
                    "s",
                    Optional.empty(),
                    1,
                    5,
                    6,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    1,
                    0,
                    1,
                    0,
                    0,
                    5,
                    0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of 5 predictions 6 and 0 cannot be wrong");
  }

  @Test
  void attacks_have_a_state_at_least() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptedAttacks(Optional.empty(), 1, 2, List.of()))
        .withMessageContaining("at least one state");
  }
}
