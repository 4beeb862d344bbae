package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

/** What acts only in training, or only on training, leaves no trace at test time. */
@Tag("engine-contract")
class RegularizationContractTest {
  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (IDropout dropout :
        List.of(
            new Dropout(0.5),
            new GaussianDropout(0.4),
            new AlphaDropout(0.6),
            new GaussianNoise(0.3))) {
      String kind = dropout.getClass().getSimpleName();
      networks.add(
          Network.sequence(
              kind + " inside layers",
              Network.image(),
              list ->
                  list.layer(
                          new ConvolutionLayer.Builder(3, 3)
                              .nOut(3)
                              .dropOut(dropout.clone())
                              .build())
                      .layer(new SubsamplingLayer.Builder(2, 2).dropOut(dropout.clone()).build())
                      .layer(new DenseLayer.Builder().nOut(6).dropOut(dropout.clone()).build())
                      .layer(Network.softmax())));
      networks.add(
          Network.sequence(
              kind + " as a layer",
              InputType.feedForward(5),
              list ->
                  list.layer(Network.dense(9, Activation.TANH))
                      .layer(new DropoutLayer.Builder(dropout.clone()).build())
                      .layer(Network.softmax())));
    }
    networks.add(
        Network.sequence(
            "SpatialDropout",
            Network.image(),
            list ->
                list.layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                    .layer(new DropoutLayer.Builder(new SpatialDropout(0.5)).build())
                    .layer(
                        new ConvolutionLayer.Builder(2, 2)
                            .nOut(3)
                            .dropOut(new SpatialDropout(0.5))
                            .build())
                    .layer(Network.softmax())));
    for (IWeightNoise noise :
        List.of(
            new DropConnect(0.5),
            new WeightNoise(
                new org.deeplearning4j.nn.conf.distribution.NormalDistribution(0, 1)))) {
      networks.add(
          Network.sequence(
              noise.getClass().getSimpleName(),
              Network.image(),
              list ->
                  list.layer(
                          new ConvolutionLayer.Builder(3, 3)
                              .nOut(3)
                              .weightNoise(noise.clone())
                              .build())
                      .layer(new DenseLayer.Builder().nOut(6).weightNoise(noise.clone()).build())
                      .layer(Network.softmax())));
    }
    networks.add(
        Network.sequence(
            "AutoEncoder, which encodes, without corruption",
            InputType.feedForward(5),
            list ->
                list.layer(
                        new AutoEncoder.Builder()
                            .nOut(6)
                            .corruptionLevel(0.5)
                            .sparsity(0.2)
                            .activation(Activation.SIGMOID)
                            .build())
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "FrozenLayerWithBackprop",
            Network.image(),
            list ->
                list.layer(frozen(new ConvolutionLayer.Builder(3, 3).nOut(3).build()))
                    .layer(frozen(new BatchNormalization.Builder().build()))
                    .layer(frozen(Network.dense(6, Activation.RELU)))
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
                "FrozenLayer",
                Network.image(),
                list ->
                    list.layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                        .layer(new BatchNormalization.Builder().build())
                        .layer(Network.dense(6, Activation.RELU))
                        .layer(Network.softmax()))
            .then(
                "transferred",
                model ->
                    new TransferLearning.Builder((MultiLayerNetwork) model)
                        .fineTuneConfiguration(fineTuning())
                        .setFeatureExtractor(2)
                        .build()));
    networks.add(
        Network.graph(
                "FrozenVertex",
                Network.image(),
                graph ->
                    graph
                        .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(3).build(), "in")
                        .addLayer("norm", new BatchNormalization.Builder().build(), "conv")
                        .addLayer("dense", Network.dense(6, Activation.RELU), "norm")
                        .addLayer("out", Network.softmax(), "dense")
                        .setOutputs("out"))
            .then(
                "transferred",
                model ->
                    new TransferLearning.GraphBuilder((ComputationGraph) model)
                        .fineTuneConfiguration(fineTuning())
                        .setFeatureExtractor("dense")
                        .build()));
    return networks.stream();
  }

  private static FineTuneConfiguration fineTuning() {
    return new FineTuneConfiguration.Builder().seed(1).updater(new Sgd(0.1)).build();
  }

  private static Layer frozen(Layer layer) {
    return new FrozenLayerWithBackprop(layer);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
