package io.sextant.benchmarks.timing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.CrossEntropy;
import io.sextant.benchmarks.contenders.FlatRows;
import io.sextant.benchmarks.contenders.Libtorch;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import io.sextant.gradients.Answer;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Checks that a library computes what the others do: its logits and input gradients are compared
 * with those of the ND4J engine in double precision.
 */
public final class AgreementProcess {
  private static final int ROWS = 16;

  private AgreementProcess() {}

  /**
   * Compares.
   *
   * @param arguments the JSON file to write, the root folder and the library
   */
  public static void main(String[] arguments) throws IOException {
    Checkout checkout = new Checkout(Path.of(arguments[1]));
    Contender contender = Contender.of(arguments[2]);
    List<Agreement> agreements = new ArrayList<>();
    for (Network network : Network.values()) {
      agreements.add(compare(checkout, network, contender));
    }
    new ObjectMapper().writeValue(Path.of(arguments[0]).toFile(), agreements);
    System.exit(0);
  }

  static Agreement compare(Checkout checkout, Network network, Contender contender) {
    InferenceGraph graph = network.load(checkout).graph();
    double[][] rows = network.inputs(checkout, ROWS, graph.input().shape().elements());
    int classes = graph.output().shape().elements();
    int[] labels = IntStream.range(0, ROWS).map(i -> i % classes).toArray();
    Answer truth;
    try (GradientService reference =
        GradientService.builder(graph).engine("nd4j").precision(Precision.DOUBLE).build()) {
      truth = reference.query(rows, labels, Objective::crossEntropy);
    }
    float[] logits;
    float[] gradients;
    String engine;
    if (contender == Contender.LIBTORCH) {
      try (Libtorch module =
              Libtorch.load(network.torchScript(checkout), graph.input().shape(), 0);
          Libtorch.Tape tape = module.record(FlatRows.of(rows))) {
        logits = tape.logits();
        float[] cotangent = logits.clone();
        CrossEntropy.cotangent(cotangent, labels, classes);
        gradients = tape.pullback(cotangent, true);
        engine = Libtorch.description();
      }
    } else {
      try (GradientService service =
          GradientService.builder(graph).engine(contender.key()).build()) {
        Answer answer = service.query(rows, labels, Objective::crossEntropy);
        logits = FlatRows.of(answer.logits());
        gradients = FlatRows.of(answer.gradients());
        engine = "%s, %d workers".formatted(service.engine().description(), service.threads());
      }
    }
    return new Agreement(
        contender.key(),
        network.key(),
        distance(logits, FlatRows.of(truth.logits())),
        distance(gradients, FlatRows.of(truth.gradients())),
        engine);
  }

  private static double distance(float[] actual, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    // NaN is as far away as can be.
    double distance = Math.sqrt(difference / length);
    return Double.isFinite(distance) ? distance : Double.MAX_VALUE;
  }
}
