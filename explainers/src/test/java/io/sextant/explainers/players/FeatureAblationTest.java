package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureAblationTest {
  @Test
  void of_a_linear_model_it_is_w_delta() {
    double[] row = Games.row(5, 1);
    Explanations found =
        Games.explain(
            FeatureAblation.DEFAULT.withBaseline(new Baseline.Constant(0.25)),
            Shape.of(5),
            x -> 2 * x[0] - 3 * x[1] + x[4],
            row);
    double[] expected = {2, -3, 0, 0, 1};
    for (int i = 0; i < 5; i++) {
      assertThat(found.attributions()[0][i]).isCloseTo(expected[i] * (row[i] - 0.25), within(1e-9));
    }
    assertThat(found.certificates().get(0).gap()).isEmpty();
  }

  /** A category that the model reads as a whole: colour red gives 3, blue 1. */
  private static double colours(double[] row) {
    return row[1] == 1 && row[2] == 0 ? 3 : row[1] == 0 && row[2] == 1 ? 1 : 0;
  }

  @Test
  void a_group_as_one_player_is_not_the_sum_of_its_members() {
    Feature binary = new Feature("b", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
    InputDomain domain =
        InputDomain.of(
            List.of(Feature.real("age", 0, 99), binary, binary),
            List.of(new InputDomain.OneHot("colour", List.of(1, 2))));
    Baseline blue = new Baseline.Given("blue", List.of(0.0, 0.0, 1.0));
    try (GradientService service =
        Games.service(Shape.of(3), domain, FeatureAblationTest::colours)) {
      FeatureAblation grouped = FeatureAblation.DEFAULT.withBaseline(blue);
      double[] red = {30, 1, 0};
      Explanations one = grouped.explain(service, Games.examples(red), Target.label());
      assertThat(one.attributions()[0]).containsExactly(0, 2, 2);
      assertThat(one.players().orElseThrow()[0]).containsExactly(0, 2);
      assertThat(one.remarks()).isEmpty();

      Explanations members =
          grouped
              .withPlayers(new Players.Features())
              .explain(service, Games.examples(red), Target.label());
      // Without its red it has no colour, and with blue beside it two: neither exists.
      assertThat(members.attributions()[0]).containsExactly(0, 3, 3);
      assertThat(members.remarks())
          .singleElement()
          .asString()
          .contains("players split the one-hot group colour")
          .contains("players=groups");
    }
  }

  @Test
  void players_that_are_the_baseline_lose_nothing_and_are_not_asked_about() {
    try (GradientService service = Games.service(Shape.of(4), Games::tangled)) {
      Explanations found =
          FeatureAblation.DEFAULT.explain(
              service, Games.examples(new double[] {0.5, 0, 1, 0}), Target.predicted());
      assertThat(found.attributions()[0][1]).isZero();
      assertThat(found.attributions()[0][3]).isZero();
      assertThat(service.meter().total()).isEqualTo(3);
      assertThat(found.certificates().get(0).forwards()).isEqualTo(3);
    }
  }

  @Test
  void a_baseline_outside_the_domain_is_told() {
    Explanations found =
        Games.explain(
            FeatureAblation.DEFAULT.withBaseline(new Baseline.Constant(99)),
            Shape.of(2),
            Games::tangled,
            Games.row(2, 3));
    assertThat(found.remarks()).singleElement().asString().contains("outside the domain");
  }
}
