package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Large images: 80 of 3 x 224 x 224, which are 48 MB as floats and would be twice that as doubles.
 */
class LargeInputsTest {
  private static final int IMAGES = 80;
  private static final int SIDE = 224;
  private static final int VALUES = 3 * SIDE * SIDE;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void an_attack_keeps_rows_as_floats_and_few_of_them_as_doubles() throws Exception {
    model();
    images();
    List<String> attack =
        new ArrayList<>(
            List.of(
                "attack",
                "--model=" + folder.resolve("model.zip"),
                "--images=" + folder.resolve("x.npy"),
                "--labels=" + folder.resolve("y.npy"),
                "--epsilon=0.02",
                "--step-size=0.01",
                "--steps=1",
                "--threads=2"));
    List<String> all = new ArrayList<>(attack);
    all.add("--out=" + folder.resolve("all"));
    assertThat(runIn("256m", all)).isEqualTo(0);
    // Fewer examples than were in flight at a time: they have the same results.
    attack.add("--samples=20");
    attack.add("--out=" + folder.resolve("some"));
    assertThat(Main.run(attack.toArray(String[]::new))).isEqualTo(0);
    List<String> rows = Files.readAllLines(folder.resolve("all/samples.csv"));
    assertThat(rows).hasSize(1 + 2 * IMAGES);
    assertThat(rows.subList(0, 41))
        .isEqualTo(Files.readAllLines(folder.resolve("some/samples.csv")))
        .anyMatch(row -> row.contains(",broken,"));
    assertThat(Files.size(folder.resolve("all/adversarial.npy")))
        .isEqualTo(128 + 4L * IMAGES * VALUES);
  }

  private int runIn(String heap, List<String> arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                // As bin/sextant has it. G1 takes two of its regions for a row of this length.
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private void model() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(3)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 3))
                .build());
    network.init();
    ModelSerializer.writeModel(network, folder.resolve("model.zip").toFile(), false);
  }

  private void images() throws IOException {
    try (NpyWriter x =
            NpyWriter.open(
                folder.resolve("x.npy"), NpyWriter.Element.FLOAT32, IMAGES, 3, SIDE, SIDE);
        NpyWriter y = NpyWriter.open(folder.resolve("y.npy"), NpyWriter.Element.FLOAT32, IMAGES)) {
      double[] row = new double[VALUES];
      for (int image = 0; image < IMAGES; image++) {
        for (int i = 0; i < VALUES; i++) {
          // Any numbers in [0, 1] that differ between images.
          row[i] = ((image + 7) * 31 * (i % 1009 + 1)) % 256 / 255.0;
        }
        x.row(row);
        y.row(new double[] {image % 3});
      }
      x.finish();
      y.finish();
    }
  }
}
