package io.sextant.explainers.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Output;
import io.sextant.explainers.VanillaGradient;
import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QualityTableTest {
  private static final double[] W = Linear.weights(64, 5);
  private static final Baseline ZERO = new Baseline.Zero();

  private static QualityTable table(Map<String, Explainer> explainers, QualityMetric... metrics) {
    try (GradientService service = Linear.service(Shape.of(1, 8, 8), W)) {
      return QualityTable.of(
          service,
          Linear.examples(12, 64, 3),
          Output.LOGIT,
          explainers,
          List.of(metrics),
          1,
          ExampleProgress.SILENT);
    }
  }

  /** A metric of the attribution alone. */
  private record Own(String name, Better better, ToDoubleFunction<Example> of)
      implements ExampleMetric {
    @Override
    public Declaration<?> declaration() {
      return Declaration.of(name, Kind.EXPLANATION_QUALITY, Own.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(0, 0);
    }

    @Override
    public Step<Double> score(Example one) {
      return Step.done(of.applyAsDouble(one));
    }
  }

  private static Map<String, Explainer> three() {
    Map<String, Explainer> three = new LinkedHashMap<>();
    three.put("opposite", Linear.inverse(W));
    three.put("truth", Linear.truth(W));
    three.put("slopes", Linear.slopes(x -> W.clone()));
    return three;
  }

  @Test
  void the_truth_ranks_first_and_controls_have_no_rank() {
    QualityTable table =
        table(
            three(), new Deletion(new Removal(16, 1, ZERO, 1)), new SensitivityN(0.2, 40, ZERO, 1));
    assertThat(table.examples()).isEqualTo(12);
    for (QualityTable.Column column : table.metrics()) {
      assertThat(column.invalid()).isEmpty();
      assertThat(column.cells())
          .extracting(QualityTable.Cell::explainer)
          .containsExactly("opposite", "truth", "slopes", "random", "constant", "edges");
      assertThat(column.cells().get(0).rank()).hasValue(3);
      assertThat(column.cells().get(3).control()).isTrue();
      assertThat(column.cells().get(3).rank()).isEmpty();
    }
    assertThat(table.meanRanks()).containsEntry("opposite", 3.0);
  }

  @Test
  void a_metric_that_likes_noise_is_marked_and_does_not_rank() {
    // given: more changes of sign from value to value are better, which noise has more of
    Own restless =
        new Own(
            "restless",
            Better.HIGHER,
            one -> {
              double changes = 0;
              for (int i = 1; i < 64; i++) {
                changes += one.attribution()[i] * one.attribution()[i - 1] < 0 ? 1 : 0;
              }
              return changes + one.x().id() * 1e-9;
            });
    Map<String, Explainer> calm = new LinkedHashMap<>();
    calm.put("flat", Linear.saying(double[]::clone));
    calm.put("flatter", Linear.saying(x -> new double[64]));
    QualityTable table = table(calm, restless);
    assertThat(table.metrics().get(0).invalid())
        .hasValue("of 2 explainers 0 score better than a random map beyond chance");
    assertThat(table.meanRanks()).isEmpty();
    assertThat(table.concordance()).isEmpty();
  }

  @Test
  void metrics_that_contradict_each_other_are_said_to() {
    // given: two metrics that see what the maps say of the first value, in opposite ways, and like
    // no noise
    ToDoubleFunction<Example> first =
        one -> one.explainer().name().equals("saying") ? one.attribution()[0] : Double.NaN;
    QualityTable contrary = contrary(first, one -> -first.applyAsDouble(one));
    assertThat(contrary.concordance().orElseThrow()).isCloseTo(0, within(1e-12));
    assertThat(contrary.metricsDisagree()).isTrue();
    assertThat(contrary.meanRanks().values()).containsOnly(2.0);

    QualityTable alike = contrary(first, one -> 2 * first.applyAsDouble(one));
    assertThat(alike.concordance().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(alike.metricsDisagree()).isFalse();
    assertThat(alike.meanRanks().values()).containsExactly(3.0, 2.0, 1.0);
  }

  private static QualityTable contrary(
      ToDoubleFunction<Example> one, ToDoubleFunction<Example> other) {
    Map<String, Explainer> maps = new LinkedHashMap<>();
    for (int k = 1; k <= 3; k++) {
      double level = k;
      maps.put("map " + k, Linear.saying(x -> filled(level)));
    }
    return table(maps, beating("one", one), beating("other", other));
  }

  /** Noise and other controls score far below. */
  private static Own beating(String name, ToDoubleFunction<Example> of) {
    return new Own(
        name,
        Better.HIGHER,
        example -> {
          double score = of.applyAsDouble(example);
          return Double.isNaN(score) ? -1000 - example.x().id() : score;
        });
  }

  private static double[] filled(double value) {
    double[] all = new double[64];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  void scores_that_are_not_defined_are_left_out_and_counted() {
    Own half =
        new Own(
            "half",
            Better.HIGHER,
            one -> one.x().id() % 2 == 0 ? Double.NaN : one.attribution()[0] > 0 ? 4 : 2);
    QualityTable table = table(Map.of("map", Linear.saying(x -> filled(1))), half);
    QualityTable.Cell cell = table.metrics().get(0).cells().get(0);
    assertThat(cell.defined()).isEqualTo(6);
    assertThat(cell.mean()).hasValue(4);
    assertThat(cell.standardError()).hasValue(0);
    // One explainer has nobody to be ranked against.
    assertThat(table.meanRanks()).isEmpty();
  }

  @Test
  void the_mean_and_its_error_are_those_of_the_scores() {
    Own byId = new Own("by-id", Better.LOWER, one -> (one.x().id() - 3) / 7.0);
    QualityTable table = table(three(), byId);
    QualityTable.Cell cell = table.metrics().get(0).cells().get(0);
    // Of 0..11: mean 5.5, variance 13.
    assertThat(cell.mean().orElseThrow()).isCloseTo(5.5, within(1e-12));
    assertThat(cell.standardError().orElseThrow()).isCloseTo(Math.sqrt(13 / 12.0), within(1e-12));
    assertThat(table.metrics().get(0).invalid()).isPresent();
    assertThat(table.metrics().get(0).cells().get(0).rank()).isEmpty();
  }

  @Test
  void a_metric_that_does_not_fit_says_why() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      QualityTable table =
          QualityTable.of(
              service,
              Linear.examples(3, 64, 3),
              Output.LOGIT,
              Map.of("vanilla", new VanillaGradient()),
              List.of(new Road()),
              1,
              ExampleProgress.SILENT);
      assertThat(table.metrics().get(0).cells()).isEmpty();
      assertThat(table.metrics().get(0).invalid().orElseThrow()).contains("no images");
    }
  }

  @Test
  void a_control_s_name_is_taken() {
    assertThatThrownBy(() -> table(Map.of("random", new VanillaGradient()), new Sparseness()))
        .hasMessageContaining("control random");
  }

  @Test
  void passes_through_shuffled_networks_are_counted_for_who_asks() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      QualityTable.of(
          service.as("asks"),
          Linear.examples(12, 64, 3),
          Output.LOGIT,
          Map.of("vanilla", new VanillaGradient()),
          List.of(new Mprt(1, 1)),
          1,
          ExampleProgress.SILENT);
      // The explainer and two controls, 12 examples, the trained network and a shuffled one.
      assertThat(service.meter().counts()).containsEntry("asks", new Meter.Count(72, 24));
    }
  }

  @Test
  void no_examples_give_an_empty_table() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      QualityTable table =
          QualityTable.of(
              service,
              Examples.of(new double[0][], new int[0], new long[0]),
              Output.LOGIT,
              Map.of("vanilla", new VanillaGradient()),
              List.of(new Sparseness()),
              1,
              ExampleProgress.SILENT);
      assertThat(table.metrics().get(0).cells().get(0).mean()).isEmpty();
      assertThat(table.metrics().get(0).invalid()).isPresent();
    }
  }

  @Test
  void cells_keep_the_mean_curve_that_scores_are_read_off() {
    QualityTable table =
        table(
            three(), new Deletion(new Removal(16, 1, ZERO, 1)), new SensitivityN(0.2, 40, ZERO, 1));
    for (QualityTable.Cell cell : table.metrics().get(0).cells()) {
      MeanCurve curve = cell.curve().orElseThrow();
      assertThat(curve.output()).isEqualTo(Output.PROBABILITY);
      assertThat(curve.removes()).isTrue();
      assertThat(curve.shares()).hasSize(17).startsWith(0.0, 4 / 64.0).endsWith(1.0);
      assertThat(curve.standardErrors().orElseThrow()).hasSize(17);
      // then: the mean of the areas is the area under the mean
      double area = 0;
      for (int k = 1; k < 17; k++) {
        area += (curve.means()[k] + curve.means()[k - 1]) / 2 / 16;
      }
      assertThat(cell.mean().orElseThrow()).isCloseTo(area, within(1e-9));
    }
    assertThat(table.metrics().get(1).cells()).allMatch(cell -> cell.curve().isEmpty());
  }

  @Test
  void curves_of_many_points_are_thinned_and_one_example_has_no_error() {
    int[] counts = IntStream.range(0, 501).toArray();
    double[] outputs = IntStream.range(0, 501).mapToDouble(i -> i).toArray();
    MeanCurve curve =
        MeanCurve.of(
                new PixelFlipping(), Output.LOGIT, List.of(new RemovalCurve(counts, 1000, outputs)))
            .orElseThrow();
    assertThat(curve.shares()).hasSize(MeanCurve.MOST).startsWith(0.0, 0.005).endsWith(0.5);
    assertThat(curve.means()).startsWith(0, 5).endsWith(500);
    assertThat(curve.standardErrors()).isEmpty();
    assertThat(
            MeanCurve.of(
                new PixelFlipping(),
                Output.LOGIT,
                List.of(new RemovalCurve(new int[] {0, 1}, 1, new double[] {0, Double.NaN}))))
        .isEmpty();
  }

  @Test
  void explanations_that_there_are_already_score_as_those_that_are_made() {
    QualityMetric deletion = new Deletion(new Removal(16, 1, ZERO, 1));
    Explainer truth = Linear.truth(W);
    try (GradientService service = Linear.service(Shape.of(1, 8, 8), W)) {
      Judged judged = Judged.of(service, Linear.examples(12, 64, 3), Output.LOGIT, truth);
      QualityTable given =
          QualityTable.of(judged, "truth", List.of(deletion), 1, ExampleProgress.SILENT);
      QualityTable made = table(Map.of("truth", truth), deletion);
      assertThat(given.metrics().get(0).cells().stream().map(QualityTable.Cell::mean).toList())
          .isEqualTo(made.metrics().get(0).cells().stream().map(QualityTable.Cell::mean).toList());
    }
  }

  private static QualityTable.Scores scores(double... values) {
    return new QualityTable.Scores(values, Optional.empty(), Optional.empty(), new Passes(20, 10));
  }

  private static QualityTable.Scores unfit() {
    return new QualityTable.Scores(
        new double[0], Optional.empty(), Optional.of("no baseline"), new Passes(0, 0));
  }

  @Test
  void a_metric_that_does_not_fit_one_explainer_ranks_the_others_and_says_why() {
    Map<String, List<QualityTable.Scores>> explainers = new LinkedHashMap<>();
    explainers.put("good", List.of(scores(3, 3.1)));
    explainers.put("other", List.of(unfit()));
    explainers.put("better", List.of(scores(4, 4.1)));
    Own metric = new Own("own", Better.HIGHER, one -> 0);
    QualityTable table =
        QualityTable.of(2, List.of(metric), explainers, Map.of("random", List.of(scores(0, 0.1))));
    QualityTable.Column column = table.metrics().get(0);
    assertThat(column.invalid()).isEmpty();
    assertThat(column.cells())
        .extracting(QualityTable.Cell::rank)
        .containsExactly(
            OptionalDouble.of(2),
            OptionalDouble.empty(),
            OptionalDouble.of(1),
            OptionalDouble.empty());
    assertThat(column.cells().get(1).unfit()).hasValue("no baseline");
    assertThat(column.cells().get(1).mean()).isEmpty();
    assertThat(column.cells().get(1).cost()).isEmpty();
    // 20 forwards at 0.4 and 10 backwards at 0.6, over two examples.
    assertThat(column.cells().get(0).cost()).hasValue(7);
    assertThat(table.meanRanks()).isEmpty();
  }

  @Test
  void a_metric_that_fits_no_explainer_has_no_cells() {
    QualityTable table =
        QualityTable.of(
            2,
            List.of(new Sparseness()),
            Map.of("one", List.of(unfit())),
            Map.of("random", List.of(scores(1, 2))));
    assertThat(table.metrics().get(0).cells()).isEmpty();
    assertThat(table.metrics().get(0).invalid()).hasValue("no baseline");
  }

  @Test
  void a_metric_that_is_defined_nowhere_is_not_one_that_a_random_map_beats() {
    Map<String, List<QualityTable.Scores>> explainers = new LinkedHashMap<>();
    explainers.put("one", List.of(scores(Double.NaN, Double.NaN)));
    explainers.put("other", List.of(unfit()));
    QualityTable.Column column =
        QualityTable.of(
                2, List.of(new Sparseness()), explainers, Map.of("random", List.of(scores(1, 2))))
            .metrics()
            .get(0);
    assertThat(column.invalid().orElseThrow()).contains("defined on none of the examples");
    assertThat(column.cells().get(0).defined()).isZero();
    assertThat(column.cells().get(0).rank()).isEmpty();
  }

  @Test
  void without_a_random_map_nothing_is_ranked() {
    QualityTable table =
        QualityTable.of(
            2, List.of(new Sparseness()), Map.of("one", List.of(scores(1, 2))), Map.of());
    assertThat(table.metrics().get(0).invalid().orElseThrow()).contains("no score of a random map");
    assertThat(table.metrics().get(0).cells().get(0).rank()).isEmpty();
  }

  @Test
  void several_metrics_ask_about_the_inputs_once() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(12, 64, 3);
      List<QualityMetric> metrics =
          List.of(
              new Deletion(new Removal(2, 1, ZERO, 1)), new Deletion(new Removal(3, 1, ZERO, 1)));
      QualityTable.of(
          service.as("asks").remembering(examples),
          examples,
          Output.LOGIT,
          Map.of("vanilla", new VanillaGradient()),
          metrics,
          1,
          ExampleProgress.SILENT);
      // Two controls for themselves, and all three by two metrics: all but the first of eight.
      assertThat(service.meter().saved()).containsEntry("asks", new Meter.Count(84, 0));
    }
  }
}
