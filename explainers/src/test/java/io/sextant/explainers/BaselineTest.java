package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Baselines that differ between examples, and several at once. */
class BaselineTest {
  private static final IntegratedGradients ONE_NODE =
      IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.GaussLegendre(1));

  private static Explained image(Shape shape, double... input) {
    return example(InputDomain.box(input.length, 0, 1), shape, 7, input);
  }

  private static Explained example(InputDomain domain, Shape shape, long id, double... input) {
    InferenceGraph.Builder builder = InferenceGraph.builder(shape);
    return Explained.of(input, id, Output.LOGIT, domain, builder.build(builder.input()), 0);
  }

  private static double[] row(Baseline baseline, Explained x) {
    assertThat(baseline.rows(x)).hasSize(1);
    return baseline.rows(x).get(0);
  }

  @Test
  void every_baseline_is_read_back_from_its_text() {
    for (String text :
        List.of(
            "blur",
            "blur:2.5",
            "uniform",
            "uniform:7",
            "draws:5",
            "draws:5:9",
            "zero+maximum",
            "constant:1.0E10+blur+draws:3:1")) {
      assertThat(Baseline.parse(text).text()).isEqualTo(text);
      assertThat(Baseline.parse(Baseline.parse(text).text())).isEqualTo(Baseline.parse(text));
    }
    assertThat(Baseline.parse("1e+3,2")).isEqualTo(new Baseline.Given("row", List.of(1000.0, 2.0)));
    assertThat(Baseline.parse("constant:1e+3+zero").count()).isEqualTo(2);
    for (String wrong :
        List.of("blur:0", "blur:x", "blur:", "draws", "draws:0", "draws:1:x", "zero+", "+zero")) {
      assertThatThrownBy(() -> Baseline.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_blur_spreads_a_point_as_a_gaussian_within_its_channel() {
    double[] input = new double[2 * 9 * 9];
    input[4 * 9 + 4] = 1;
    double[] blurred = row(Baseline.parse("blur:1.0"), image(Shape.of(2, 9, 9), input));
    double total = 0;
    for (int d = -4; d <= 4; d++) {
      total += Math.exp(-d * d / 2.0);
    }
    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 9; x++) {
        // Away from the edges; there the weights are shared among fewer neighbours.
        if (Math.abs(y - 4) <= 1 && Math.abs(x - 4) <= 1) {
          double squared = (y - 4) * (y - 4) + (x - 4) * (x - 4);
          assertThat(blurred[y * 9 + x])
              .isCloseTo(Math.exp(-squared / 2) / (total * total), within(1e-3));
        }
      }
    }
    assertThat(Arrays.stream(blurred, 81, 162).toArray()).containsOnly(0);
    // The input is not touched.
    assertThat(Arrays.stream(input).sum()).isEqualTo(1);
  }

  @Test
  void a_blur_leaves_constants_as_they_are_up_to_the_edges_and_goes_along_time_too() {
    double[] flat = new double[3 * 4 * 5];
    Arrays.fill(flat, 0.3);
    assertThat(row(Baseline.parse("blur"), image(Shape.of(3, 4, 5), flat)))
        .containsExactly(flat, within(1e-12));
    double[] series = row(Baseline.parse("blur:0.5"), image(Shape.of(2, 3), 0, 1, 0, 5, 5, 5));
    assertThat(series[0]).isCloseTo(series[2], within(1e-12)).isPositive();
    assertThat(Arrays.copyOfRange(series, 3, 6))
        .containsExactly(new double[] {5, 5, 5}, within(1e-12));
    // Not along the channels: of one position each there is nothing to blur.
    assertThat(row(Baseline.parse("blur:9"), image(Shape.of(3, 1, 1), 1, 2, 3)))
        .containsExactly(new double[] {1, 2, 3}, within(1e-12));
    assertThatThrownBy(() -> Baseline.parse("blur").rows(image(Shape.of(4), 1, 2, 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vectors of 4 values")
        .hasMessageContaining("choose another");
  }

  @Test
  void a_uniform_row_exists_in_the_domain_and_belongs_to_seed_and_example() {
    InputDomain table =
        InputDomain.of(
            List.of(
                Feature.real("real", -2, 3),
                new Feature("age", Feature.Kind.INTEGER, 18, 20, 1, true, Feature.Direction.BOTH),
                binary("a"),
                binary("b")),
            List.of(new InputDomain.OneHot("group", List.of(2, 3))));
    Set<Double> reals = new HashSet<>();
    Set<Double> ages = new HashSet<>();
    Set<Double> members = new HashSet<>();
    for (long id = 0; id < 200; id++) {
      double[] row = row(Baseline.parse("uniform"), example(table, Shape.of(4), id, 0, 18, 1, 0));
      assertThat(table.violation(row)).isEmpty();
      assertThat(row(Baseline.parse("uniform"), example(table, Shape.of(4), id, 0, 18, 1, 0)))
          .containsExactly(row);
      reals.add(row[0]);
      ages.add(row[1]);
      members.add(row[2]);
    }
    assertThat(reals).hasSize(200);
    assertThat(reals).anyMatch(v -> v < -1.5).anyMatch(v -> v > 2.5);
    assertThat(ages).containsExactlyInAnyOrder(18.0, 19.0, 20.0);
    assertThat(members).containsExactlyInAnyOrder(0.0, 1.0);
    Explained x = example(table, Shape.of(4), 3, 0, 18, 1, 0);
    assertThat(row(Baseline.parse("uniform:1"), x)).isNotEqualTo(row(Baseline.parse("uniform"), x));
  }

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
  }

  @Test
  void draws_are_different_rows_of_the_data_the_same_for_all_examples() {
    double[][] data = new double[50][];
    for (int i = 0; i < data.length; i++) {
      data[i] = new double[] {i};
    }
    Reference reference = Reference.of(InputDomain.box(1, 0, 50), data);
    Explained one = image(Shape.of(1), 0.5);
    List<Double> drawn = firsts(new DrawnBaselines(20).fitted(reference).rows(one));
    assertThat(drawn).hasSize(20).doesNotHaveDuplicates();
    assertThat(firsts(new DrawnBaselines(20).fitted(reference).rows(image(Shape.of(1), 0.7))))
        .isEqualTo(drawn);
    assertThat(firsts(Baseline.parse("draws:20:1").fitted(reference).rows(one)))
        .isNotEqualTo(drawn);
    assertThat(firsts(new DrawnBaselines(80).fitted(reference).rows(one))).hasSize(50);
    // What was fitted to rows is not lost where an explanation brings none.
    Baseline fitted = new DrawnBaselines(20).fitted(reference);
    assertThat(fitted.fitted(Reference.of(InputDomain.box(1, 0, 50)))).isEqualTo(fitted);
    assertThatThrownBy(() -> new DrawnBaselines(5).fitted(Reference.of(InputDomain.box(1, 0, 1))))
        .hasMessageContaining("baseline draws:5 needs rows of the data")
        .hasMessageContaining("explainer.fitted(Reference.of(domain, rows))");
  }

  private static List<Double> firsts(List<double[]> rows) {
    return rows.stream().map(row -> row[0]).toList();
  }

  @Test
  void each_row_of_the_data_is_drawn_about_as_often_as_the_others() {
    double[][] data = new double[10][];
    for (int i = 0; i < data.length; i++) {
      data[i] = new double[] {i};
    }
    Reference reference = Reference.of(InputDomain.box(1, 0, 10), data);
    int[] counts = new int[10];
    for (long seed = 0; seed < 3000; seed++) {
      Baseline three = Baseline.parse("draws:3:" + seed).fitted(reference);
      for (double[] row : three.rows(image(Shape.of(1), 0.5))) {
        counts[(int) row[0]]++;
      }
    }
    // 900 expected, with a standard deviation of 25.
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(800, 1000));
  }

  @Test
  void several_baselines_give_the_mean_of_their_attributions() {
    try (GradientService service = Models.exact(Models.product()).build()) {
      IntegratedGradients both = ONE_NODE.withBaseline(Baseline.parse("zero+1.0,-0.5"));
      Explanations found = both.explain(service.as("both"), Models.one(3, 0.5), Target.fixed(0));
      // From zero (0.75, 0.75), from the other one (0, 2).
      assertThat(found.attributions()[0])
          .containsExactly(new double[] {0.375, 1.375}, within(1e-12));
      Certificate certificate = found.certificates().get(0);
      assertThat(certificate.fBaseline()).hasValue(-0.25);
      assertThat(certificate.gap().orElseThrow()).isCloseTo(0, within(1e-12));
      assertThat(certificate.nodes()).isEqualTo(2);
      // The output at the input is asked for once.
      assertThat(service.meter().counts()).containsEntry("both", new Meter.Count(5, 2));
      assertThat(both.passes(2, 2).forwards()).isEqualTo(5);
    }
  }

  @Test
  void one_path_over_its_tolerance_shows_in_the_certificate_of_several() {
    try (GradientService service = Models.exact(Models.bump(2, 3, 0)).build()) {
      // From the input itself there is nothing to attribute; from zero no gradient is seen.
      for (String text : List.of("1,1,1", "1,1,1+zero")) {
        Certificate certificate =
            IntegratedGradients.DEFAULT
                .withBaseline(Baseline.parse(text))
                .explain(service, Models.one(1, 1, 1), Target.fixed(0))
                .certificates()
                .get(0);
        assertThat(certificate.toleranceMet()).contains(text.equals("1,1,1"));
      }
    }
  }

  @Test
  void each_of_the_likeliest_classes_is_explained_the_likeliest_first() {
    try (GradientService service =
        Models.exact(Models.network(new Function.Tanh(), 6)).batchSize(3).build()) {
      var examples = Models.examples(5, 6, 3, 6);
      double[][] logits = service.logits(examples.rows());
      for (Explainer explainer :
          List.of(
              new VanillaGradient(), ONE_NODE, IntegratedGradients.DEFAULT, SmoothGrad.DEFAULT)) {
        Explanations top = explainer.explain(service, examples, Target.top(2));
        Explanations first = explainer.explain(service, examples, Target.predicted());
        assertThat(top.size()).isEqualTo(10);
        for (int i = 0; i < examples.size(); i++) {
          Certificate likeliest = top.certificates().get(2 * i);
          Certificate second = top.certificates().get(2 * i + 1);
          assertThat(likeliest.target()).isEqualTo(first.certificates().get(i).target());
          assertThat(likeliest.forwards()).isEqualTo(first.certificates().get(i).forwards());
          assertThat(top.attributions()[2 * i])
              .containsExactly(first.attributions()[i], within(1e-12));
          double[] sorted = logits[i].clone();
          Arrays.sort(sorted);
          assertThat(second.example()).isEqualTo(examples.id(i));
          assertThat(second.fInput()).isCloseTo(sorted[1], within(1e-12));
          assertThat(top.attributions()[2 * i + 1])
              .containsExactly(
                  explainer.explain(service, examples.at(i), Target.fixed(second.target()))
                      .attributions()[0],
                  within(1e-12));
        }
      }
      assertThatThrownBy(() -> new VanillaGradient().explain(service, examples, Target.top(4)))
          .hasMessageContaining("3 classes but K was 4");
    }
    assertThat(Target.parse("top-3", "margin")).isEqualTo(Target.top(3).withOutput(Output.MARGIN));
    assertThat(Target.top(3).text()).isEqualTo("top-3");
    assertThatThrownBy(() -> Target.parse("top-0", "logit")).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> Target.parse("top-x", "logit")).hasMessageContaining("top-K");
  }
}
