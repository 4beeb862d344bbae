package io.sextant.gradients.dl4j;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Deeplearning4j's own inference: the truth about a network that it trained. */
final class Dl4jJudge implements Judge {
  /** Rows in one run of the network itself, which holds every layer's output for all of them. */
  private static final int PART = 128;

  private final Model network;
  private final Shape shape;
  private final Optional<Operation.Rescale> preprocessing;
  private final Optional<String> output;
  private final Head head;
  private final boolean channelsLast;
  // The rank of what the graph answers for one example.
  private final int answers;

  Dl4jJudge(
      Model network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      NetworkCompiler.Compiled compiled) {
    this.network = network;
    this.shape = shape;
    this.preprocessing = preprocessing;
    this.output = output;
    this.head = compiled.head();
    this.channelsLast = compiled.channelsLast();
    this.answers = compiled.graph().output().shape().rank();
  }

  /**
   * The first largest output, or whether a single unit is above one half after a sigmoid and above
   * zero before it.
   */
  @Override
  public int[] decisions(double[][] rows) {
    return Arrays.stream(outputs(rows))
        .mapToInt(
            row ->
                Logits.decision(
                    switch (head) {
                      case SIGMOID -> new double[] {0.5, row[0]};
                      case LOGIT -> new double[] {0, row[0]};
                      default -> row;
                    }))
        .toArray();
  }

  @Override
  public synchronized double[][] outputs(double[][] rows) {
    return inParts(network, rows);
  }

  /** The network's own values in front of its output's activation. */
  @Override
  public double[][] logits(double[][] rows) {
    if (head == Head.REGRESSION) {
      return outputs(rows);
    }
    double[][] values = inParts(LogitNetwork.of(network, output), rows);
    if (head == Head.SIGMOID || head == Head.LOGIT) {
      for (int r = 0; r < values.length; r++) {
        values[r] = new double[] {-values[r][0] / 2, values[r][0] / 2};
      }
    }
    return values;
  }

  /** Runs a network on a few rows at a time and frees all native memory that this took. */
  private double[][] inParts(Model model, double[][] rows) {
    double[][] answers = new double[rows.length][];
    for (int from = 0; from < rows.length; from += PART) {
      int to = Math.min(rows.length, from + PART);
      try (INDArray input = networkInput(Arrays.copyOfRange(rows, from, to));
          INDArray output = run(model, input)) {
        System.arraycopy(Examples.toRows(output), 0, answers, from, to - from);
      }
    }
    // Deeplearning4j keeps workspaces for each thread that ever ran a network, and threads come and
    // go. A caller's own open workspace is left alone.
    if (Nd4j.getMemoryManager().getCurrentWorkspace() == null) {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
    return answers;
  }

  /** Rows as the network takes them: preprocessed, in its own data type and format. */
  INDArray networkInput(double[][] rows) {
    double[][] processed = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      processed[r] = preprocess(rows[r]);
    }
    INDArray batch = Examples.toArray(processed, shape.sizes());
    if (channelsLast && shape.rank() == 3) {
      batch = batch.permute(0, 2, 3, 1).dup('c');
    }
    DataType type = network.params() == null ? DataType.FLOAT : network.params().dataType();
    return batch.castTo(type);
  }

  private double[] preprocess(double[] row) {
    if (preprocessing.isEmpty()) {
      return row;
    }
    List<Double> factors = preprocessing.get().factors();
    List<Double> offsets = preprocessing.get().offsets();
    int run = row.length / factors.size();
    double[] processed = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      processed[i] = factors.get(i / run) * row[i] + offsets.get(i / run);
    }
    return processed;
  }

  /** What a network answers; images channels first, whatever its own format. */
  INDArray run(Model model, INDArray input) {
    INDArray answer;
    try {
      answer = answer(model, input);
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage()).strip();
      throw new IllegalArgumentException(
          "Deeplearning4j itself cannot run this network on %s: %s"
              .formatted(shape, message.lines().findFirst().orElse("")),
          e);
    }
    if (answer.rank() == 3 && answers == 1) {
      // A class for each step of a sequence: the graph ends in the last one.
      try (answer) {
        return answer
            .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(answer.size(2) - 1))
            .dup('c');
      }
    }
    if (!channelsLast || answer.rank() != 4) {
      return answer;
    }
    try (answer) {
      return answer.permute(0, 3, 1, 2).dup('c');
    }
  }

  private INDArray answer(Model model, INDArray input) {
    if (model instanceof MultiLayerNetwork sequential) {
      return sequential.output(input, false);
    }
    ComputationGraph graph = (ComputationGraph) model;
    int index =
        output.map(name -> graph.getConfiguration().getNetworkOutputs().indexOf(name)).orElse(0);
    return graph.output(false, input)[index];
  }
}
