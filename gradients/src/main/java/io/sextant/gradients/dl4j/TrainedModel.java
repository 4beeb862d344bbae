package io.sextant.gradients.dl4j;

import io.sextant.gradients.Examples;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network together with its inference graph. The graph is what is differentiated; the
 * network itself stays the judge of what the model predicts.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TrainedModel {
  /** Rows in one run of the network itself, which holds every layer's output for all of them. */
  private static final int PART = 128;

  private final Model network;
  private final Optional<Operation.Rescale> preprocessing;
  private final Optional<String> output;
  private final NetworkCompiler.Compiled compiled;
  private final Shape shape;

  private TrainedModel(
      Model network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output) {
    this.network = network;
    this.preprocessing = preprocessing;
    this.output = output;
    this.shape = shape;
    if (network instanceof MultiLayerNetwork sequential) {
      if (output.isPresent()) {
        throw new IllegalArgumentException(
            "output: %s was asked for, but the model has one output only".formatted(output.get()));
      }
      this.compiled = NetworkCompiler.compile(sequential, shape, preprocessing);
    } else if (network instanceof ComputationGraph graph) {
      this.compiled = NetworkCompiler.compile(graph, shape, preprocessing, output);
    } else {
      throw new IllegalArgumentException(
          "a model must be a MultiLayerNetwork or a ComputationGraph but was "
              + network.getClass().getName());
    }
  }

  /**
   * Compiles a network.
   *
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph}; not modified
   * @param shape one example's shape, channels first; an image is flattened when the network takes
   *     vectors
   * @return the model
   * @throws UnsupportedLayerException when a layer is not supported
   * @throws IllegalArgumentException when the shape does not fit the network
   */
  public static TrainedModel of(Model network, Shape shape) {
    return of(network, shape, Optional.empty(), Optional.empty());
  }

  /**
   * Compiles a network behind preprocessing.
   *
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph}; not modified
   * @param shape one example's shape, channels first; an image is flattened when the network takes
   *     vectors
   * @param preprocessing what stands between the input's units and the network's
   * @param output which output, for graphs with several
   * @return the model
   */
  public static TrainedModel of(
      Model network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output) {
    try {
      return new TrainedModel(network, shape, preprocessing, output);
    } catch (UnsupportedLayerException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      if (shape.rank() == 1) {
        throw e;
      }
      // Networks that take vectors are given images flattened.
      try {
        return new TrainedModel(network, Shape.of(shape.elements()), preprocessing, output);
      } catch (IllegalArgumentException flattenedToo) {
        e.addSuppressed(flattenedToo);
        throw e;
      }
    }
  }

  /** The network as it was given. */
  public Model network() {
    return network;
  }

  /** From the input to the logits. */
  public InferenceGraph graph() {
    return compiled.graph();
  }

  /** The steps from the input to the logits, as they are run. */
  public List<LayerSummary> layers() {
    return graph().nodes().stream()
        .map(
            node ->
                new LayerSummary(
                    node.index(),
                    node.name(),
                    kind(node.operation()),
                    node.shape(),
                    node.operation().parameters().stream()
                        .mapToLong(parameter -> parameter.shape().elements())
                        .sum()))
        .toList();
  }

  private static String kind(Operation operation) {
    return operation instanceof Operation.Elementwise elementwise
        ? elementwise.function().getClass().getSimpleName()
        : operation.getClass().getSimpleName();
  }

  /** How the output is to be read. */
  public Head head() {
    return compiled.head();
  }

  /** One example's shape, channels first. */
  public Shape inputShape() {
    return shape;
  }

  /** Number of classes: the number of logits. */
  public int classes() {
    return compiled.graph().output().shape().elements();
  }

  /** The name of the output that was chosen, for graphs with several. */
  Optional<String> output() {
    return output;
  }

  /** The map between the input's units and the network's, when there is one. */
  public Optional<Operation.Rescale> preprocessing() {
    return preprocessing;
  }

  /**
   * This model, if it is a classifier.
   *
   * @throws IllegalArgumentException when it is not, naming what it is
   */
  public TrainedModel requireClassifier() {
    if (!head().classification()) {
      throw new IllegalArgumentException(
          "the model must be a classifier (softmax, one sigmoid unit, or a classification loss) but"
              + " its output is "
              + head());
    }
    return this;
  }

  /**
   * What the network itself answers at test time, activation included: the truth about the model.
   *
   * @param rows {@code [rows][features]} in the input's units, channels first
   * @return {@code [rows][outputs]}
   */
  public synchronized double[][] outputs(double[][] rows) {
    return inParts(network, rows);
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

  /**
   * The classes that the network itself decides for: the first largest output, or whether a single
   * sigmoid unit is above one half; -1 where an output is not finite.
   *
   * @param rows {@code [rows][features]} in the input's units, channels first
   */
  public int[] predictions(double[][] rows) {
    double[][] outputs = outputs(rows);
    int[] predictions = new int[outputs.length];
    for (int i = 0; i < predictions.length; i++) {
      double[] row = head() == Head.SIGMOID ? new double[] {0.5, outputs[i][0]} : outputs[i];
      predictions[i] = io.sextant.gradients.Logits.decision(row);
    }
    return predictions;
  }

  /** The network's own values in front of its output's activation, in the graph's form. */
  double[][] ownLogits(double[][] rows) {
    double[][] values = inParts(LogitNetwork.of(network, output), rows);
    if (head() == Head.SIGMOID) {
      for (int r = 0; r < values.length; r++) {
        values[r] = new double[] {-values[r][0] / 2, values[r][0] / 2};
      }
    }
    return values;
  }

  /** Rows as the network takes them: preprocessed, in its own data type and format. */
  INDArray networkInput(double[][] rows) {
    double[][] processed = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      processed[r] = preprocess(rows[r]);
    }
    INDArray batch = Examples.toArray(processed, shape.sizes());
    if (compiled.channelsLast() && shape.rank() == 3) {
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

  INDArray run(Model model, INDArray input) {
    if (model instanceof MultiLayerNetwork sequential) {
      return sequential.output(input, false);
    }
    ComputationGraph graph = (ComputationGraph) model;
    int index =
        output.map(name -> graph.getConfiguration().getNetworkOutputs().indexOf(name)).orElse(0);
    return graph.output(false, input)[index];
  }
}
