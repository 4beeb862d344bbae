package io.sextant.examples;

import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
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
 * Trains a multi-layer perceptron on all rows of a table, with the normaliser of its inputs inside
 * the model file.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "train-table",
    mixinStandardHelpOptions = true,
    description = "Trains a small network on a table.")
public final class TrainTable implements Callable<Integer> {
  private static final long SEED = 42;
  private static final int BATCH = 32;

  @Option(names = "--csv", required = true, description = "A table of numbers with a header row.")
  @SuppressWarnings("NullAway.Init")
  private Path csv;

  @Option(names = "--label-column", required = true, description = "The column of the classes.")
  @SuppressWarnings("NullAway.Init")
  private String labelColumn;

  @Option(names = "--out", required = true, description = "The model file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(names = "--units", description = "Hidden units (default: ${DEFAULT-VALUE}).")
  private int units = 32;

  @Option(names = "--epochs", description = "Epochs (default: ${DEFAULT-VALUE}).")
  private int epochs = 60;

  /** Runs the training. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainTable()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    DataSet data = CsvTable.read(csv, labelColumn);
    int classes = data.classes().size();
    INDArray inputs = Examples.toArray(data.rows(), data.shape().elements());
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(
        new org.nd4j.linalg.dataset.DataSet(
            inputs, NormalizedModel.oneHot(data.labels(), classes)));
    normalizer.transform(inputs);
    MultiLayerNetwork network = network(data.shape().elements(), classes);
    network.fit(
        new ShuffledBatches(
            inputs.toFloatMatrix(), data.labels(), data.shape(), classes, BATCH, SEED),
        epochs);
    NormalizedModel.write(network, normalizer, out);
    return 0;
  }

  private MultiLayerNetwork network(int features, int classes) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .updater(new Adam(3e-3))
                .weightInit(WeightInit.RELU)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(features)
                        .nOut(units)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(units)
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }
}
