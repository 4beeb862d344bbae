package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.nd4j.Nd4jEngine;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CompilationTest {
  private static final Parameter GAMMA = new Parameter("gamma", Shape.of(2));

  /** The ND4J engine, which counts how often it is asked for a program. */
  private static final class Counting implements Engine {
    private final Engine engine = new Nd4jEngine();
    private final AtomicInteger compilations = new AtomicInteger();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Set<Precision> precisions() {
      return engine.precisions();
    }

    @Override
    public String description() {
      return "counting";
    }

    @Override
    public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
      compilations.incrementAndGet();
      return engine.compile(graph, weights, precision);
    }
  }

  private static InferenceGraph graph() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Parameter mean = new Parameter("mean", Shape.of(2));
    Parameter variance = new Parameter("variance", Shape.of(2));
    Parameter beta = new Parameter("beta", Shape.of(2));
    Node norm =
        builder
            .weights(mean, new double[2])
            .weights(variance, new double[] {1, 1})
            .weights(GAMMA, new double[] {1, 1})
            .weights(beta, new double[2])
            .add(
                "norm",
                new Operation.BatchNorm(mean, variance, GAMMA, beta, 1e-5, Statistics.replaced()),
                builder.input());
    return builder.build(norm);
  }

  @Test
  void adapted_copies_share_one_program() {
    Counting engine = new Counting();
    InferenceGraph graph = graph();
    double[][] rows = {{0, 1}, {2, 5}};
    try (GradientService service =
        new GradientService(
            new ServiceCore(
                graph,
                InputDomain.box(2, 0, 1),
                new Engines.Choice(engine, List.of()),
                Precision.DOUBLE,
                8,
                new Meter()),
            "adaptation")) {
      for (int step = 1; step <= 20; step++) {
        Weights bound = Weights.empty().with(GAMMA, new double[] {step, 1});
        BatchReply reply =
            service.answer(
                BatchQuery.of(rows)
                    .bound(bound)
                    .objective(BatchObjective.sum(row -> Objective.logit(0)))
                    .gradientsBy(List.of(GAMMA)));
        assertThat(reply.logits()[1][0]).isEqualTo(step / Math.sqrt(1 + 1e-5));
      }
      assertThat(engine.compilations).hasValue(1);
    }
  }
}
