package io.sextant.gradients.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A model of a framework that the toolkit has never heard of. */
class FrameworkNetworkTest {
  private static final Shape VECTOR = Shape.of(2);
  private static final double[][] WEIGHTS = {{3, -1, 0.5}, {-2, 1, 2}};

  /** Logits x W of three classes; the judge may have other weights than the graph. */
  private record Linear(double lie) implements FrameworkNetwork, Judge {
    @Override
    public Optional<Shape> inputShape() {
      return Optional.of(VECTOR);
    }

    @Override
    public long parameters() {
      return 6;
    }

    @Override
    public Compiled compile(
        Shape shape,
        Optional<Operation.Rescale> preprocessing,
        Optional<String> output,
        LogitsSaid logits) {
      if (!shape.equals(VECTOR)) {
        throw new IllegalArgumentException("the network takes two numbers but was given " + shape);
      }
      Parameter weights = new Parameter("W", Shape.of(2, 3));
      InferenceGraph.Builder builder = InferenceGraph.builder(shape);
      InferenceGraph graph =
          builder
              .weights(weights, Arrays.stream(WEIGHTS).flatMapToDouble(Arrays::stream).toArray())
              .build(
                  builder.add(
                      "dense", new Operation.Affine(weights, Optional.empty()), builder.input()));
      return new Compiled(graph, Head.SOFTMAX, this);
    }

    @Override
    public void write(OutputStream out) {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public int[] decisions(double[][] rows) {
      return Arrays.stream(logits(rows)).mapToInt(Logits::decision).toArray();
    }

    @Override
    public double[][] outputs(double[][] rows) {
      return Arrays.stream(logits(rows)).map(Logits::probabilities).toArray(double[][]::new);
    }

    @Override
    public double[][] logits(double[][] rows) {
      double[][] logits = new double[rows.length][3];
      for (int r = 0; r < rows.length; r++) {
        for (int k = 0; k < 3; k++) {
          logits[r][k] = lie + rows[r][0] * WEIGHTS[0][k] + rows[r][1] * WEIGHTS[1][k];
        }
      }
      return logits;
    }
  }

  @Test
  void its_own_judge_decides_and_its_health_is_checked() {
    TrainedModel model = TrainedModel.of(new Linear(0), VECTOR);
    double[][] rows = {{1, 0}, {0, 1}, {0.5, 0.5}};

    assertThat(model.predictions(rows)).containsExactly(0, 2, 2);
    assertThat(model.judge().decisions(Examples.of(rows, new int[3], new long[] {0, 1, 2})))
        .containsExactly(0, 2, 2);
    assertThat(model.outputs(rows)[2]).isEqualTo(Logits.probabilities(new double[] {0.5, 0, 1.25}));
    try (GradientService service = model.service()) {
      assertThat(HealthCheck.run(model, service, model.domain(), 1).requireOk().ok()).isTrue();
    }
  }

  @Test
  void a_graph_that_is_not_the_judges_is_found_out() {
    TrainedModel model = TrainedModel.of(new Linear(0.01), VECTOR);
    try (GradientService service = model.service()) {
      HealthReport report = HealthCheck.run(model, service, model.domain(), 1);
      assertThatThrownBy(report::requireOk).hasMessageContaining("logits must equal");
    }
  }

  @Test
  void images_are_flattened_for_networks_that_take_vectors() {
    assertThat(TrainedModel.of(new Linear(0), Shape.of(1, 1, 2)).inputShape()).isEqualTo(VECTOR);
    assertThatThrownBy(() -> TrainedModel.of(new Linear(0), Shape.of(1, 2, 2)))
        .hasMessageContaining("takes two numbers but was given")
        .satisfies(e -> assertThat(e.getSuppressed()).as("as a sequence, and flat").hasSize(2));
  }
}
