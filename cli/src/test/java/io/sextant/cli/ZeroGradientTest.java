package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network whose decisions are those of another one, and whose gradients vanish. */
class ZeroGradientTest {
  private static Command attack(Bench bench, float weight, String loss) throws IOException {
    float[][] weights = new float[4][];
    Arrays.setAll(weights, i -> new float[] {0, weight});
    bench.model("model.zip", Bench.linear(weights, 0, -2 * weight));
    bench.planeData();
    return sextant(
            "attack",
            "--model",
            bench.path("model.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--attack",
            "fgsm",
            "--loss",
            loss,
            "--epsilon",
            "0.1",
            "--out",
            bench.path("out"))
        .succeeds();
  }

  @Test
  void an_attack_without_a_direction_says_so(@TempDir Path folder) throws IOException {
    Bench bench = new Bench(folder);
    Command plain = attack(bench, 1, "cross-entropy");
    assertThat(plain.out()).startsWith("6 of 12 examples broken");
    assertThat(plain.err()).doesNotContain("warning");
    Command saturated = attack(bench, 5000, "cross-entropy");
    assertThat(saturated.out()).doesNotStartWith("6 of 12 examples broken");
    assertThat(saturated.err())
        .contains("warning: fgsm found no gradient on")
        .contains("of the 12 examples where it began: they hold without having been tested")
        .contains("loss margin");
    Command margin = attack(bench, 5000, "margin");
    assertThat(margin.out()).startsWith("6 of 12 examples broken");
    assertThat(margin.err()).doesNotContain("found no gradient");
  }
}
