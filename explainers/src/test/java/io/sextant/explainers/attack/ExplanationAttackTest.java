package io.sextant.explainers.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.GradientTerm;
import io.sextant.explainers.GradientTimesInput;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Output;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.SeveralBaselines;
import io.sextant.explainers.SmoothGrad;
import io.sextant.explainers.VanillaGradient;
import io.sextant.explainers.players.FeatureAblation;
import io.sextant.explainers.quality.Judged;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationAttackTest {
  private static final ExplanationAttack ATTACK = new ExplanationAttack();

  /** Logits (|x|^2, 0): the output is the same along circles, and its gradient 2 x turns there. */
  private static InferenceGraph circles() {
    Parameter sum = new Parameter("sum/W", Shape.of(2, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node squares =
        builder.add(
            "squares",
            new Operation.Combine(Operation.Combination.PRODUCT),
            builder.input(),
            builder.input());
    Node out = builder.add("sum", new Operation.Affine(sum, Optional.empty()), squares);
    return builder.weights(sum, new double[] {1, 0, 1, 0}).build(out);
  }

  private static InferenceGraph linear() {
    Parameter w = new Parameter("W", Shape.of(4, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(4));
    Node out = builder.add("dense", new Operation.Affine(w, Optional.empty()), builder.input());
    return builder.weights(w, new double[] {1, -1, 2, 0, -3, 1, 0.5, 2}).build(out);
  }

  /** A random network 12-24-3. */
  private static InferenceGraph network(Function function) {
    RandomGenerator random = RandomKey.of(5).with("network").random();
    Parameter first = new Parameter("1/W", Shape.of(12, 24));
    Parameter second = new Parameter("2/W", Shape.of(24, 3));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(12));
    Node hidden = builder.add("1", new Operation.Affine(first, Optional.empty()), builder.input());
    Node act = builder.add("act", new Operation.Elementwise(function), hidden);
    Node out = builder.add("2", new Operation.Affine(second, Optional.empty()), act);
    return builder
        .weights(first, IntStream.range(0, 288).mapToDouble(i -> random.nextGaussian()).toArray())
        .weights(second, IntStream.range(0, 72).mapToDouble(i -> random.nextGaussian()).toArray())
        .build(out);
  }

  private static GradientService exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE).threads(1).build();
  }

  private static Examples examples(GradientService service, int count) {
    RandomGenerator random = RandomKey.of(9).with("examples").random();
    double[][] rows = new double[count][];
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = new double[service.features()];
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = (float) random.nextDouble();
      }
      ids[i] = 100 + 3L * i;
    }
    double[][] logits = service.logits(rows);
    return Examples.of(
        rows, IntStream.range(0, count).map(i -> Logits.decision(logits[i])).toArray(), ids);
  }

  private static Judged judged(GradientService service, Examples examples, Explainer explainer) {
    return Judged.of(service, examples, Output.LOGIT, explainer);
  }

  private static Examples one(double... row) {
    return Examples.of(new double[][] {row}, new int[] {0}, new long[] {0});
  }

  @Test
  void along_a_circle_the_explanation_turns_as_far_as_the_radius_lets_it() {
    double radius = 0.25;
    try (GradientService service = exact(circles())) {
      Moved moved =
          ATTACK
              .withAim(new Aim.Towards(List.of(0.0, 1.0)))
              .within(Norm.L2, Double.toString(radius))
              .withSteps(200)
              .withOutputChange(0.003)
              .run(judged(service, one(0.8, 0.6), new VanillaGradient()))
              .get(0);
      // The chord of the angle is the radius: the circle has radius 1.
      double most = 2 * Math.asin(radius / 2);
      double turned = Math.atan2(moved.after()[1], moved.after()[0]) - Math.atan2(0.6, 0.8);
      assertThat(turned).isBetween(0.9 * most, 1.05 * most);
      assertThat(moved.changed()).isTrue();
      assertThat(moved.distance()).isLessThanOrEqualTo(radius);
      assertThat(moved.outputChange()).isLessThanOrEqualTo(0.003);
      assertThat(moved.after()[0]).isCloseTo(2 * moved.input()[0], within(1e-9));
    }
  }

  @Test
  void random_signs_turn_it_too() {
    double radius = 0.25;
    try (GradientService service = exact(circles())) {
      Moved moved =
          ATTACK
              .withAim(new Aim.Towards(List.of(0.0, 1.0)))
              .within(Norm.L2, Double.toString(radius))
              .withSteps(200)
              .withSearch(ExplanationAttack.Search.RANDOM)
              .run(judged(service, one(0.8, 0.6), new VanillaGradient()))
              .get(0);
      // A ball of this radius is seen from the centre of the circles under this angle.
      double most = Math.asin(radius);
      double turned = Math.atan2(moved.after()[1], moved.after()[0]) - Math.atan2(0.6, 0.8);
      assertThat(turned).isBetween(0.9 * most, most);
      assertThat(moved.distance()).isLessThanOrEqualTo(radius);
    }
  }

  @Test
  void gradients_of_a_linear_model_cannot_be_moved_and_nobody_goes_on_trying() {
    try (GradientService service = exact(linear())) {
      Examples examples = examples(service, 5);
      GradientService counted = service.as("attack");
      Judged judged = judged(counted, examples, new VanillaGradient());
      List<Moved> found = ATTACK.run(judged);
      assertThat(found).noneMatch(Moved::changed);
      for (int i = 0; i < 5; i++) {
        assertThat(found.get(i).input()).isEqualTo(examples.row(i));
        assertThat(found.get(i).after()).isEqualTo(found.get(i).before());
        assertThat(found.get(i).distance()).isZero();
        assertThat(found.get(i).outputChange()).isZero();
      }
      // Explanations, decisions, the output's gradients and two for each Hessian, once.
      assertThat(service.meter().counts()).containsEntry("attack", new Meter.Count(25, 20));
    }
  }

  static Stream<Explainer> sums() {
    return Stream.of(
        new VanillaGradient(),
        new GradientTimesInput(),
        IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.GaussLegendre(8)),
        SmoothGrad.DEFAULT.with(
            SmoothGrad.DEFAULT.smoothing().withDraws(16).withScale(new NoiseScale.Absolute(0.2))));
  }

  @ParameterizedTest
  @MethodSource("sums")
  void terms_add_up_to_the_attribution(Explainer explainer) {
    try (GradientService service = exact(network(new Function.Tanh()))) {
      Examples examples = examples(service, 1);
      double[] map = judged(service, examples, explainer).attributions()[0];
      double[] sum = new double[map.length];
      Explained x = Explained.of(service, examples, 0, Output.LOGIT);
      List<GradientTerm> terms = explainer.terms(x, 16);
      assertThat(terms).isNotEmpty().hasSizeLessThanOrEqualTo(16);
      for (GradientTerm term : terms) {
        double[] gradient =
            service.query(new double[][] {term.point()}, examples.labels(), Output.LOGIT::objective)
                .gradients()[0];
        for (int i = 0; i < sum.length; i++) {
          sum[i] += term.weight() * gradient[i] * term.distance().map(at(i)).orElse(1.0);
        }
      }
      assertThat(sum).containsExactly(map, within(1e-6));
    }
  }

  @Test
  void more_baselines_than_terms_are_taken_in_part() {
    Explainer explainer =
        IntegratedGradients.DEFAULT.withBaseline(
            new SeveralBaselines(
                IntStream.range(0, 9)
                    .<Baseline>mapToObj(i -> new Baseline.Constant(i / 16.0))
                    .toList()));
    try (GradientService service = exact(network(new Function.Tanh()))) {
      Explained x = Explained.of(service, examples(service, 1), 0, Output.LOGIT);
      List<GradientTerm> terms = explainer.terms(x, 4);
      assertThat(terms).hasSize(4);
      assertThat(terms.stream().mapToDouble(GradientTerm::weight).sum()).isCloseTo(1, within(1e-9));
    }
  }

  private static java.util.function.Function<double[], Double> at(int i) {
    return values -> values[i];
  }

  @ParameterizedTest
  @MethodSource("sums")
  void products_are_the_derivative_of_the_attribution(Explainer explainer) {
    try (GradientService service = exact(network(new Function.Tanh()))) {
      Examples examples = examples(service, 1);
      double[] slope = RandomKey.of(3).random().doubles(12, -1, 1).toArray();
      Explained x = Explained.of(service, examples, 0, Output.LOGIT);
      double[] ones = new double[12];
      java.util.Arrays.fill(ones, 1);
      Objective objective = Output.LOGIT.objective(examples.label(0));
      double[] found = new double[12];
      for (GradientTerm term : explainer.terms(x, 16)) {
        Product product = new Product(term, slope, ones);
        List<Query.Gradient> asked = new ArrayList<>();
        product.ask(objective, asked);
        List<Reply.Gradient> replies = service.answer(asked);
        assertThat(product.add(replies, 0, found)).isEqualTo(asked.size());
      }
      double h = 1e-3; // noisy points are floats
      for (int j = 0; j < 12; j++) {
        double[] sides = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] row = examples.row(0);
          row[j] += side == 0 ? h : -h;
          double[] map =
              judged(
                      service,
                      Examples.of(new double[][] {row}, examples.labels(), examples.ids()),
                      explainer)
                  .attributions()[0];
          for (int i = 0; i < 12; i++) {
            sides[side] += slope[i] * map[i];
          }
        }
        assertThat(found[j]).isCloseTo((sides[0] - sides[1]) / (2 * h), within(5e-3));
      }
    }
  }

  static Stream<ExplanationAttack> attacks() {
    return Stream.of(
        ATTACK.within(Norm.LINF, "0.1").withSteps(12),
        ATTACK.within(Norm.L2, "0.3").withSteps(12).withOutputChange(0.02),
        ATTACK
            .within(Norm.LINF, "0.1")
            .withSteps(12)
            .withSearch(ExplanationAttack.Search.RANDOM)
            .withAim(
                new Aim.Towards(IntStream.range(0, 12).mapToObj(i -> i == 0 ? 1.0 : 0).toList())));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void decisions_stay_within_the_radius_the_domain_and_the_output(ExplanationAttack attack) {
    try (GradientService service = exact(network(new Function.Relu()))) {
      Examples examples = examples(service, 12);
      List<Moved> found = attack.run(judged(service, examples, IntegratedGradients.DEFAULT));
      assertThat(found.stream().filter(Moved::changed).count()).isGreaterThanOrEqualTo(9);
      for (int i = 0; i < 12; i++) {
        Moved moved = found.get(i);
        double[] row = examples.row(i);
        double distance = 0;
        for (int j = 0; j < row.length; j++) {
          double change = Math.abs(moved.input()[j] - row[j]);
          assertThat(moved.input()[j]).isBetween(0.0, 1.0).isEqualTo((float) moved.input()[j]);
          distance =
              attack.norm() == Norm.LINF
                  ? Math.max(distance, change)
                  : Math.hypot(distance, change);
        }
        assertThat(distance)
            .isLessThanOrEqualTo(attack.radius().value())
            .isCloseTo(moved.distance(), within(1e-12));
        double[][] logits = service.logits(new double[][] {row, moved.input()});
        assertThat(Logits.decision(logits[1])).isEqualTo(examples.label(i));
        double change =
            Math.abs(
                Logits.probabilities(logits[1])[examples.label(i)]
                    - Logits.probabilities(logits[0])[examples.label(i)]);
        assertThat(change)
            .isLessThanOrEqualTo(attack.outputChange())
            .isCloseTo(moved.outputChange(), within(1e-9));
        assertThat(moved.value()).isGreaterThanOrEqualTo(moved.cleanValue());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void an_example_does_not_depend_on_the_others(ExplanationAttack attack) {
    try (GradientService service = exact(network(new Function.Relu()))) {
      Examples examples = examples(service, 4);
      SmoothGrad explainer = SmoothGrad.DEFAULT.with(SmoothGrad.DEFAULT.smoothing().withDraws(4));
      List<Moved> together = attack.run(judged(service, examples, explainer));
      for (int i = 3; i >= 0; i--) {
        Moved alone = attack.run(judged(service, examples.at(i), explainer)).get(0);
        assertThat(alone.input()).isEqualTo(together.get(i).input());
        assertThat(alone.after()).isEqualTo(together.get(i).after());
      }
    }
  }

  @Test
  void a_relu_network_is_moved_although_its_own_hessian_is_zero() {
    try (GradientService service = exact(network(new Function.Relu()))) {
      Judged judged = judged(service, examples(service, 12), new VanillaGradient());
      List<Moved> found = ATTACK.within(Norm.LINF, "0.1").run(judged);
      assertThat(found.stream().filter(Moved::changed).count()).isGreaterThanOrEqualTo(9);
    }
  }

  @Test
  void explainers_that_are_no_sums_of_gradients_are_moved_by_random_signs() {
    try (GradientService service = exact(network(new Function.Relu()))) {
      Judged judged = judged(service, examples(service, 4), new FeatureAblation());
      ExplanationAttack attack = ATTACK.within(Norm.LINF, "0.1").withSteps(10);
      assertThat(attack.run(judged)).anyMatch(Moved::changed);
      assertThatThrownBy(() -> attack.withSearch(ExplanationAttack.Search.GRADIENT).run(judged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("feature-ablation")
          .hasMessageContaining("search auto");
    }
  }

  @Test
  void what_must_not_move_does_not() {
    List<Feature> features = new ArrayList<>(InputDomain.box(12, 0, 1).features());
    features.set(2, features.get(2).withMutable(false));
    features.set(
        5, new Feature("up", Feature.Kind.REAL, 0, 1, 1, true, Feature.Direction.INCREASE));
    try (GradientService service =
        GradientService.builder(network(new Function.Relu()))
            .precision(Precision.DOUBLE)
            .domain(InputDomain.of(features, List.of()))
            .build()) {
      Examples examples = examples(service, 6);
      List<Moved> found =
          ATTACK.within(Norm.LINF, "0.1").run(judged(service, examples, new VanillaGradient()));
      assertThat(found).anyMatch(Moved::changed);
      for (int i = 0; i < 6; i++) {
        assertThat(found.get(i).input()[2]).isEqualTo(examples.row(i)[2]);
        assertThat(found.get(i).input()[5]).isGreaterThanOrEqualTo(examples.row(i)[5]);
      }
    }
  }

  @Test
  void inputs_of_which_nothing_may_move_are_refused_and_not_called_robust() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      features.add(
          new Feature("x" + i, Feature.Kind.INTEGER, 0, 1, 1, true, Feature.Direction.BOTH));
    }
    features.set(3, Feature.real("x3", 0, 1).withMutable(false));
    try (GradientService service =
        GradientService.builder(network(new Function.Relu()))
            .precision(Precision.DOUBLE)
            .domain(InputDomain.of(features, List.of()))
            .build()) {
      Judged judged = judged(service, examples(service, 2), new VanillaGradient());
      assertThatThrownBy(() -> ATTACK.run(judged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("real values");
    }
  }

  @Test
  void a_relation_is_kept() {
    List<InputDomain.Relation.Term> all =
        IntStream.range(0, 12).mapToObj(i -> new InputDomain.Relation.Term(i, 1)).toList();
    try (GradientService service = exact(network(new Function.Relu()))) {
      Examples examples = examples(service, 3);
      double most = examples.rows()[0].length;
      for (double[] row : examples.rows()) {
        most = Math.min(most, java.util.Arrays.stream(row).sum());
      }
      double bound = most + 0.02;
      InputDomain domain =
          InputDomain.of(
              InputDomain.box(12, 0, 1).features(),
              List.of(),
              List.of(new InputDomain.Relation("sum", all, 0, bound)));
      try (GradientService related =
          GradientService.builder(service.graph())
              .precision(Precision.DOUBLE)
              .domain(domain)
              .build()) {
        List<Moved> found =
            ATTACK.within(Norm.LINF, "0.1").run(judged(related, examples, new VanillaGradient()));
        for (int i = 0; i < 3; i++) {
          if (found.get(i).changed()) {
            assertThat(domain.violation(found.get(i).input())).isEmpty();
          }
        }
        assertThat(found).anyMatch(Moved::changed);
      }
    }
  }

  @Test
  void no_radius_is_no_change() {
    try (GradientService service = exact(network(new Function.Relu()))) {
      Judged judged = judged(service, examples(service, 3), new VanillaGradient());
      assertThat(ATTACK.within(Norm.LINF, "1e-12").run(judged)).noneMatch(Moved::changed);
      assertThat(ATTACK.within(Norm.L2, "1e-9").run(judged))
          .allSatisfy(moved -> assertThat(moved.distance()).isLessThanOrEqualTo(1e-9));
      assertThat(ATTACK.withOutputChange(0).run(judged))
          .allSatisfy(moved -> assertThat(moved.outputChange()).isZero());
    }
  }

  @Test
  void only_norms_with_balls_are_taken() {
    assertThatThrownBy(() -> ATTACK.within(Norm.L1, "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("l1");
  }
}
