package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.sextant.cli.Main;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.AuditResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is done with a model, on an ONNX file. */
@Tag("slow")
class OnnxAuditTest {
  private static final Path MODEL = Path.of("models/fashion-cnn.onnx");
  private static final String IMAGES = "data/fashion-mnist/test-images-idx3-ubyte.gz";
  private static final String LABELS = "data/fashion-mnist/test-labels-idx1-ubyte.gz";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static int run(String... arguments) {
    return Main.run(arguments);
  }

  private static String[] on(Path model, String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "--model", model.toString()));
    all.addAll(List.of("--images", IMAGES, "--labels", LABELS, "--samples", "16"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The example is the exported network, and answers as that does. */
  @Test
  void the_file_is_the_exported_network() throws IOException {
    Path zip = Path.of("models/fashion-cnn.zip");
    ModelInput input = ModelInput.bytes(Shape.of(1, 28, 28));
    TrainedModel trained = TrainedModel.read(zip, input);
    assertThat(ExportOnnx.export(trained.graph())).isEqualTo(Files.readAllBytes(MODEL));
    TrainedModel read = TrainedModel.read(MODEL, input);
    double[][] rows = new double[4][784];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < rows[r].length; i++) {
        rows[r][i] = (i * (r + 3) % 256) / 255.0;
      }
    }
    double[][] expected = trained.judge().logits(rows);
    double[][] logits = read.judge().logits(rows);
    for (int r = 0; r < rows.length; r++) {
      assertThat(logits[r]).containsExactly(expected[r], within(1e-4));
    }
  }

  @Test
  void it_is_inspected_attacked_and_explained() throws IOException {
    assertThat(run("inspect", MODEL.toString())).isZero();
    assertThat(
            run(
                on(
                    MODEL,
                    "attack",
                    "--attack",
                    "pgd",
                    "--norm",
                    "linf",
                    "--epsilon",
                    "0.05",
                    "--steps",
                    "10",
                    "--out",
                    path("attack"))))
        .isZero();
    assertThat(Files.readString(folder.resolve("attack/samples.csv"))).contains("broken");
    assertThat(
            run(
                on(
                    MODEL,
                    "explain",
                    "--method",
                    "integrated-gradients",
                    "--steps",
                    "8",
                    "--out",
                    path("explain"))))
        .isZero();
    assertThat(folder.resolve("explain/attributions.npy")).exists();
  }

  /** As PyTorch writes files since 2.9: the weights beside the model. */
  @Test
  void an_audit_with_a_gate_is_replayed_from_its_evidence_alone() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model")).resolve("model.onnx");
    withWeightsBeside(model);
    Path spec = folder.resolve("audit.yaml");
    Files.writeString(
        spec,
        """
        model: %s
        data:
          images: %s
          labels: %s
          samples: 16
        threats:
          - norm: linf
            epsilons: [0.02]
        attacks: [fgsm, pgd]
        explainers: [vanilla-gradient]
        rules:
          - {id: clean, metric: clean-accuracy, minimum: 50%%}
          - {id: robust, metric: robust-accuracy, norm: linf, epsilon: 0.02, minimum: 99%%}
        evidence: full
        """
            .formatted(model, Path.of(IMAGES).toAbsolutePath(), Path.of(LABELS).toAbsolutePath()));
    assertThat(run("audit", spec.toString(), "--out", path("out"))).isEqualTo(1);
    AuditResult result = AuditResult.read(folder.resolve("out/result.json"));
    assertThat(result.model().format()).isEqualTo("ONNX");
    assertThat(result.model().sha256()).isEqualTo(ModelFile.read(model).sha256());
    // The evidence holds the model whole: without the original it is enough.
    assertThat(ModelFile.read(folder.resolve("out/evidence/model.onnx")).sha256())
        .isEqualTo(result.model().sha256());
    // The original is the audited model, too, unless a weight of it is another one.
    assertThat(run("replay", path("out"), "--model", model.toString())).isZero();
    Path weights = model.resolveSibling("model.onnx.data");
    byte[] data = Files.readAllBytes(weights);
    data[data.length - 1] ^= 1;
    Files.write(weights, data);
    assertThat(run("replay", path("out"), "--model", model.toString())).isEqualTo(1);
    Files.delete(model);
    Files.delete(weights);
    assertThat(run("replay", path("out"))).isZero();
  }

  private static void withWeightsBeside(Path file) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(MODEL)).toBuilder();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      byte[] raw = tensor.getRawData().toByteArray();
      tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
      tensor.addExternalData(entry("location", "model.onnx.data"));
      tensor.addExternalData(entry("offset", String.valueOf(data.size())));
      tensor.addExternalData(entry("length", String.valueOf(raw.length)));
      data.write(raw);
    }
    Files.write(file, model.build().toByteArray());
    Files.write(file.resolveSibling("model.onnx.data"), data.toByteArray());
    assertThat(
            TrainedModel.of(
                    ModelFile.read(file),
                    ModelInput.bytes(Shape.of(1, 28, 28)),
                    ModelSettings.DEFAULT)
                .classes())
        .isEqualTo(10);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
