package io.sextant.examples.canary;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The plain example network behind or in front of layers that change its decisions little or not at
 * all and leave gradient attacks without a way.
 */
enum Masked {
  /** Logits times 1000: a softmax in float has no slope. */
  SATURATED {
    @Override
    MultiLayerNetwork network() {
      return scaled(1000);
    }
  },
  /** A softmax in front of that of the output, so that its probabilities are the logits. */
  PROBABILITIES {
    @Override
    MultiLayerNetwork network() {
      return behind(
          List.of(),
          new DenseLayer.Builder().nIn(64).nOut(CLASSES).activation(Activation.SOFTMAX).build(),
          new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    }
  },
  /** Logits times 1e-30: their differences are lost beside the rounding of a probability. */
  VANISHING {
    @Override
    MultiLayerNetwork network() {
      return scaled(1e-30);
    }
  },
  /** Pixels are rounded to 16 levels by a sum of steps, which has no slope between them. */
  QUANTISED {
    @Override
    MultiLayerNetwork network() {
      int steps = 15;
      float steep = 1e6f;
      float[] up = new float[steps];
      float[] at = new float[steps];
      float[] sum = new float[steps];
      for (int j = 0; j < steps; j++) {
        up[j] = steep;
        at[j] = -steep * (j + 0.5f) / steps;
        sum[j] = 1f / steps;
      }
      return behind(
          List.of(
              new Front(1, steps, Activation.HARDSIGMOID, up, at),
              new Front(steps, 1, Activation.IDENTITY, sum, new float[1])));
    }
  },
  /**
   * Pixels get a triangle wave of a fiftieth of their range added, whose slope is many times theirs
   * and changes its sign every few hundredths: the gradient says nothing of a step's length away.
   */
  SHATTERED {
    @Override
    MultiLayerNetwork network() {
      int folds = 8;
      float height = 0.02f;
      List<Front> fronts = new ArrayList<>();
      // Channels: the pixel, and the two ramps that fold it; w(k+1) = 2 ramp - 4 ramp'.
      fronts.add(
          new Front(1, 3, Activation.RELU, new float[] {1, 1, 1}, new float[] {0, 0, -0.5f}));
      for (int k = 1; k < folds; k++) {
        fronts.add(
            new Front(
                3,
                3,
                Activation.RELU,
                new float[] {1, 0, 0, 0, 2, -4, 0, 2, -4},
                new float[] {0, 0, -0.5f}));
      }
      fronts.add(
          new Front(
              3,
              1,
              Activation.IDENTITY,
              new float[] {1, 2 * height, -4 * height},
              new float[] {-height / 2}));
      return behind(fronts);
    }
  };

  private static final int CLASSES = 10;
  private static final int SIDE = 28;
  private static final File PLAIN = new File("models/fashion-cnn.zip");

  abstract MultiLayerNetwork network();

  /** A convolution of one pixel, its weights by output and then by input channel. */
  private record Front(int in, int out, Activation activation, float[] weights, float[] biases) {}

  static MultiLayerNetwork plain() {
    try {
      return ModelSerializer.restoreMultiLayerNetwork(PLAIN, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MultiLayerNetwork scaled(double factor) {
    MultiLayerNetwork network = plain();
    String head = String.valueOf(network.getnLayers() - 1);
    for (String parameter : List.of(head + "_W", head + "_b")) {
      network.setParam(parameter, network.getParam(parameter).mul(factor));
    }
    return network;
  }

  /** The plain network behind others, its head replaced if another is given. */
  private static MultiLayerNetwork behind(List<Front> fronts, Layer... head) {
    MultiLayerNetwork plain = plain();
    List<Layer> layers = new ArrayList<>();
    for (Front front : fronts) {
      layers.add(
          new ConvolutionLayer.Builder(1, 1)
              .nIn(front.in())
              .nOut(front.out())
              .activation(front.activation())
              .build());
    }
    int kept = plain.getnLayers() - (head.length > 0 ? 1 : 0);
    for (int i = 0; i < kept; i++) {
      layers.add(plain.getLayerWiseConfigurations().getConf(i).getLayer().clone());
    }
    layers.addAll(List.of(head));
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(1).list();
    layers.forEach(list::layer);
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.setInputType(InputType.convolutional(SIDE, SIDE, 1)).build());
    network.init();
    for (int i = 0; i < fronts.size(); i++) {
      Front front = fronts.get(i);
      network.setParam(
          i + "_W", Nd4j.create(front.weights()).reshape(front.out(), front.in(), 1, 1));
      network.setParam(i + "_b", Nd4j.create(front.biases()).reshape(1, front.out()));
    }
    for (int i = 0; i < plain.getnLayers(); i++) {
      for (Map.Entry<String, INDArray> own : plain.getLayer(i).paramTable().entrySet()) {
        network.setParam((fronts.size() + i) + "_" + own.getKey(), own.getValue());
      }
    }
    return network;
  }
}
