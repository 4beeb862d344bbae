package io.sextant.junit;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A linear classifier and examples of which the robust accuracy is known: it says class 1 where the
 * first feature is above 1/2, so that an example holds in L∞ exactly when its first feature is
 * farther from 1/2 than epsilon. A network without a seed takes the time for one, and would never
 * be the same twice. At epsilon 0.1, 5 of 10 hold in class 0 and 7 of 10 in class 1.
 */
final class LinearModel {
  /** Steep enough to decide, flat enough for gradients. */
  static final double STEEPNESS = 4;

  /** So steep that the softmax is exactly one: every gradient of the loss is zero. */
  static final double SATURATED = 1e6;

  static final int EXAMPLES = 20;

  private LinearModel() {}

  static MultiLayerNetwork network() {
    return network(STEEPNESS);
  }

  static MultiLayerNetwork network(double steepness) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder().seed(1).list().layer(layer()).build());
    network.init();
    network.getLayer(0).setParam("W", weights(steepness));
    network.getLayer(0).setParam("b", bias(steepness));
    return network;
  }

  /** The same decisions from two units without an activation. */
  static MultiLayerNetwork logits() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(2)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.getLayer(0).setParam("W", weights(STEEPNESS));
    network.getLayer(0).setParam("b", bias(STEEPNESS));
    return network;
  }

  /** The same decisions from one unit that says how likely class 1 is. */
  static MultiLayerNetwork sigmoid() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    network.getLayer(0).setParam("W", Nd4j.create(new double[][] {{2 * STEEPNESS}, {0}}));
    network.getLayer(0).setParam("b", Nd4j.create(new double[][] {{-STEEPNESS}}));
    return network;
  }

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", layer(), "in")
                .setOutputs("out")
                .build());
    graph.init();
    graph.getLayer(0).setParam("W", weights(STEEPNESS));
    graph.getLayer(0).setParam("b", bias(STEEPNESS));
    return graph;
  }

  static Path saved(Path file) throws IOException {
    Dl4jNetwork.of(network()).write(file);
    return file;
  }

  /** Each class ten times, from near the boundary to far from it. */
  static DataSet examples() {
    INDArray features = Nd4j.create(EXAMPLES, 2);
    INDArray labels = Nd4j.zeros(EXAMPLES, 2);
    for (int row = 0; row < EXAMPLES; row++) {
      int label = row % 2;
      int rank = row / 2;
      double distance = 0.01 + (label == 0 ? 0.02 : 0.04) * rank;
      features.putScalar(row, 0, label == 0 ? 0.5 - distance : 0.5 + distance);
      labels.putScalar(row, label, 1);
    }
    features.getColumn(1).assign(0.5);
    return new DataSet(features, labels);
  }

  private static OutputLayer layer() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(2)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static INDArray weights(double steepness) {
    return Nd4j.create(new double[][] {{-steepness, steepness}, {0, 0}});
  }

  private static INDArray bias(double steepness) {
    return Nd4j.create(new double[][] {{steepness / 2, -steepness / 2}});
  }
}
