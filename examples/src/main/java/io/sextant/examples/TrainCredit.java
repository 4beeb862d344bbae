package io.sextant.examples;

import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Schema;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains the credit example: a multi-layer perceptron on 700 rows of German credit, with the
 * normaliser of its inputs inside the model file. The other 300 rows are written to a file of their
 * own, for audits on data that the model has not seen.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "train-credit",
    mixinStandardHelpOptions = true,
    description = "Trains the German credit example network.")
public final class TrainCredit implements Callable<Integer> {
  private static final long SEED = 42;
  private static final int HELD_OUT = 300;
  private static final int EPOCHS = 30;
  private static final int BATCH = 32;

  @Option(names = "--csv", required = true, description = "The German credit table.")
  @SuppressWarnings("NullAway.Init")
  private Path csv;

  @Option(names = "--schema", required = true, description = "Its schema.")
  @SuppressWarnings("NullAway.Init")
  private Path schema;

  @Option(names = "--out", required = true, description = "The model file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(names = "--held-out", required = true, description = "The held-out rows to write (CSV).")
  @SuppressWarnings("NullAway.Init")
  private Path heldOut;

  /** Runs the training. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainCredit()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    DataSet data = CsvTable.read(csv, "Class", Schema.read(schema));
    int[] order = IntStream.range(0, data.size()).toArray();
    RandomGenerator random = RandomKey.of(SEED).with("split").random();
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    int[] test = IntStream.of(order).limit(HELD_OUT).sorted().toArray();
    int[] train = IntStream.of(order).skip(HELD_OUT).sorted().toArray();
    writeHeldOut(test);

    INDArray inputs = Examples.toArray(data.at(train).rows(), data.shape().elements());
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(
        new org.nd4j.linalg.dataset.DataSet(
            inputs, NormalizedModel.oneHot(data.at(train).labels(), 2)));
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(data.shape().elements()));
    network.init();
    float[][] rows = normalized(normalizer, data.at(train));
    ShuffledBatches batches =
        new ShuffledBatches(rows, data.at(train).labels(), data.shape(), 2, BATCH, SEED);
    network.fit(batches, EPOCHS);
    PrintWriter console = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    console.printf(
        "accuracy on the 700 training rows %.3f, on the %d held-out rows %.3f%n",
        accuracy(network, normalizer, data.at(train)),
        HELD_OUT,
        accuracy(network, normalizer, data.at(test)));
    NormalizedModel.write(network, normalizer, out);
    return 0;
  }

  private static MultiLayerConfiguration configuration(int features) {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(1e-3))
        .weightInit(WeightInit.RELU)
        .l2(1e-2)
        .list()
        .layer(
            new DenseLayer.Builder()
                .name("dense1")
                .nIn(features)
                .nOut(32)
                .activation(Activation.RELU)
                .dropOut(0.5)
                .build())
        .layer(
            new DenseLayer.Builder()
                .name("dense2")
                .nIn(32)
                .nOut(16)
                .activation(Activation.RELU)
                .build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .name("output")
                .nIn(16)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private void writeHeldOut(int[] test) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    List<String> kept = new ArrayList<>(List.of(lines.get(0)));
    for (int row : test) {
      kept.add(lines.get(row + 1));
    }
    Files.write(heldOut, kept);
  }

  private static float[][] normalized(NormalizerStandardize normalizer, DataSet data) {
    INDArray inputs = Examples.toArray(data.rows(), data.shape().elements());
    normalizer.transform(inputs);
    return inputs.toFloatMatrix();
  }

  private static double accuracy(
      MultiLayerNetwork network, NormalizerStandardize normalizer, DataSet data) {
    INDArray inputs = Examples.toArray(data.rows(), data.shape().elements());
    normalizer.transform(inputs);
    int[] predicted = network.output(inputs, false).argMax(1).toIntVector();
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == data.label(i) ? 1 : 0;
    }
    return right / (double) predicted.length;
  }
}
