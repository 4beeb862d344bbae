package io.sextant.gradients.dl4j;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A small Deeplearning4j network in double precision whose parameters look trained: random biases,
 * batch-normalisation statistics and PReLU slopes far from their neutral values.
 *
 * @param name for reports
 * @param model makes the network
 * @param shape one example's shape, channels first
 */
record Network(String name, Supplier<Model> model, Shape shape) {
  static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(12345)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH);
  }

  /** A sequence of layers. */
  static Network sequence(String name, InputType input, Consumer<ListBuilder> layers) {
    return new Network(
        name,
        () -> {
          ListBuilder list = configuration().list().validateOutputLayerConfig(false);
          layers.accept(list);
          MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
          network.init();
          for (Layer layer : network.getLayers()) {
            train(layer.paramTable());
          }
          return network;
        },
        shape(input));
  }

  /** A graph whose input is called "in". */
  static Network graph(String name, InputType input, Consumer<GraphBuilder> vertices) {
    return new Network(
        name,
        () -> {
          GraphBuilder builder =
              configuration().graphBuilder().allowDisconnected(true).addInputs("in");
          vertices.accept(builder);
          ComputationGraph network = new ComputationGraph(builder.setInputTypes(input).build());
          return trained(network);
        },
        shape(input));
  }

  /** Initialises a graph as the other networks here. */
  static ComputationGraph trained(ComputationGraph network) {
    network.init();
    for (Layer layer : network.getLayers()) {
      train(layer.paramTable());
    }
    return network;
  }

  /** The network after another step, such as freezing. */
  Network then(String step, java.util.function.UnaryOperator<Model> change) {
    return new Network(name + ", " + step, () -> change.apply(model.get()), shape);
  }

  /** An odd-sized image with H != W, channels first. */
  static InputType image() {
    return InputType.convolutional(7, 6, 2);
  }

  static InputType image(CNN2DFormat format) {
    return InputType.convolutional(7, 6, 2, format);
  }

  static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(4)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static DenseLayer dense(int units, Activation activation) {
    return new DenseLayer.Builder().nOut(units).activation(activation).build();
  }

  private static Shape shape(InputType input) {
    if (input instanceof InputType.InputTypeConvolutional image) {
      return Shape.of(
          Math.toIntExact(image.getChannels()),
          Math.toIntExact(image.getHeight()),
          Math.toIntExact(image.getWidth()));
    }
    if (input instanceof InputType.InputTypeRecurrent sequence) {
      return Shape.of(
          Math.toIntExact(sequence.getSize()), Math.toIntExact(sequence.getTimeSeriesLength()));
    }
    if (input instanceof InputType.InputTypeConvolutional3D volume) {
      return Shape.of(
          Math.toIntExact(volume.getChannels()),
          Math.toIntExact(volume.getDepth()),
          Math.toIntExact(volume.getHeight()),
          Math.toIntExact(volume.getWidth()));
    }
    return Shape.of(Math.toIntExact(input.arrayElementsPerExample()));
  }

  private static void train(Map<String, INDArray> parameters) {
    parameters.forEach(
        (key, values) -> {
          RandomGenerator random = RandomKey.of(99).with(key).with(values.length()).random();
          switch (key) {
            case "b", "beta", "mean" -> fill(values, () -> random.nextGaussian() / 2);
            case "var" -> fill(values, () -> random.nextDouble(0.3, 2));
            case "log10stdev" -> fill(values, () -> random.nextDouble(-0.3, 0.3));
            case "gamma" ->
                fill(values, () -> random.nextDouble(0.5, 1.5) * (random.nextInt(4) == 0 ? -1 : 1));
            default -> {
              // PReLU starts with slopes of zero; other weights are random already.
              if (values.maxNumber().doubleValue() == 0 && values.minNumber().doubleValue() == 0) {
                fill(values, () -> random.nextDouble(0.05, 0.5));
              }
            }
          }
        });
  }

  private static void fill(INDArray values, java.util.function.DoubleSupplier source) {
    double[] filled = new double[Math.toIntExact(values.length())];
    for (int i = 0; i < filled.length; i++) {
      filled[i] = source.getAsDouble();
    }
    values.assign(Nd4j.createFromArray(filled).reshape(values.shape()));
  }

  @Override
  public String toString() {
    return name;
  }
}
