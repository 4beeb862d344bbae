package io.sextant.gradients.model;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The judge of models that are a graph and nothing else: the reference engine in double precision,
 * which shares no code with the fast one. It starts with the first question, works on a few rows at
 * a time, and frees its native memory when nobody can ask it any more.
 */
final class ReferenceJudge implements Judge {
  private static final String ENGINE = "nd4j";

  /** Bytes of activations that one thread holds at a time. */
  private static final long BUDGET = 64L << 20;

  private static final Cleaner CLEANER = Cleaner.create();

  private final InferenceGraph graph;
  private final Head head;
  private final Ending.Activation activation;
  private @Nullable GradientService started;

  ReferenceJudge(InferenceGraph graph, Head head, Ending.Activation activation) {
    this.graph = graph;
    this.head = head;
    this.activation = activation;
  }

  private synchronized GradientService service() {
    if (started == null) {
      GradientService service =
          GradientService.builder(graph)
              .engine(ENGINE)
              .precision(Precision.DOUBLE)
              .byteBudget(BUDGET)
              .build();
      CLEANER.register(this, service::close);
      started = service;
    }
    return started;
  }

  @Override
  public int[] decisions(double[][] rows) {
    return Arrays.stream(logits(rows)).mapToInt(Logits::decision).toArray();
  }

  @Override
  public double[][] outputs(double[][] rows) {
    double[][] outputs = logits(rows);
    for (int r = 0; r < outputs.length; r++) {
      outputs[r] = answer(outputs[r]);
    }
    return outputs;
  }

  private double[] answer(double[] logits) {
    if (head == Head.SIGMOID) {
      return new double[] {Logits.probabilities(logits)[1]};
    } else if (head == Head.LOGIT) {
      return new double[] {logits[1] - logits[0]};
    }
    return switch (activation) {
      case SOFTMAX -> Logits.probabilities(logits);
      case LOG_SOFTMAX -> {
        double sum = Logits.logSumExp(logits);
        yield Arrays.stream(logits).map(z -> z - sum).toArray();
      }
      case SIGMOID -> Arrays.stream(logits).map(z -> 1 / (1 + Math.exp(-z))).toArray();
      case NONE -> logits;
    };
  }

  @Override
  public double[][] logits(double[][] rows) {
    try {
      return service().logits(rows);
    } finally {
      Reference.reachabilityFence(this); // what frees the service waits for the answer
    }
  }
}
