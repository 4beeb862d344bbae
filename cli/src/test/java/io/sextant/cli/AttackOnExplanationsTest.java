package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.data.NumberArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Explanations of a linear model, the gradient times the input, which move as the input does. */
class AttackOnExplanationsTest {
  private static final int[] PIXELS = {200, 190, 180, 170, 30, 20, 10, 40, 250, 90, 160, 230};

  private Bench bench;

  @BeforeEach
  void images(@TempDir Path folder) throws IOException {
    bench = new Bench(folder);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(2, 2, 1))
                .build());
    network.init();
    // Bright images are class 1: each pixel counts as much as the others, for and against.
    network.setParam("0_W", Nd4j.create(new float[][] {{-1, 1}, {-1, 1}, {-1, 1}, {-1, 1}}));
    network.setParam("0_b", Nd4j.create(new float[] {2, -2}).reshape(1, 2));
    bench.model("m.zip", network);
    bench.idx("x", new int[] {3, 2, 2}, PIXELS);
    bench.idx("y", new int[] {3}, 1, 0, 1);
  }

  private Command explain(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                bench.path("m.zip"),
                "--images",
                bench.path("x"),
                "--labels",
                bench.path("y"),
                "--method",
                "gradient-x-input",
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  @Test
  void what_it_finds_is_written_judged_told_beside_noise_and_drawn() throws IOException {
    Command ended =
        explain(
                "--attack",
                "explanation-attack",
                "--attack-set",
                "aim=centre",
                "--attack-set",
                "epsilon=0.1",
                "--pictures",
                "--curves",
                "0")
            .succeeds();
    assertThat(ended.out())
        .contains("explanation-attack on gradient-x-input: 3 of 3 explanations moved")
        .containsPattern("  overlap +[0-9.]+, noise alone [0-9.]+")
        .containsPattern("  spearman +-?[0-9.]+, noise alone -?[0-9.]+")
        .containsPattern("  centre-shift +[0-9.]+, noise alone [0-9.]+")
        .contains("  pictures: 3 SAMPLE.png");
    Path found = bench.path("out").resolve("explanation-attack");
    NumberArray inputs = NumberArray.read(found.resolve("explanations-1-inputs.npy"));
    NumberArray before = NumberArray.read(found.resolve("explanations-1-before.npy"));
    NumberArray after = NumberArray.read(found.resolve("explanations-1-after.npy"));
    NumberArray explained = NumberArray.read(bench.path("out").resolve("attributions.npy"));
    for (int i = 0; i < 3; i++) {
      // Of the middle one the model decides for class 0, whose weights are negative.
      int sign = i == 1 ? -1 : 1;
      for (int j = 0; j < 4; j++) {
        double clean = PIXELS[4 * i + j] / 255.0;
        assertThat(inputs.row(i)[j]).isCloseTo(clean, within(0.1 + 1e-7)).isBetween(0.0, 1.0);
        assertThat(before.row(i)[j]).isEqualTo(explained.row(i)[j]);
        assertThat(before.row(i)[j]).isCloseTo(sign * clean, within(1e-6));
        assertThat(after.row(i)[j]).isCloseTo(sign * inputs.row(i)[j], within(1e-6));
      }
      assertThat(after.row(i)).isNotEqualTo(before.row(i));
      BufferedImage picture = ImageIO.read(found.resolve(i + ".png").toFile());
      assertThat(picture.getWidth()).isEqualTo(4 * 224 + 3 * 8);
    }
    List<String> list = Files.readAllLines(found.resolve("explanations.csv"));
    assertThat(list).hasSize(4);
    assertThat(list.get(1)).startsWith("explanation-attack,gradient-x-input,0,true,1,");
    assertThat(list.get(2)).startsWith("explanation-attack,gradient-x-input,1,true,0,");
  }

  @Test
  void what_is_asked_for_wrongly_is_refused() {
    explain("--attack-set", "aim=top").refuses("--attack-set sets what --attack names");
    explain("--attack", "explanation-attck").refuses("explanation-attack");
    explain("--attack", "explanation-attack", "--attack-set", "aim=left").refuses("aim must be");
    explain("--attack", "explanation-attack", "--target", "1")
        .refuses("--attack moves explanations of the logit of what the model decides");
    // Whether it fits the model is known after the explanations are made.
    Command ended = explain("--attack", "explanation-attack", "--attack-set", "aim=patch:0,0,9x9");
    assertThat(ended.ends(ExitCode.BAD_INPUT).err())
        .contains("explanation-attack does not fit gradient-x-input: patch:0,0,9x9");
  }

  @Test
  void the_list_has_the_attack_and_its_settings() {
    assertThat(sextant("explain", "--list").succeeds().out())
        .contains("explanation-attack  ", "attack on explanations, asks for logits");
    assertThat(sextant("explain", "--list", "explanation-attack").succeeds().out())
        .contains("--attack-set aim=... (default: top)")
        .doesNotContain("  --set");
  }
}
