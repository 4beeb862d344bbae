package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Origin;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.ExplanationQuality.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttributionSummariesTest {
  private static DataSet data(int rows, InputDomain domain) {
    float[][] values = new float[rows][domain.size()];
    for (int i = 0; i < rows; i++) {
      values[i][0] = i;
    }
    return DataSet.of(
        Shape.of(domain.size()),
        values,
        new int[rows],
        List.of("a", "b", "c"),
        domain,
        new Origin("rows", false, List.of()));
  }

  private static Explanations found(
      double[][] attributions, IntUnaryOperator target, Optional<double[][]> players) {
    List<Certificate> certificates = new ArrayList<>();
    for (int i = 0; i < attributions.length; i++) {
      certificates.add(
          new Certificate(
              i,
              target.applyAsInt(i),
              Output.LOGIT,
              1,
              0,
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              Optional.empty(),
              OptionalDouble.empty(),
              1,
              1));
    }
    return new Explanations(
        "e",
        Map.of(),
        Shape.of(attributions[0].length),
        attributions,
        certificates,
        Optional.empty(),
        players,
        List.of());
  }

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
  }

  private static int[] first(int count) {
    return IntStream.range(0, count).toArray();
  }

  @Test
  void the_ten_features_with_the_largest_mean_size_are_listed() {
    double[][] attributions = new double[2][12];
    for (int f = 0; f < 12; f++) {
      attributions[0][f] = f;
      attributions[1][f] = -f - 2;
    }
    Summary summary =
        AttributionSummaries.of(
                "ig",
                true,
                found(attributions, i -> 1, Optional.empty()),
                data(2, InputDomain.box(12, 0, 9)),
                first(2))
            .get(0);
    assertThat(summary.explainer()).isEqualTo("ig");
    assertThat(summary.target()).isEqualTo(1);
    assertThat(summary.output()).isEqualTo("logit");
    assertThat(summary.slopes()).isTrue();
    assertThat(summary.features()).isEqualTo(12);
    assertThat(summary.listed())
        .extracting(ExplanationQuality.Feature::name)
        .containsExactly("x11", "x10", "x9", "x8", "x7", "x6", "x5", "x4", "x3", "x2");
    assertThat(summary.listed().get(0).mean()).isEqualTo(12);
    assertThat(summary.listed().get(0).attributions().values()).containsExactly(11, -13);
  }

  @Test
  void two_hundred_rows_are_kept_and_classes_have_summaries_of_their_own() {
    double[][] attributions = new double[250][1];
    for (int i = 0; i < attributions.length; i++) {
      attributions[i][0] = -i;
    }
    // Of the first 200 one is of class 0, 133 of class 2, and 66 of class 1.
    List<Summary> summaries =
        AttributionSummaries.of(
            "ig",
            false,
            found(attributions, i -> i == 0 ? 0 : i % 3 == 0 ? 1 : 2, Optional.empty()),
            data(251, InputDomain.box(1, 0, 300)),
            IntStream.rangeClosed(1, 250).toArray());
    assertThat(summaries).extracting(Summary::target).containsExactly(2, 1);
    assertThat(summaries).extracting(Summary::examples).containsExactly(133, 66);
    ExplanationQuality.Feature feature = summaries.get(1).listed().get(0);
    // The values are those of the places, not of the first rows.
    assertThat(feature.values().values()).startsWith(4, 7).endsWith(199);
    assertThat(feature.attributions().values()).startsWith(-3, -6).endsWith(-198);
  }

  @Test
  void what_is_not_finite_as_a_float_is_left_out() {
    assertThat(
            AttributionSummaries.of(
                "ig",
                false,
                found(new double[][] {{1}, {1e60}, {2}}, i -> 0, Optional.empty()),
                data(3, InputDomain.box(1, 0, 9)),
                first(3)))
        .singleElement()
        .satisfies(
            one -> assertThat(one.listed().get(0).attributions().values()).containsExactly(1, 2));
  }

  @Test
  void a_group_that_played_as_one_is_one_feature_at_the_place_of_its_category() {
    InputDomain domain =
        InputDomain.of(
            List.of(Feature.real("size", 0, 9), binary("red"), binary("blue")),
            List.of(new InputDomain.OneHot("colour", List.of(1, 2))));
    DataSet data =
        DataSet.of(
            Shape.of(3),
            new float[][] {{4, 0, 1}, {5, 1, 0}},
            new int[2],
            List.of("a"),
            domain,
            new Origin("rows", false, List.of()));
    double[][] attributions = {{1, 5, 5}, {2, 6, 6}};
    assertThat(
            AttributionSummaries.of(
                "shap",
                false,
                found(attributions, i -> 0, Optional.of(new double[][] {{1, 5}, {2, 6}})),
                data,
                first(2)))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.features()).isEqualTo(2);
              assertThat(one.listed())
                  .extracting(ExplanationQuality.Feature::name)
                  .containsExactly("colour", "size");
              assertThat(one.listed().get(0).values().values()).containsExactly(1, 0);
            });
    // Players that are neither features nor groups are not what the picture shows.
    assertThat(
            AttributionSummaries.of(
                "shap",
                false,
                found(attributions, i -> 0, Optional.of(new double[][] {{1}, {2}})),
                data,
                first(2)))
        .isEmpty();
  }
}
