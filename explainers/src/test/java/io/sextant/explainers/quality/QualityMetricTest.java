package io.sextant.explainers.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Output;
import io.sextant.explainers.VanillaGradient;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics against models of which the truth is known. */
class QualityMetricTest {
  private static final double[] W = Linear.weights(64, 5);
  private static final Shape IMAGE = Shape.of(1, 8, 8);
  private static final Baseline ZERO = new Baseline.Zero();

  /** Metrics of faithfulness, with a baseline of zero where they have one. */
  static Stream<QualityMetric> faithful() {
    return Stream.of(
        new Deletion(new Removal(16, 1, ZERO, 1)),
        new Insertion(new Removal(16, 1, ZERO, 1)),
        new PixelFlipping(new Removal(16, 0.5, ZERO, 1)),
        new Infidelity(64, true, ZERO, 1),
        new SensitivityN(0.1, 64, ZERO, 1),
        new RemovalFidelity(0.2, 0.5, 0.1, 50, ZERO, 1),
        new Road(0.01, 1));
  }

  private static double mean(QualityMetric metric, GradientService service, Explainer explainer) {
    Examples examples = Linear.examples(12, service.features(), 3);
    double[] scores = metric.scores(Judged.of(service, examples, Output.LOGIT, explainer));
    return metric.better().merit(Arrays.stream(scores).average().orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("faithful")
  void the_truth_scores_better_than_noise_and_noise_better_than_the_opposite(QualityMetric metric) {
    try (GradientService service = Linear.service(IMAGE, W)) {
      double truth = mean(metric, service, Linear.truth(W));
      double noise = mean(metric, service, Controls.random(1));
      double opposite = mean(metric, service, Linear.inverse(W));
      assertThat(truth).isGreaterThan(noise);
      assertThat(noise).isGreaterThan(opposite);
    }
  }

  static Stream<QualityMetric> catalogue() {
    return QualityMetrics.catalogue().names().stream().map(QualityMetrics::create);
  }

  @ParameterizedTest
  @MethodSource("catalogue")
  void a_score_does_not_depend_on_neighbours_or_batches_and_costs_what_it_says(
      QualityMetric metric) {
    Explainer explainer = new VanillaGradient();
    Examples examples = Linear.examples(5, 64, 3);
    try (GradientService service = Linear.service(IMAGE, W)) {
      Judged judged = Judged.of(service.as("explained"), examples, Output.LOGIT, explainer);
      Judged scored =
          new Judged(
              service.as("scored"),
              examples,
              Output.LOGIT,
              explainer,
              judged.attributions(),
              false);
      double[] all = metric.scores(scored);
      Meter.Count counted = service.meter().counts().getOrDefault("scored", new Meter.Count(0, 0));
      Passes most = metric.passes(2, 64, explainer).times(examples.size());
      long forwards = counted.forwards();
      long backwards = counted.backwards();
      assertThat(forwards).isLessThanOrEqualTo(most.forwards());
      assertThat(backwards).isLessThanOrEqualTo(most.backwards());
      if (!(metric instanceof Randomized)) {
        // Of shuffled networks there are no more than there are layers.
        assertThat(forwards).as("what is promised is made").isGreaterThan(most.forwards() / 2 - 1);
      }
      for (int i = 0; i < examples.size(); i++) {
        Judged alone =
            new Judged(
                service,
                examples.slice(i, i + 1),
                Output.LOGIT,
                explainer,
                new double[][] {judged.attributions()[i]},
                false);
        assertThat(metric.scores(alone)[0])
            .isCloseTo(all[i], within(1e-9 * (1 + Math.abs(all[i]))));
      }
      assertThat(metric.scores(scored)).as("again").isEqualTo(all);
    }
  }

  @Test
  void what_adds_up_is_complete_and_faithful_to_the_last_digit() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(4, 64, 3);
      Judged truth = Judged.of(service, examples, Output.LOGIT, Linear.truth(W));
      assertThat(boxed(new Completeness(ZERO).scores(truth)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-6));
      assertThat(boxed(new Infidelity(32, false, ZERO, 1).scores(truth)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-12));
      assertThat(boxed(new SensitivityN(0.3, 32, ZERO, 1).scores(truth)))
          .allSatisfy(score -> assertThat(score).isCloseTo(1, within(1e-9)));
    }
  }

  @Test
  void slopes_are_multiplied_by_the_distance_from_the_baseline_before_sums_are_compared() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(4, 64, 3);
      Baseline half = new Baseline.Constant(0.5);
      Judged gradient = Judged.of(service, examples, Output.LOGIT, new VanillaGradient());
      assertThat(boxed(new Completeness(half).scores(gradient)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-6));
      assertThat(boxed(new Infidelity(32, false, half, 1).scores(gradient)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-12));
    }
  }

  @Test
  void scaling_makes_infidelity_blind_to_the_unit_of_a_map() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(4, 64, 3);
      Explainer tripled = Linear.truth(Arrays.stream(W).map(v -> 3 * v).toArray());
      Judged judged = Judged.of(service, examples, Output.LOGIT, tripled);
      assertThat(boxed(new Infidelity(32, true, ZERO, 1).scores(judged)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-12));
      assertThat(boxed(new Infidelity(32, false, ZERO, 1).scores(judged)))
          .allSatisfy(score -> assertThat(score).isGreaterThan(1e-3));
      // The opposite of the truth is no unit of it.
      Judged opposite = Judged.of(service, examples, Output.LOGIT, Linear.inverse(W));
      assertThat(boxed(new Infidelity(32, true, ZERO, 1).scores(opposite)))
          .allSatisfy(score -> assertThat(score).isGreaterThan(1e-3));
    }
  }

  @Test
  void parts_of_infidelity_differ_from_draw_to_draw() {
    // given: a map that is right about one pixel alone
    try (GradientService service = Linear.service(IMAGE, W)) {
      Examples examples = Linear.examples(1, 64, 3);
      Judged judged =
          Judged.of(service, examples, Output.LOGIT, Linear.saying(x -> new double[64]));
      // then: of the draws the mean square is that of the drops, which vary
      double few = new Infidelity(2, false, ZERO, 1).scores(judged)[0];
      double more = new Infidelity(3, false, ZERO, 1).scores(judged)[0];
      assertThat(more).isNotEqualTo(few);
    }
  }

  @Test
  void deletion_and_insertion_are_areas_that_can_be_worked_out() {
    // given: two values, logits (4 x0 + 2 x1, 0) at (1, 1); a map that ranks them rightly
    try (GradientService service = Linear.service(Shape.of(2), 4, 2)) {
      Examples one = Examples.of(new double[][] {{1, 1}}, new int[1], new long[1]);
      Judged judged = Judged.of(service, one, Output.LOGIT, Linear.truth(4, 2));
      Removal removal = new Removal(2, 1, ZERO, 1);
      double deleted = (p(6) + p(2)) / 4 + (p(2) + p(0)) / 4;
      double inserted = (p(0) + p(4)) / 4 + (p(4) + p(6)) / 4;
      assertThat(new Deletion(removal).scores(judged)[0]).isCloseTo(deleted, within(1e-9));
      assertThat(new Insertion(removal).scores(judged)[0]).isCloseTo(inserted, within(1e-9));
      // and the curves that they are read off
      RemovalCurve curve = new Deletion(removal).curves(judged).get(0);
      assertThat(curve.counts()).containsExactly(0, 1, 2);
      assertThat(curve.sites()).isEqualTo(2);
      assertThat(curve.outputs()).containsExactly(new double[] {p(6), p(2), p(0)}, within(1e-9));
      assertThat(new Insertion(removal).curves(judged).get(0).outputs())
          .containsExactly(new double[] {p(0), p(4), p(6)}, within(1e-9));
      // and of the logit, the mean drop
      assertThat(new PixelFlipping(removal).scores(judged)[0])
          .isCloseTo((4 + 6) / 2.0, within(1e-9));
    }
  }

  @Test
  void against_several_baselines_a_curve_is_the_mean_of_theirs() {
    try (GradientService service = Linear.service(Shape.of(2), 4, 2)) {
      Examples one = Examples.of(new double[][] {{1, 1}}, new int[1], new long[1]);
      Judged judged = Judged.of(service, one, Output.LOGIT, Linear.truth(4, 2));
      Baseline both = Baseline.parse("zero+constant:0.5");
      long before = service.meter().total();
      RemovalCurve curve = new PixelFlipping(new Removal(2, 1, both, 1)).curves(judged).get(0);
      // then: logits 6, 2, 0 and 6, 4, 3
      assertThat(curve.outputs()).containsExactly(new double[] {6, 3, 1.5}, within(1e-6));
      // and the input asked about once, but both baselines where the ways begin there
      assertThat(service.meter().total() - before).isEqualTo(5);
      assertThat(new PixelFlipping(new Removal(2, 1, both, 1)).passes(2, 2))
          .isEqualTo(new Passes(5, 0));
      assertThat(new Insertion(new Removal(2, 1, both, 1)).passes(2, 2))
          .isEqualTo(new Passes(6, 0));
    }
  }

  private static Feature feature(String name, Feature.Kind kind, double most) {
    return new Feature(name, kind, 0, most, 1, true, Feature.Direction.BOTH);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static double p(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  @Test
  void a_constant_map_is_no_order_from_left_to_right() {
    // given: only the first half of the values matters, so an order by place would look good
    double[] w = new double[64];
    Arrays.fill(w, 0, 32, 1);
    try (GradientService service = Linear.service(Shape.of(64), w)) {
      Examples examples = Linear.examples(40, 64, 3);
      Judged judged = Judged.of(service, examples, Output.LOGIT, Controls.constant());
      double mean =
          Arrays.stream(new PixelFlipping(new Removal(1, 0.5, ZERO, 1)).scores(judged))
              .average()
              .orElseThrow();
      // then: half of the values take half of the logit, 32 * 0.6 / 2 in the mean
      assertThat(mean).isCloseTo(32 * 0.6 / 2, within(1.5));
    }
  }

  @Test
  void pixels_go_with_their_channels_and_categories_as_a_whole() {
    Sites pixels = Sites.of(Shape.of(3, 2, 2), InputDomain.box(12, 0, 1));
    assertThat(pixels.count()).isEqualTo(4);
    double[] row = new double[12];
    double[] ones = new double[12];
    Arrays.fill(ones, 1);
    pixels.copy(ones, row, 1);
    assertThat(row).containsExactly(0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0);

    InputDomain table =
        InputDomain.of(
            List.of(
                Feature.real("age", 0, 1),
                feature("red", Feature.Kind.BINARY, 1),
                feature("green", Feature.Kind.BINARY, 1),
                Feature.real("sum", 0, 1)),
            List.of(new InputDomain.OneHot("colour", List.of(1, 2))));
    Sites columns = Sites.of(Shape.of(4), table);
    assertThat(columns.count()).isEqualTo(3);
    assertThat(columns.sums(new double[] {1, 2, 3, 4})).containsExactly(1, 5, 4);
  }

  @Test
  void a_set_of_sensitivity_n_has_exactly_n_values() {
    Sites sites = Sites.of(Shape.of(50), InputDomain.box(50, 0, 1));
    for (int draw = 0; draw < 100; draw++) {
      assertThat(sites.draw(7, RandomKey.of(1).with(draw))).hasSize(7).doesNotHaveDuplicates();
    }
  }

  @Test
  void what_r_fidelity_takes_away_stays_under_the_cap_in_values() {
    // given: the whole of the input counts, in one value each; the cap is one value
    double[] w = new double[10];
    Arrays.fill(w, 1);
    try (GradientService service = Linear.service(Shape.of(10), w)) {
      double[][] rows = {new double[10]};
      Arrays.fill(rows[0], 1);
      Examples one = Examples.of(rows, new int[1], new long[1]);
      Judged judged = Judged.of(service, one, Output.LOGIT, Linear.truth(w));
      double score = new RemovalFidelity(0.5, 0.999999, 0.1, 20, ZERO, 1).scores(judged)[0];
      // then: on both sides exactly one value goes, whichever
      assertThat(score).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void the_gini_index_is_that_of_the_formula() {
    assertThat(Sparseness.gini(new double[] {1, 1, 1, 1})).isCloseTo(0, within(1e-12));
    // One of d values: 1 - 2 * (1/2) / d.
    assertThat(Sparseness.gini(new double[] {0, 0, -5, 0})).isCloseTo(0.75, within(1e-12));
    // Sorted 1, 3: 1 - 2 * (1/4 * 3/4 + 3/4 * 1/4).
    assertThat(Sparseness.gini(new double[] {3, 1})).isCloseTo(0.25, within(1e-12));
    assertThat(Sparseness.gini(new double[3])).isNaN();
  }

  @Test
  void holes_are_filled_as_a_dense_solver_fills_them() {
    int height = 5;
    int width = 6;
    RandomGenerator random = RandomKey.of(9).random();
    int pixels = height * width;
    double[] channel = random.doubles(pixels, -1, 2).toArray();
    boolean[] missing = new boolean[channel.length];
    for (int p = 0; p < missing.length; p++) {
      missing[p] = random.nextDouble() < 0.6;
    }
    double[] filled = new Imputation(height, width, missing).filled(channel);
    for (int p = 0; p < filled.length; p++) {
      if (!missing[p]) {
        assertThat(filled[p]).isEqualTo(channel[p]);
        continue;
      }
      // Each missing pixel is the weighted mean of those around it: 1/6 direct, 1/12 diagonal.
      double sum = 0;
      double weights = 0;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int y = p / width + dy;
          int x = p % width + dx;
          if ((dx != 0 || dy != 0) && y >= 0 && y < height && x >= 0 && x < width) {
            double weight = dx == 0 || dy == 0 ? 1 / 6.0 : 1 / 12.0;
            weights += weight;
            sum += weight * filled[y * width + x];
          }
        }
      }
      assertThat(filled[p]).isCloseTo(sum / weights, within(1e-9));
    }
    boolean[] all = new boolean[channel.length];
    Arrays.fill(all, true);
    assertThat(new Imputation(height, width, all).filled(channel)).containsOnly(0);
  }

  @Test
  void the_gradient_of_a_linear_model_never_changes_and_what_follows_the_input_does() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(3, 64, 3);
      Judged gradient = Judged.of(service, examples, Output.LOGIT, new VanillaGradient());
      assertThat(new SensitivityMax().scores(gradient)).containsOnly(0);
      assertThat(new AttackedSensitivity().scores(gradient)).containsOnly(0);

      // given: the map is the input, which moves by at most the radius in each value
      Judged copy = Judged.of(service, examples, Output.LOGIT, Linear.saying(double[]::clone));
      double[] sampled = new SensitivityMax(0.05, 10, 1).scores(copy);
      double[] attacked = new AttackedSensitivity(0.05, 10, 60, 1).scores(copy);
      for (int i = 0; i < sampled.length; i++) {
        double length = Math.sqrt(Arrays.stream(examples.row(i)).map(v -> v * v).sum());
        double most = 0.05 * Math.sqrt(64) / length;
        // Uniform draws lie at 1/sqrt(3) of it.
        assertThat(sampled[i]).isBetween(0.45 * most, 0.75 * most);
        assertThat(attacked[i]).isBetween(1.2 * sampled[i], most * (1 + 1e-5));
      }
    }
  }

  @Test
  void near_a_row_of_a_table_whole_numbers_and_categories_stay() {
    InputDomain table =
        InputDomain.of(
            List.of(Feature.real("age", 0, 10), feature("count", Feature.Kind.INTEGER, 9)),
            List.of());
    try (GradientService service = Linear.service(Shape.of(2), 1, 1)) {
      Examples one = Examples.of(new double[][] {{5, 3}}, new int[1], new long[1]);
      Neighbourhood near;
      try (GradientService domain =
          GradientService.builder(service.graph()).domain(table).build()) {
        near = new Neighbourhood(Explained.of(domain, one, 0, Output.LOGIT), 0.1);
      }
      RandomGenerator random = RandomKey.of(1).random();
      for (int i = 0; i < 50; i++) {
        double[] point = near.draw(random);
        assertThat(point[0]).isBetween(4.0, 6.0);
        assertThat(point[1]).isEqualTo(3);
      }
      assertThat(near.moved(new double[] {5.9, 3}, 1, new double[] {1, 1})).containsExactly(6, 3);
    }
  }

  /** Noise of one sign would move the input as a whole. */
  @Test
  void points_near_an_input_lie_on_all_sides_of_it_within_the_radius() {
    try (GradientService service = Linear.service(Shape.of(3), 1, 2, 3)) {
      Examples middle = Examples.of(new double[][] {{0.5, 0.5, 0.5}}, new int[1], new long[1]);
      Neighbourhood near = new Neighbourhood(Explained.of(service, middle, 0, Output.LOGIT), 0.2);
      RandomGenerator random = RandomKey.of(1).random();
      double[] sums = new double[3];
      double farthest = 0;
      int draws = 4000;
      for (int d = 0; d < draws; d++) {
        double[] point = near.draw(random);
        for (int i = 0; i < 3; i++) {
          sums[i] += point[i] - 0.5;
          farthest = Math.max(farthest, Math.abs(point[i] - 0.5));
        }
      }
      for (double sum : sums) {
        // The standard error of the mean is 0.2 / sqrt(3) / sqrt(draws) = 0.0018.
        assertThat(sum / draws).isCloseTo(0, within(0.008));
      }
      assertThat(farthest).isBetween(0.19, 0.2 + 1e-6);
    }
  }

  @Test
  void where_no_value_is_real_there_is_no_sensitivity_to_be_measured() {
    InputDomain counts =
        InputDomain.of(List.of(feature("count", Feature.Kind.INTEGER, 9)), List.of());
    try (GradientService boxed = Linear.service(Shape.of(1), 1);
        GradientService service = GradientService.builder(boxed.graph()).domain(counts).build()) {
      Examples one = Examples.of(new double[][] {{3}}, new int[1], new long[1]);
      Judged whole = Judged.of(service, one, Output.LOGIT, new VanillaGradient());
      Judged real = Judged.of(boxed, one, Output.LOGIT, new VanillaGradient());
      for (QualityMetric metric : List.of(new SensitivityMax(), new AttackedSensitivity())) {
        assertThat(metric.unfit(whole).orElseThrow()).contains("none of their values is real");
        assertThat(metric.unfit(real)).isEmpty();
      }
    }
  }

  @Test
  void a_map_of_the_input_survives_shuffled_layers_and_a_gradient_does_not() {
    try (GradientService service = Linear.service(IMAGE, W)) {
      Examples examples = Linear.examples(6, 64, 3);
      Judged edges = Judged.of(service, examples, Output.LOGIT, Controls.edges(IMAGE));
      Judged gradient = Judged.of(service, examples, Output.LOGIT, new VanillaGradient());
      for (QualityMetric metric : List.of(new Mprt(), new SmoothMprt())) {
        assertThat(boxed(metric.scores(edges)))
            .as(metric.name())
            .allSatisfy(score -> assertThat(score).isCloseTo(1, within(1e-9)));
        assertThat(boxed(metric.scores(gradient)))
            .as(metric.name())
            // The one of the network before it was shuffled, 1, is not in the mean of two.
            .allSatisfy(score -> assertThat(score).isBetween(-0.35, 0.3));
      }
      assertThat(boxed(new EfficientMprt().scores(edges)))
          .allSatisfy(score -> assertThat(score).isCloseTo(0, within(1e-9)));
    }
  }

  @Test
  void the_entropy_of_a_histogram_is_that_of_its_shares() {
    assertThat(EfficientMprt.entropy(new double[] {1, 1, 1}, 10)).isZero();
    assertThat(EfficientMprt.entropy(new double[] {0, 1}, 10))
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(EfficientMprt.entropy(new double[] {0, 0, 0, 1}, 2))
        .isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-12));
  }

  @Test
  void where_a_map_is_nothing_or_nothing_can_move_no_sensitivity_is_defined() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Examples examples = Linear.examples(2, 64, 3);
      Judged zero = Judged.of(service, examples, Output.LOGIT, Linear.saying(x -> new double[64]));
      Judged gradient = Judged.of(service, examples, Output.LOGIT, new VanillaGradient());
      assertThat(new SensitivityMax().scores(zero)).containsOnly(Double.NaN);
      assertThat(new AttackedSensitivity().scores(zero)).containsOnly(Double.NaN);
      assertThat(new AttackedSensitivity(0, 3, 3, 1).scores(gradient)).containsOnly(Double.NaN);
    }
  }

  @Test
  void what_a_category_got_as_one_player_is_not_counted_for_each_of_its_columns() {
    InputDomain table =
        InputDomain.of(
            List.of(
                Feature.real("age", 0, 1),
                feature("red", Feature.Kind.BINARY, 1),
                feature("green", Feature.Kind.BINARY, 1)),
            List.of(new InputDomain.OneHot("colour", List.of(1, 2))));
    try (GradientService service = Linear.service(Shape.of(3), 1, 1, 1);
        GradientService onTable = GradientService.builder(service.graph()).domain(table).build()) {
      Examples one = Examples.of(new double[][] {{0.5, 1, 0}}, new int[1], new long[1]);
      double[][] map = {{0.5, 0.4, 0.4}};
      Explainer explainer = new VanillaGradient();
      Example played = Example.of(new Judged(onTable, one, Output.LOGIT, explainer, map, true), 0);
      Example summed = Example.of(new Judged(onTable, one, Output.LOGIT, explainer, map, false), 0);
      assertThat(Sites.of(played).sums(played.perValue())).containsExactly(0.5, 0.4);
      assertThat(Sites.of(summed).sums(summed.perValue())).containsExactly(0.5, 0.8);
    }
  }

  @Test
  void road_is_for_images_and_shuffling_for_networks() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Judged judged =
          Judged.of(service, Linear.examples(1, 64, 3), Output.LOGIT, new VanillaGradient());
      assertThat(new Road().unfit(judged))
          .hasValueSatisfying(why -> assertThat(why).contains("images"));
      assertThat(new Mprt().unfit(judged)).isEmpty();
    }
  }

  @Test
  void a_complete_explainer_is_complete() {
    try (GradientService service = Linear.service(Shape.of(64), W)) {
      Explainer exact = IntegratedGradients.DEFAULT.withBaseline(ZERO);
      Judged judged = Judged.of(service, Linear.examples(3, 64, 3), Output.LOGIT, exact);
      assertThat(boxed(new Completeness(ZERO).scores(judged)))
          .allSatisfy(score -> assertThat(score).isLessThan(1e-6));
    }
  }

  @Test
  void settings_are_checked() {
    assertThatThrownBy(() -> new Infidelity(1, true, ZERO, 1)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> new SensitivityN(1, 10, ZERO, 1)).hasMessageContaining("below 1");
    assertThatThrownBy(() -> new Removal(0, 1, ZERO, 1)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new Mprt(0, 1)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new SmoothMprt(1, 0, NoiseScale.absolute(1), 1))
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new EfficientMprt(1, 1)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> new SensitivityMax(2, 1, 1)).hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> new AttackedSensitivity(0.1, 1, 0, 1)).hasMessageContaining("steps");
    assertThatThrownBy(() -> new Road(-1, 1)).hasMessageContaining("noise");
    assertThatThrownBy(() -> new RemovalFidelity(0.1, 0.5, 0.1, 0, ZERO, 1))
        .hasMessageContaining("samples");
    assertThatThrownBy(() -> new Removal(1, 1.5, ZERO, 1)).hasMessageContaining("at most 1");
  }
}
