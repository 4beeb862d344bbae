package io.sextant.benchmarks.networks;

import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.Schema;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.TrainedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The networks that are timed. */
public enum Network {
  /** The credit example: 61 columns, dense layers of 32, 16 and 2 units, normaliser inside. */
  CREDIT_MLP("credit-mlp", "credit MLP"),
  /** The demo's convolutional network with batch normalisation, trained plainly. */
  DEMO_CNN("demo-cnn", "demo CNN"),
  /** The same, trained on adversarial examples. */
  DEMO_CNN_ADVERSARIAL("demo-cnn-adversarial", "demo CNN, adversarially trained"),
  /** The plain convolutional network by which engines are compared. */
  REFERENCE_CNN("reference-cnn", "reference CNN"),
  /** The same network, read from PyTorch's ONNX export. */
  REFERENCE_CNN_ONNX("reference-cnn-onnx", "reference CNN, ONNX"),
  /** The residual network of 20 layers. */
  RESNET_20("resnet-20", "ResNet-20"),
  /** One LSTM of 128 units over 64 steps of 32 features, from PyTorch's ONNX export. */
  LSTM("lstm", "LSTM"),
  /** Two encoder layers of width 64 over 64 steps of 32 features, from PyTorch's ONNX export. */
  TRANSFORMER("transformer", "transformer");

  /** The networks of the table of cells. */
  public static final List<Network> TIMED =
      List.of(CREDIT_MLP, DEMO_CNN, REFERENCE_CNN, RESNET_20, LSTM, TRANSFORMER);

  /** The networks that are read from PyTorch's ONNX exports. */
  public static final List<Network> FROM_ONNX = List.of(REFERENCE_CNN_ONNX, LSTM, TRANSFORMER);

  /** The networks on sequences. */
  public static final List<Network> SEQUENCES = List.of(LSTM, TRANSFORMER);

  private static final long INPUT_SEED = 13;
  private static final Shape GREY_IMAGE = Shape.of(1, 28, 28);
  private static final Shape SEQUENCE = Shape.of(64, 32);

  private final String key;
  private final String title;

  Network(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** The name in files and parameters. */
  public String key() {
    return key;
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** The network with this key. */
  public static Network of(String key) {
    return Arrays.stream(values())
        .filter(network -> network.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "network must be one of %s but was %s"
                        .formatted(Stream.of(values()).map(Network::key).toList(), key)));
  }

  /** The network with its inference graph. */
  public TrainedModel load(Checkout checkout) {
    return switch (this) {
      case CREDIT_MLP -> credit(checkout);
      case DEMO_CNN -> demo(checkout, "models/fashion-cnn.zip");
      case DEMO_CNN_ADVERSARIAL -> demo(checkout, "models/fashion-cnn-adversarial.zip");
      case REFERENCE_CNN -> TrainedModel.of(Dl4jNetwork.of(ReferenceCnn.create()), GREY_IMAGE);
      case REFERENCE_CNN_ONNX -> onnx(checkout, REFERENCE_CNN.key, GREY_IMAGE);
      case LSTM, TRANSFORMER -> onnx(checkout, key, SEQUENCE);
      case RESNET_20 -> TrainedModel.of(Dl4jNetwork.of(ResNet20.create()), Shape.of(3, 32, 32));
    };
  }

  /**
   * What a network takes and gives.
   *
   * @param input the shape of one input
   * @param classes number of logits
   */
  public record Signature(Shape input, int classes) {}

  /** The network's input and output, without loading it. */
  public Signature signature(Checkout checkout) {
    return switch (this) {
      case CREDIT_MLP -> new Signature(creditData(checkout).shape(), 2);
      case DEMO_CNN, DEMO_CNN_ADVERSARIAL, REFERENCE_CNN, REFERENCE_CNN_ONNX ->
          new Signature(GREY_IMAGE, 10);
      case LSTM, TRANSFORMER -> new Signature(SEQUENCE, 10);
      case RESNET_20 -> new Signature(Shape.of(3, 32, 32), 10);
    };
  }

  /** The TorchScript file that computes the same. */
  public Path torchScript(Checkout checkout) {
    return checkout.model((this == REFERENCE_CNN_ONNX ? REFERENCE_CNN : this).key + ".pt");
  }

  private static TrainedModel demo(Checkout checkout, String file) {
    return TrainedModel.read(checkout.example(file), ModelInput.bytes(GREY_IMAGE));
  }

  private static TrainedModel onnx(Checkout checkout, String key, Shape input) {
    return TrainedModel.read(checkout.model(key + ".onnx"), ModelInput.bytes(input));
  }

  private static TrainedModel credit(Checkout checkout) {
    return TrainedModel.read(
        checkout.example("models/german-credit-mlp.zip"), creditData(checkout).input());
  }

  private static DataSet creditData(Checkout checkout) {
    return CsvTable.read(
        checkout.example("data/german-credit/held_out.csv"),
        "Class",
        Schema.read(checkout.example("data/german-credit/schema.yaml")));
  }

  /** The images of the demo, with their labels. */
  public static DataSet demoData(Checkout checkout) {
    return ImageFiles.read(
        checkout.example("data/fashion-mnist/test-images-idx3-ubyte.gz"),
        checkout.example("data/fashion-mnist/test-labels-idx1-ubyte.gz"),
        Box.UNIT);
  }

  /**
   * Inputs: rows of the example's own data, again and again if need be; uniform in [0, 1] for
   * networks without data.
   *
   * @param count how many
   * @param features values of one input
   * @return {@code [count][features]}, values that are floats
   */
  public double[][] inputs(Checkout checkout, int count, int features) {
    return switch (this) {
      case CREDIT_MLP -> cycled(creditData(checkout), count);
      case DEMO_CNN, DEMO_CNN_ADVERSARIAL -> cycled(demoData(checkout), count);
      case REFERENCE_CNN, REFERENCE_CNN_ONNX, RESNET_20, LSTM, TRANSFORMER ->
          uniform(count, features);
    };
  }

  private static double[][] cycled(DataSet data, int count) {
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = data.row(i % data.size());
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = (float) rows[i][j];
      }
    }
    return rows;
  }

  private static double[][] uniform(int count, int features) {
    RandomKey key = RandomKey.of(INPUT_SEED);
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      RandomGenerator random = key.with(i).random();
      rows[i] = random.doubles(features).map(value -> (float) value).toArray();
    }
    return rows;
  }
}
