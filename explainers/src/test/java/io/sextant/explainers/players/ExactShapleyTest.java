package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.DrawnBaselines;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Reference;
import io.sextant.explainers.SeveralBaselines;
import io.sextant.explainers.Target;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactShapleyTest {
  private static final ExactShapley EXACT = new ExactShapley(Games.features());

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void it_is_the_mean_over_all_orders(int players) {
    double[] row = Games.row(players, players);
    Explanations found = Games.explain(EXACT, Shape.of(players), Games::tangled, row);
    assertThat(found.attributions()[0])
        .containsExactly(Games.byAllOrders(Games::tangled, row), within(1e-9));
    assertThat(found.players().orElseThrow()[0]).isEqualTo(found.attributions()[0]);
  }

  @Test
  void it_adds_up_and_says_what_to() {
    double[] row = Games.row(6, 1);
    Explanations found = Games.explain(EXACT, Shape.of(6), Games::tangled, row);
    Certificate one = found.certificates().get(0);
    double promised = Games.tangled(row) - Games.tangled(new double[6]);
    assertThat(Arrays.stream(found.attributions()[0]).sum()).isCloseTo(promised, within(1e-12));
    assertThat(one.fInput() - one.fBaseline().orElseThrow()).isCloseTo(promised, within(1e-12));
    assertThat(one.gap().orElseThrow()).isCloseTo(0, within(1e-12));
    assertThat(one.toleranceMet()).isEmpty();
    assertThat(one.forwards()).isEqualTo(64);
    assertThat(one.backwards()).isZero();
    assertThat(found.standardErrors()).isEmpty();
    assertThat(one.standardError()).isEmpty();
  }

  @Test
  void who_changes_nothing_gets_nothing_and_who_do_the_same_get_the_same() {
    double[] found =
        Games.explain(
                EXACT,
                Shape.of(4),
                x -> x[0] * x[1] * x[2] + x[0] + x[1],
                new double[] {0.5, 0.5, 2, 3})
            .attributions()[0];
    assertThat(found[3]).isZero();
    assertThat(found[0]).isCloseTo(found[1], within(1e-12));
    assertThat(found[2]).isCloseTo(0.5 / 3, within(1e-12));
    assertThat(found[0]).isCloseTo(0.5 + 0.5 / 3, within(1e-12));
  }

  @Test
  void players_equal_to_the_baseline_are_not_asked_about() {
    try (GradientService service = Games.service(Shape.of(6), Games::tangled)) {
      double[] row = {1, 0, 0.5, 0, 2, 0};
      Explanations found = EXACT.explain(service, Games.examples(row), Target.predicted());
      assertThat(service.meter().total()).isEqualTo(8);
      assertThat(found.attributions()[0])
          .containsExactly(Games.byAllOrders(Games::tangled, row), within(1e-9));
      assertThat(
              EXACT.explain(service, Games.examples(new double[6]), Target.predicted())
                  .attributions()[0])
          .containsOnly(0);
    }
  }

  @Test
  void several_baselines_are_averaged_over() {
    double[] row = Games.row(4, 2);
    double[] mean = new double[4];
    List<Baseline> baselines = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Baseline one = new Baseline.Given("b", Arrays.stream(Games.row(4, 3 + k)).boxed().toList());
      baselines.add(one);
      double[] of = Games.explain(against(one), Shape.of(4), Games::tangled, row).attributions()[0];
      for (int i = 0; i < 4; i++) {
        mean[i] += of[i] / 3;
      }
    }
    Explanations found =
        Games.explain(against(new SeveralBaselines(baselines)), Shape.of(4), Games::tangled, row);
    assertThat(found.attributions()[0]).containsExactly(mean, within(1e-9));
    assertThat(found.certificates().get(0).forwards()).isEqualTo(1 + 3 * 15);
    assertThat(found.certificates().get(0).gap().orElseThrow()).isCloseTo(0, within(1e-12));
  }

  private static ExactShapley against(Baseline baseline) {
    return new ExactShapley(Games.features().withBaseline(baseline));
  }

  @Test
  void rows_drawn_from_the_data_stand_for_those_who_are_absent() {
    double[][] data = new double[50][];
    for (int i = 0; i < data.length; i++) {
      data[i] = new double[] {i / 8.0, -i / 16.0};
    }
    try (GradientService service = Games.service(Shape.of(2), x -> 3 * x[0] + x[1])) {
      Explainer all = against(new DrawnBaselines(50)).fitted(Reference.of(service.domain(), data));
      Explanations found = all.explain(service, Games.examples(Games.row(2, 1)), Target.label());
      // The mean of the rows: 24.5 / 8 and -24.5 / 16.
      assertThat(found.attributions()[0][0])
          .isCloseTo(3 * (Games.row(2, 1)[0] - 24.5 / 8), within(1e-9));
      assertThat(found.attributions()[0][1])
          .isCloseTo(Games.row(2, 1)[1] + 24.5 / 16, within(1e-9));
      assertThat(found.certificates().get(0).forwards()).isEqualTo(1 + 3 * 50);
    }
  }

  @Test
  void too_many_players_are_refused_with_what_to_do() {
    assertThatThrownBy(() -> Games.explain(EXACT, Shape.of(21), Games::tangled, Games.row(21, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 20 players but has 21")
        .hasMessageContaining("kernel-shap");
  }

  @Test
  void a_model_without_gradients_is_explained_and_others_are_named() {
    try (GradientService service = Games.service(Shape.of(2), Games::tangled)) {
      assertThatThrownBy(
              () ->
                  IntegratedGradients.DEFAULT.explain(
                      service, Games.examples(Games.row(2, 1)), Target.label()))
          .hasMessageContaining("feature-ablation, kernel-shap, lime, occlusion");
    }
  }

  @Test
  void of_a_linear_model_every_method_is_w_delta() {
    double[] row = Games.row(6, 9);
    double[] w = {1, -2, 0.5, 0, 3, -0.25};
    for (Explainer explainer :
        List.of(
            EXACT,
            new KernelShap(Games.features(), Draws.DEFAULT),
            new KernelShap(Games.features(), Draws.DEFAULT.withSamples(30)),
            new PermutationShapley(Games.features(), Draws.DEFAULT.withSamples(20)),
            new Lime().withRidge(0).withBaseline(new Baseline.Zero()),
            new Lime().withRidge(0).withSamples(40).withBaseline(new Baseline.Zero()),
            FeatureAblation.DEFAULT,
            Occlusion.DEFAULT)) {
      double[] found =
          Games.explain(
                  explainer,
                  Shape.of(6),
                  x -> {
                    double sum = 4;
                    for (int i = 0; i < 6; i++) {
                      sum += w[i] * x[i];
                    }
                    return sum;
                  },
                  row)
              .attributions()[0];
      for (int i = 0; i < 6; i++) {
        assertThat(found[i]).as(explainer.toString()).isCloseTo(w[i] * row[i], within(1e-9));
      }
    }
  }
}
