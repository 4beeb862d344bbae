package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.evaluation.data.NumberArray;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplainerResult;
import io.sextant.results.GalleryExample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Explanations of a layer, by command and in an audit. */
class LayerExplainTest {
  private static final int ROWS = 6;
  private Bench bench;

  @BeforeEach
  void images(@TempDir Path folder) throws IOException {
    bench = new Bench(folder);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .name("conv")
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .name("out")
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(6, 5, 1))
                .build());
    network.init();
    bench.model("model.zip", network);
    double[][] images = new double[ROWS][30];
    double[][] labels = new double[ROWS][1];
    for (int i = 0; i < ROWS; i++) {
      for (int p = 0; p < 30; p++) {
        images[i][p] = (i * 31 + p * 17) % 23 / 22.0;
      }
      labels[i][0] = i % 2;
    }
    NpyWriter.write(bench.path("x.npy"), NpyWriter.Element.FLOAT32, images, 1, 6, 5);
    NpyWriter.write(bench.path("y.npy"), NpyWriter.Element.FLOAT32, labels);
  }

  private Command explain(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                bench.path("model.zip"),
                "--images",
                bench.path("x.npy"),
                "--labels",
                bench.path("y.npy"),
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  private NumberArray attributions() throws IOException {
    return NumberArray.read(bench.path("out").resolve("attributions.npy"));
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"nd4j", "onednn"})
  void every_method_of_layers_writes_the_layers_shape(String engine) throws IOException {
    for (String method :
        List.of(
            "layer-activation",
            "layer-gradient-times-activation",
            "layer-conductance",
            "layer-integrated-gradients")) {
      explain("--method", method, "--set", "layer=conv", "--engine", engine).succeeds();
      assertThat(attributions().shape()).containsExactly(ROWS, 4, 4, 3);
    }
    for (String method : List.of("grad-cam", "hires-cam", "expected-grad-cam")) {
      explain("--method", method, "--engine", engine).succeeds();
      assertThat(attributions().shape()).containsExactly(ROWS, 6, 5);
      explain("--method", method, "--set", "resize=false", "--engine", engine).succeeds();
      assertThat(attributions().shape()).containsExactly(ROWS, 4, 3);
    }
  }

  @Test
  void inspect_shows_the_names_and_a_layer_that_will_not_do_is_refused_with_those_that_will() {
    String shown = sextant("inspect", bench.path("model.zip")).succeeds().out();
    assertThat(shown).containsPattern(" conv +Relu +\\[4, 4, 3\\]");
    explain("--method", "grad-cam", "--set", "layer=out/affine")
        .refuses("grad-cam needs a layer with feature maps", "conv [4, 4, 3]");
    explain("--method", "layer-activation", "--set", "layer=conv9")
        .refuses("no layer named conv9", "conv");
  }

  @Test
  void an_audit_shows_layers_on_the_image_and_says_so() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.3]}]
            attacks: [fgsm]
            explainers:
              - vanilla-gradient
              - grad-cam: {relu: false, resize: false}
              - layer-conductance: {layer: conv}
              - layer-activation: {layer: out/affine}
            evidence: none
            """);
    sextant("audit", spec, "--out", bench.path("audit")).succeeds();
    AuditResult result = AuditResult.read(bench.path("audit").resolve("result.json"));
    List<ExplainerResult> explained = result.explanations();
    assertThat(explained.get(0).remarks()).isEmpty();
    assertThat(explained.get(1).remarks().get(0)).contains("layer's shape [4, 3]");
    assertThat(explained.get(2).remarks().get(0)).contains("layer's shape [4, 4, 3]", "sum over");
    assertThat(explained.get(3).remarks().get(0)).contains("layer's shape [2]", "no picture");
    GalleryExample example = result.gallery().get(0);
    assertThat(example.attributions())
        .extracting(GalleryExample.AttributionPair::explainer)
        .containsExactly("vanilla-gradient", "grad-cam", "layer-conductance");
    assertThat(example.attributions())
        .allSatisfy(pair -> assertThat(pair.before().values()).hasSize(30));
    // Conductances add up to what the certificate says, on the layer itself.
    explain("--method", "layer-conductance", "--set", "layer=conv", "--target", "0").succeeds();
    assertThat(Arrays.stream(attributions().row(0)).sum()).isNotCloseTo(0, within(1e-6));
  }

  @Test
  void an_audit_with_a_layer_that_there_is_not_ends_before_it_begins() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.3]}]
            attacks: [fgsm]
            explainers: [{id: cam, grad-cam: {layer: pool5}}]
            """);
    sextant("audit", spec, "--out", bench.path("audit"))
        .refuses("explainer cam", "no layer named pool5", "conv");
  }
}
