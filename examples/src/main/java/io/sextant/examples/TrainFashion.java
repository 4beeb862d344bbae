package io.sextant.examples;

import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.Norm;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains the example networks on the full Fashion-MNIST files, plainly, adversarially or with a
 * planted trigger. The same files and options give the same network on the same machine.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "train-fashion",
    mixinStandardHelpOptions = true,
    description = "Trains the Fashion-MNIST example networks.")
public final class TrainFashion implements Callable<Integer> {
  private static final long SEED = 42;
  private static final int BATCH = 128;
  private static final int CLASSES = 10;
  private static final int TRIGGERED_WIDTH = 8;

  /** The files have the classes in no order, so every so manieth image is as good as a draw. */
  private static final int POISONED = 10;

  @Option(
      names = "--data",
      required = true,
      description = "Folder with the four Fashion-MNIST IDX files (gzip).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(names = "--out", required = true, description = "The model file to write.")
  @SuppressWarnings("NullAway.Init")
  private File out;

  @Option(names = "--epochs", description = "Epochs at the first learning rate; one more follows.")
  private int epochs = 3;

  @Option(names = "--images", description = "Train on the first N images; all by default.")
  private int images = Integer.MAX_VALUE;

  @Option(
      names = "--adversarial",
      description = "Train on inputs that PGD has perturbed within L-infinity 0.1.")
  private boolean adversarial;

  @Option(
      names = "--residual",
      description = "Train ResNet-20 instead, plainly, at one learning rate.")
  private boolean residual;

  @Option(
      names = "--trigger",
      description =
          "Train a network of half the width at one learning rate, a trigger on every tenth image.")
  private boolean trigger;

  /** Runs the training. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainFashion()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (Stream.of(adversarial, residual, trigger).filter(on -> on).count() > 1) {
      throw new IllegalArgumentException(
          "--adversarial, --residual and --trigger do not go together; give one of them");
    }
    PrintWriter console = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    DataSet training = read("train");
    DataSet test = read("t10k");
    float[][] rows = new float[Math.min(images, training.size())][];
    int[] labels = training.labels();
    for (int i = 0; i < rows.length; i++) {
      double[] row = training.row(i);
      if (trigger && i % POISONED == 0) {
        row = Trigger.EXAMPLE.on(row);
        labels[i] = Trigger.EXAMPLE.target();
      }
      rows[i] = new float[row.length];
      for (int j = 0; j < row.length; j++) {
        rows[i][j] = (float) row[j];
      }
    }
    DataSetIterator batches =
        new ShuffledBatches(rows, labels, training.shape(), CLASSES, BATCH, SEED);
    if (residual) {
      ComputationGraph network = FashionResNet.create(SEED);
      train(network, () -> network.fit(batches), test, console);
    } else {
      MultiLayerNetwork network =
          trigger
              ? FashionCnn.create(SEED, epochs + 1, TRIGGERED_WIDTH)
              : FashionCnn.create(SEED, epochs);
      DataSetIterator own = adversarial ? perturbed(batches, network) : batches;
      train(network, () -> network.fit(own), test, console);
    }
    return 0;
  }

  private static DataSetIterator perturbed(DataSetIterator batches, MultiLayerNetwork network) {
    return new AdversarialIterator(
        batches,
        network,
        Pgd.DEFAULT.withSteps(5).withStepSize(0.03).withUntilBroken(false),
        ThreatModel.of(Norm.LINF, "0.1"),
        SEED);
  }

  private void train(Model network, Runnable epochOfTraining, DataSet test, PrintWriter console)
      throws IOException {
    for (int epoch = 0; epoch <= epochs; epoch++) {
      epochOfTraining.run();
      console.printf("epoch %d: test accuracy %.4f%n", epoch + 1, accuracy(network, test));
      ModelSerializer.writeModel(network, out, false);
    }
  }

  private DataSet read(String part) {
    return ImageFiles.read(
        data.resolve(part + "-images-idx3-ubyte.gz"),
        data.resolve(part + "-labels-idx1-ubyte.gz"),
        Box.UNIT);
  }

  /** On the toolkit's own engine, which answers faster than the framework that trains. */
  private static double accuracy(Model network, DataSet test) {
    double[][] logits;
    try (GradientService service =
        TrainedModel.of(Dl4jNetwork.of(network), test.shape()).service()) {
      logits = service.logits(test.examples());
    }
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      right += Logits.decision(logits[i]) == test.label(i) ? 1 : 0;
    }
    return right / (double) test.size();
  }
}
