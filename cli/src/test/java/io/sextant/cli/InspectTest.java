package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What {@code inspect} says beyond the layers of a network. */
class InspectTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static OutputLayer output(int units, Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss).nIn(4).nOut(units).activation(activation).build();
  }

  @Test
  void a_normaliser_of_the_file_is_shown_and_is_part_of_what_is_checked() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(output(3, Activation.SOFTMAX, LossFunction.MCXENT))
                .build());
    network.init();
    Path file = folder.resolve("n.zip");
    ModelSerializer.writeModel(network, file.toFile(), false);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(new DataSet(Nd4j.rand(30, 4).mul(700).add(200), Nd4j.zeros(30, 3)));
    ModelSerializer.addNormalizerToModel(file.toFile(), normalizer);

    String text = sextant("inspect", file).succeeds().out();

    assertThat(text)
        .contains("normaliser of the file", "standardise, statistics for 4 features")
        .containsPattern("1 +preprocessing +Rescale")
        .contains("3 classes", "health: ok");
  }

  @Test
  void an_output_is_chosen_by_name_and_may_be_said_to_be_logits() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(5).nOut(4).build(), "in")
                .addLayer("left", output(3, Activation.SOFTMAX, LossFunction.MCXENT), "hidden")
                .addLayer("right", output(2, Activation.IDENTITY, LossFunction.MSE), "hidden")
                .setOutputs("left", "right")
                .build());
    graph.init();
    Path file = folder.resolve("g.zip");
    ModelSerializer.writeModel(graph, file.toFile(), false);

    sextant("inspect", file).refuses("left", "right");
    assertThat(sextant("inspect", file, "--output-name", "left").succeeds().out())
        .contains("3 classes, head softmax");
    assertThat(sextant("inspect", file, "--output-name", "right").succeeds().out())
        .contains("2 outputs, head regression");
    assertThat(
            sextant("inspect", file, "--output-name", "right", "--output-kind", "logits")
                .succeeds()
                .out())
        .contains("2 classes, head identity");
    sextant("inspect", file, "--output-name", "left", "--output-kind", "logits")
        .refuses("output-kind: logits", "SOFTMAX");
    sextant("inspect", file, "--output-kind", "logit").refuses("logits or auto");
  }
}
