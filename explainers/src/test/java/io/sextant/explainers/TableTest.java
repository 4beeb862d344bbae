package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Columns in units of their own. */
class TableTest {
  private static final InputDomain UNITS =
      InputDomain.of(
          List.of(
              Feature.real("hue", 0, 1),
              Feature.real("ash", 0.2, 1),
              Feature.real("proline", 278, 1680)),
          List.of());
  private static final InputDomain CATEGORIES =
      InputDomain.of(
          List.of(
              new Feature("age", Feature.Kind.INTEGER, 18, 90, 72, true, Feature.Direction.BOTH),
              binary("none"),
              binary("little"),
              binary("rich")),
          List.of(new InputDomain.OneHot("checking", List.of(1, 2, 3))));

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, false, Feature.Direction.BOTH);
  }

  private static GradientService service() {
    return Models.exact(Models.bump(0.5, 0.6, 0.001)).domain(UNITS).build();
  }

  @Test
  void smoothed_gradients_notice_what_an_attack_did_to_a_narrow_column() {
    try (GradientService service = service()) {
      double[] before = explained(service, SmoothGrad.DEFAULT, 0.3);
      double[] after = explained(service, SmoothGrad.DEFAULT, 0.55);
      assertThat(after[0]).isGreaterThan(2 * before[0]);
      // The width of one row drowns a column between 0 and 1 in noise of more than 100.
      Explainer ofRow = new SmoothGrad(Smoothing.DEFAULT.withScale(NoiseScale.ofRange(0.15)));
      assertThat(explained(service, ofRow, 0.3)).isEqualTo(explained(service, ofRow, 0.55));
    }
  }

  private static double[] explained(GradientService service, Explainer explainer, double hue) {
    return explainer.explain(service, Models.one(hue, 0.3, 1000), Target.fixed(0))
        .attributions()[0];
  }

  @Test
  void noise_has_the_width_of_each_column_and_says_so() {
    assertThat(NoiseScale.ofFeatureRange(0.1).deviations(new double[3], UNITS))
        .containsExactly(new double[] {0.1, 0.08, 140.2}, within(1e-12));
    try (GradientService service = service()) {
      assertThat(
              SmoothGrad.DEFAULT
                  .explain(service, Models.one(1, 1, 300), Target.fixed(0))
                  .configuration())
          .containsEntry("noise", "feature-range:0.15");
    }
    Reference pixels = Reference.of(InputDomain.box(4, 0, 1));
    assertThat(NoiseScale.automatic(0.2).fitted(pixels)).isEqualTo(NoiseScale.ofRange(0.2));
    assertThat(NoiseScale.automatic(0.2).fitted(pixels.asTable()))
        .isEqualTo(NoiseScale.ofFeatureRange(0.2));
  }

  private static double[] row(IntegratedGradients fitted, InputDomain domain) {
    return ((Baseline.Same) fitted.baseline()).row(domain);
  }

  @Test
  void tables_start_at_the_median_of_their_rows_and_images_at_zero() {
    double[][] rows = {{0.1, 0.3, 300}, {0.2, 0.9, 1600}, {0.9, 0.4, 310}, {0.3, 0.5, 320}};
    Reference data = Reference.of(UNITS, rows);
    // The lower one of two in the middle: a value that occurs.
    assertThat(row(IntegratedGradients.DEFAULT.fitted(data), UNITS)).containsExactly(0.2, 0.4, 310);
    InputDomain box = InputDomain.box(3, 0, 2000);
    assertThat(IntegratedGradients.DEFAULT.fitted(Reference.of(box, rows)).baseline())
        .isEqualTo(new Baseline.Zero());
    assertThat(row(IntegratedGradients.DEFAULT.fitted(Reference.of(box, rows).asTable()), box))
        .containsExactly(0.2, 0.4, 310);
    assertThat(new Baseline.Mean().fitted(data).row(UNITS))
        .containsExactly(new double[] {0.375, 0.525, 632.5}, within(1e-12));
  }

  @Test
  void a_median_of_whole_numbers_and_categories_is_a_row_that_may_exist() {
    double[][] rows = {
      {20, 1, 0, 0}, {31, 1, 0, 0}, {42, 0, 1, 0}, {53, 0, 0, 1}, {64, 0, 0, 1}, {75, 0, 0, 1},
    };
    Reference data = Reference.of(CATEGORIES, rows);
    double[] median = new Baseline.Median().fitted(data).row(CATEGORIES);
    assertThat(median).containsExactly(42, 0, 0, 1);
    assertThat(CATEGORIES.violation(median)).isEmpty();
    // Fractions lie on the way between inputs; nothing lies outside.
    assertThat(Reference.outside(CATEGORIES, new Baseline.Mean().fitted(data).row(CATEGORIES)))
        .isEmpty();
    assertThat(Reference.outside(CATEGORIES, new Baseline.Center().row(CATEGORIES))).isEmpty();
    assertThat(Reference.outside(CATEGORIES, new double[] {42, 0, 0, 0}))
        .isEqualTo("the features of group checking must add up to 1 but add up to 0");
    assertThat(Reference.outside(CATEGORIES, new double[4]))
        .isEqualTo("feature age must be in [18, 90] but is 0");
    assertThat(Reference.outside(CATEGORIES, new double[] {0, 2, -1, 1}))
        .isEqualTo("feature age must be in [18, 90] but is 0, and 2 more lie outside");
  }

  @Test
  void medians_of_many_rows_in_blocks_are_those_of_all_rows() {
    // 32 MiB hold two columns of so many rows at a time.
    int count = 2_000_000;
    double[] median =
        Reference.of(UNITS)
            .withRows(count, row -> new double[] {row % 3, row % 2 == 0 ? 7 : 5, row})
            .median();
    assertThat(median).containsExactly(1, 5, 999_999);
  }

  @Test
  void a_baseline_outside_the_domain_is_told_with_the_explanation() {
    try (GradientService service = service()) {
      Explanations zero =
          IntegratedGradients.DEFAULT
              .withBaseline(new Baseline.Zero())
              .explain(service, Models.one(1, 1, 300), Target.fixed(0));
      assertThat(zero.remarks()).hasSize(1);
      assertThat(zero.remarks().get(0))
          .contains("the baseline (zero) lies outside the domain")
          .contains("feature ash must be in [0.2, 1] but is 0, and 1 more lies outside");
      assertThat(zero.toString()).contains("feature ash").doesNotContain("\n");
      Explanations smoothed =
          new SmoothGrad(
                  Smoothing.DEFAULT.withBase(
                      IntegratedGradients.DEFAULT.withBaseline(new Baseline.Zero())))
              .explain(service, Models.one(1, 1, 300), Target.fixed(0));
      assertThat(smoothed.remarks()).isEqualTo(zero.remarks());
      // The default has no rows here, and starts in the middle of the domain rather than outside.
      Explanations usual =
          IntegratedGradients.DEFAULT.explain(service, Models.one(1, 1, 300), Target.fixed(0));
      assertThat(usual.remarks()).isEmpty();
      assertThat(usual.configuration()).containsEntry("baseline", "center");
      assertThat(usual.toString())
          .matches(
              "1 explanation by integrated-gradients from baseline center; 1 of 1 within their"
                  + " tolerance; cost [0-9.]+ gradients each");
    }
  }

  @Test
  void what_needs_rows_or_does_not_fit_is_refused_before_anything_runs() {
    assertThatThrownBy(
            () ->
                IntegratedGradients.DEFAULT
                    .withBaseline(new Baseline.Median())
                    .fitted(Reference.of(UNITS)))
        .hasMessageContaining("baseline median needs rows of the data")
        .hasMessageContaining("explainer.fitted(Reference.of(domain, rows))");
    Explainer base =
        IntegratedGradients.DEFAULT.withBaseline(new Baseline.Given("row", List.of(1.0, 2.0)));
    for (Explainer wrong : List.of(base, new VarGrad(Smoothing.DEFAULT.withBase(base)))) {
      assertThatThrownBy(() -> wrong.fitted(Reference.of(UNITS)))
          .isInstanceOf(IllegalArgumentException.class)
          .isNotInstanceOf(NotFiniteException.class)
          .hasMessageContaining("one value per feature (3) but had 2");
    }
    assertThatThrownBy(
            () -> new Baseline.Mean().fitted(Reference.of(UNITS, new double[][] {{1, 2}})))
        .hasMessageContaining("row 0 must have one value per feature (3) but has 2");
  }

  /** Every explainer that can look at this network, fitted to rows where it needs some. */
  private static List<Explainer> all() {
    Reference data = Reference.of(UNITS, new double[][] {{0.1, 0.3, 300}, {0.2, 0.9, 1600}});
    return Explainers.catalogue().names().stream()
        // Class activation maps take images alone.
        .filter(name -> !name.endsWith("-cam"))
        .map(Explainers::create)
        .map(explainer -> explainer.fitted(data))
        .filter(TableTest::looksAtVectors)
        .toList();
  }

  /** Class activation maps need feature maps, and say so. */
  private static boolean looksAtVectors(Explainer explainer) {
    try {
      return explainer.shape(Models.bump(0.5, 0.6, 0.001)).elements() > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void outputs_that_are_no_numbers_have_a_type_of_their_own() {
    try (GradientService service = service()) {
      for (Explainer explainer : all()) {
        assertThatThrownBy(
                () -> explainer.explain(service, Models.one(Double.NaN, 1, 300), Target.label()))
            .as(explainer.name())
            .isInstanceOfSatisfying(
                NotFiniteException.class, e -> assertThat(e.example()).isZero());
      }
    }
  }

  @Test
  void progress_counts_every_example_once() {
    try (GradientService service = service()) {
      for (Explainer explainer : all()) {
        List<String> told = new ArrayList<>();
        explainer.explain(
            service,
            Models.copies(5, 0.5, 0.5, 900),
            Target.fixed(0),
            (done, total) -> told.add(done + "/" + total));
        assertThat(told).as(explainer.name()).containsExactly("1/5", "2/5", "3/5", "4/5", "5/5");
      }
    }
  }

  @Test
  void an_interrupted_thread_stops_explaining_and_stays_interrupted() {
    try (GradientService service = service()) {
      for (Explainer explainer : all()) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                () -> explainer.explain(service, Models.one(0.5, 0.5, 900), Target.fixed(0)))
            .as(explainer.name())
            .isInstanceOf(CancellationException.class)
            .hasMessageContaining("interrupted while explaining");
        assertThat(Thread.interrupted()).as(explainer.name()).isTrue();
      }
    }
  }

  @Test
  void printing_explanations_is_one_line() {
    try (GradientService service = service()) {
      Explanations some =
          new VanillaGradient().explain(service, Models.copies(2, 1, 1, 900), Target.fixed(0));
      assertThat(some).hasToString("2 explanations by vanilla-gradient; cost 1.0 gradients each");
    }
  }
}
