package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.gradients.graph.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small random networks whose batch normalisations are on statistics of all kinds, with bound
 * parameters, on the engine under test and on the reference.
 *
 * <p>{@code -Dsextant.test.graph=SEED} runs one of them alone.
 */
@Tag("engine-contract")
class RandomBatchContractTest {
  private static final int NETWORKS = 150;
  private static final double TOLERANCE = 1e-3;
  private static final double SMALLEST = 1e-2;
  private static final int NOISES = 20;
  private static final double MOST_DELICATE = 0.05;

  private enum Outcome {
    EQUAL,
    DELICATE,
    PLAIN
  }

  @Test
  void random_networks_on_statistics_of_the_batch_agree_with_the_reference() {
    Long only = Long.getLong("sextant.test.graph");
    List<Outcome> outcomes =
        (only == null ? LongStream.range(0, NETWORKS) : LongStream.of(only))
            .mapToObj(RandomBatchContractTest::outcome)
            .toList();
    long normalised = outcomes.stream().filter(outcome -> outcome != Outcome.PLAIN).count();
    long delicate = outcomes.stream().filter(outcome -> outcome == Outcome.DELICATE).count();
    if (only == null) {
      assertThat(normalised).as("networks with normalisations").isGreaterThan(NETWORKS / 3);
    }
    assertThat(delicate)
        .as("networks on which rounding decides")
        .isLessThanOrEqualTo((long) Math.ceil(MOST_DELICATE * normalised));
  }

  private static Outcome outcome(long seed) {
    RandomKey key = RandomKey.of(seed).with("batch");
    Question question = Question.random(Values.ROUGH, key);
    RandomGenerator random = key.with("statistics").random();
    InferenceGraph graph = question.graph();
    if (graph.batchNorms().isEmpty()) {
      return Outcome.PLAIN;
    }
    for (Node node : graph.batchNorms()) {
      graph = graph.withStatistics(statistics(random), List.of(node.name()));
    }
    BatchQuery query = query(graph, random);
    List<double[]> expected = answer(EngineUnderTest.reference(graph), query);
    List<double[]> actual = answer(EngineUnderTest.service(graph), query);
    if (difference(actual, expected) <= TOLERANCE) {
      return Outcome.EQUAL;
    }
    for (int noise = 0; noise < NOISES; noise++) {
      InferenceGraph noisy = Graphs.noisy(graph, key.with(noise));
      List<double[]> other = answer(EngineUnderTest.reference(noisy), query);
      if (difference(other, expected) > TOLERANCE / 4) {
        return Outcome.DELICATE;
      }
    }
    throw new AssertionError(
        "network %d differs by %.2e; %s"
            .formatted(seed, difference(actual, expected), question.about(graph)));
  }

  private static Statistics statistics(RandomGenerator random) {
    Estimator estimator =
        random.nextInt(3) > 0
            ? Estimator.MEAN
            : random.nextBoolean() ? Estimator.MEDIAN : Estimator.MEDIAN_OF_SQUARES;
    return switch (random.nextInt(4)) {
      case 0 -> Statistics.stored();
      case 1 -> Statistics.replaced().with(estimator);
      case 2 -> Statistics.mixed(random.nextDouble(0.1, 0.9)).with(estimator);
      default -> Statistics.prior(random.nextDouble(1, 30)).with(estimator);
    };
  }

  private static BatchQuery query(InferenceGraph graph, RandomGenerator random) {
    double[][] rows = new double[random.nextInt(6, 20)][graph.input().shape().elements()];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> Values.ROUGH.input(random));
    }
    Weights bound = Weights.empty();
    for (Parameter parameter : graph.bindable()) {
      double[] values = graph.weights().values(parameter);
      Arrays.setAll(values, i -> (float) (values[i] * random.nextDouble(0.7, 1.3)));
      if (random.nextInt(4) > 0) {
        bound = bound.with(parameter, values);
      }
    }
    int classes = graph.output().shape().elements();
    return BatchQuery.of(rows)
        .bound(bound)
        .objective(
            BatchObjective.sum(
                row ->
                    row % 3 == 0
                        ? (logits, cotangent) -> 0
                        : Objective.logProbability(row % classes)))
        .gradientsBy(graph.differentiable())
        .withInputGradients()
        .withMoments();
  }

  private static List<double[]> answer(GradientServiceBuilder builder, BatchQuery query) {
    List<double[]> parts = new ArrayList<>();
    try (GradientService service = builder.batchSize(query.rows().length).build()) {
      BatchReply reply = service.answer(query);
      parts.add(flat(reply.logits()));
      parts.add(flat(reply.inputGradients()));
      parts.add(flat(reply.parameterGradients().values().toArray(double[][]::new)));
      // The same gradients when the way back ends at the first normalisation.
      BatchReply shorter =
          service.answer(
              BatchQuery.of(query.rows())
                  .bound(query.bound())
                  .objective(query.objective().orElseThrow())
                  .gradientsBy(query.parameters()));
      parts.add(flat(shorter.parameterGradients().values().toArray(double[][]::new)));
      parts.add(flat(service.answer(BatchQuery.of(query.rows()).bound(query.bound())).logits()));
      reply
          .moments()
          .forEach(
              (layer, moments) -> {
                parts.add(moments.mean());
                parts.add(moments.variance());
              });
    }
    return parts;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The largest difference by the largest magnitude of its part. */
  private static double difference(List<double[]> actual, List<double[]> expected) {
    double worst = 0;
    for (int part = 0; part < expected.size(); part++) {
      double[] right = expected.get(part);
      double magnitude = Math.max(SMALLEST, Arrays.stream(right).map(Math::abs).max().orElse(0));
      for (int i = 0; i < right.length; i++) {
        // A difference that is no number stays one.
        worst = Math.max(worst, Math.abs(actual.get(part)[i] - right[i]) / magnitude);
      }
    }
    return Double.isNaN(worst) ? Double.POSITIVE_INFINITY : worst;
  }
}
