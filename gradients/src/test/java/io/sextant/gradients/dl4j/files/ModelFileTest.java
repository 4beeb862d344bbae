package io.sextant.gradients.dl4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class ModelFileTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static void refused(byte[] bytes, String... parts) {
    assertThatThrownBy(() -> ModelFile.read("bad.zip", bytes))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining("bad.zip")
        .message()
        .hasLineCount(1);
  }

  private static byte[] array(INDArray array) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      Nd4j.write(array, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "HALF"})
  void a_written_network_comes_back_with_equal_outputs(DataType type) {
    MultiLayerNetwork written = ModelBytes.network(type);

    LoadedNetwork loaded = ModelFile.read("m.zip", ModelBytes.write(written));

    assertThat(ModelBytes.model(loaded)).isInstanceOf(MultiLayerNetwork.class);
    MultiLayerNetwork network = (MultiLayerNetwork) ModelBytes.model(loaded);
    INDArray input = Nd4j.createFromArray(0.1, -0.4, 0.7, 2).reshape(1, 4).castTo(type);
    assertThat(network.params()).isEqualTo(written.params());
    assertThat(network.output(input)).isEqualTo(written.output(input));
    assertThat(loaded.format()).hasToString("DL4J zip");
    assertThat(loaded.normalizer()).isEmpty();
  }

  @Test
  void a_graph_whose_names_have_dots_comes_back_with_equal_outputs() {
    ComputationGraph written = ModelBytes.graph();

    LoadedNetwork loaded = ModelFile.read("g.zip", ModelBytes.write(written));

    INDArray input = Nd4j.createFromArray(0.1f, -0.4f, 0.7f, 2f).reshape(1, 4);
    assertThat(((ComputationGraph) ModelBytes.model(loaded)).outputSingle(input))
        .isEqualTo(written.outputSingle(input));
  }

  /**
   * As Deeplearning4j 0.7 wrote graphs: wrapper objects, and a dropout of 0 where there is none.
   */
  @Test
  void a_graph_of_an_old_release_without_dropout_is_read() {
    String layer =
        """
        "%s": {"LayerVertex": {"layerConf": {
          "optimizationAlgo": "STOCHASTIC_GRADIENT_DESCENT", "layer": {"%s": {
          "activationFn": {"%s": {}}, %s "dropOut": 0.0, "layerName": "%s",
          "learningRate": 0.1, "momentum": 0.9, "epsilon": "NaN", "rho": "NaN", "rmsDecay": "NaN",
          "adamMeanDecay": "NaN", "adamVarDecay": "NaN",
          "nin": %d, "nout": %d, "updater": "SGD", "weightInit": "XAVIER"}}}}}
        """;
    String json =
        """
        {"defaultConfiguration": {"optimizationAlgo": "STOCHASTIC_GRADIENT_DESCENT"},
         "networkInputs": ["in"], "networkOutputs": ["b"],
         "vertexInputs": {"a": ["in"], "b": ["a"]}, "vertices": {%s, %s}}
        """
            .formatted(
                layer.formatted("a", "dense", "TanH", "", "a", 4, 5),
                layer.formatted(
                    "b", "output", "Softmax", "\"lossFn\": {\"MCXENT\": {}},", "b", 5, 3));
    ComputationGraph written = ModelBytes.graph();
    Map<String, byte[]> entries = ModelBytes.entries(ModelBytes.write(written));
    entries.put("configuration.json", json.getBytes(StandardCharsets.UTF_8));

    LoadedNetwork loaded = ModelFile.read("old.zip", ModelBytes.zip(entries));

    INDArray input = Nd4j.createFromArray(0.1f, -0.4f, 0.7f, 2f).reshape(1, 4);
    INDArray hidden =
        Transforms.tanh(
            input.mmul(written.getParam("block.a_W")).add(written.getParam("block.a_b")));
    INDArray expected =
        Transforms.softmax(
            hidden.mmul(written.getParam("block.out_W")).add(written.getParam("block.out_b")));
    assertThat(
            ((ComputationGraph) ModelBytes.model(loaded))
                .outputSingle(input)
                .equalsWithEps(expected, 1e-6))
        .isTrue();
  }

  @Test
  void the_digest_is_of_the_files_bytes_and_the_name_has_no_folder() throws IOException {
    Path file = folder.resolve("whatever.txt");
    Files.write(file, ModelBytes.write(ModelBytes.network(DataType.FLOAT)));

    LoadedNetwork loaded = ModelFile.read(file);

    assertThat(loaded.name()).isEqualTo("whatever.txt");
    assertThat(loaded.sha256())
        .isEqualTo(ModelFile.read("x", Files.readAllBytes(file)).sha256())
        .matches("[0-9a-f]{64}");
    byte[] other = ModelBytes.with("updaterState.bin", new byte[] {1});
    assertThat(ModelFile.read("x", other).sha256()).isNotEqualTo(loaded.sha256());
  }

  @Test
  void the_updater_state_is_never_read() {
    byte[] garbage = "not an array".getBytes(StandardCharsets.UTF_8);

    assertThat(
            ModelBytes.model(ModelFile.read("m.zip", ModelBytes.with("updaterState.bin", garbage))))
        .isInstanceOf(MultiLayerNetwork.class);
    assertThat(ModelBytes.model(ModelFile.read("old.zip", ModelBytes.with("updater.bin", garbage))))
        .isInstanceOf(MultiLayerNetwork.class);
  }

  @Test
  void a_network_without_parameters_needs_the_marker() {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new ActivationLayer.Builder().build())
            .layer(new LossLayer.Builder().build())
            .build()
            .toJson();
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", json.getBytes(StandardCharsets.UTF_8));
    entries.put("coefficients.bin", new byte[0]);
    refused(ModelBytes.zip(entries), "holds none");

    entries.put("noParams.marker", new byte[0]);

    MultiLayerNetwork network =
        (MultiLayerNetwork) ModelBytes.model(ModelFile.read("m.zip", ModelBytes.zip(entries)));
    assertThat(network.numParams()).isZero();
  }

  @Test
  void the_marker_does_not_excuse_missing_parameters() {
    Map<String, byte[]> entries =
        ModelBytes.entries(ModelBytes.write(ModelBytes.network(DataType.FLOAT)));
    entries.put("coefficients.bin", new byte[0]);
    entries.put("noParams.marker", new byte[0]);

    refused(ModelBytes.zip(entries), "43 parameters", "holds none");
  }

  @Test
  void missing_empty_and_foreign_files_are_named(@TempDir Path other) throws IOException {
    assertThatThrownBy(() -> ModelFile.read(other.resolve("no.zip")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("no.zip", "does not exist");
    assertThatThrownBy(() -> ModelFile.read(other))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("not a regular file");
    refused(new byte[0], "empty");
    refused(
        "hello, world".getBytes(StandardCharsets.UTF_8),
        "68 65 6c 6c",
        "Deeplearning4j zip",
        "Keras files");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../evil", "a/../../evil", "/etc/passwd", "..\\evil", "C:/evil", "objects/../x"})
  void a_path_that_leaves_the_archive_is_refused_by_name(String name) {
    refused(ModelBytes.with(name, new byte[1]), name, "leaves the archive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"preprocessor.bin", "objects/x", "objects/tokenizer/y"})
  void a_serialised_java_object_is_refused_by_name(String name) {
    refused(ModelBytes.with(name, new byte[1]), name, "serialised Java object");
  }

  @Test
  void any_other_entry_is_refused_by_name() {
    refused(ModelBytes.with("readme.txt", new byte[1]), "readme.txt", "does not belong");
    refused(ModelBytes.zip(Map.of("coefficients.bin", new byte[1])), "configuration.json");
    refused(ModelBytes.zip(Map.of()), "configuration.json");
  }

  @Test
  void zips_of_other_libraries_are_called_by_their_names() {
    foreign("PyTorch file", "archive/data.pkl", "archive/byteorder", "archive/data/0");
    foreign("TorchScript file", "net/data.pkl", "net/code/__torch__.py", "net/constants.pkl");
    foreign("TensorFlow SavedModel", "model/saved_model.pb", "model/variables/variables.index");
  }

  private static void foreign(String title, String... names) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (String name : names) {
      entries.put(name, new byte[] {1});
    }
    refused(ModelBytes.zip(entries), title, "not supported");
    for (int i = 0; i < 40; i++) {
      entries.put("more/" + i, new byte[] {1});
    }
    refused(ModelBytes.zip(entries), title);
    // As PyTorch writes it: records of zip64 between the directory and its end.
    byte[] zip = ModelBytes.zip(entries);
    byte[] zip64 = Arrays.copyOf(zip, zip.length + 76);
    System.arraycopy(zip, zip.length - 22, zip64, zip64.length - 22, 22);
    Arrays.fill(zip64, zip.length - 22, zip64.length - 22, (byte) 0);
    refused(zip64, title);
  }

  @Test
  void other_formats_are_called_by_their_names() {
    Map.of(
            "080712077079746f726368",
            "ONNX",
            "08011200",
            "SavedModel",
            "1c00000054464c3300",
            "TensorFlow Lite",
            "8004951c",
            "Python pickle",
            "80028a0a6cfc9c46f9206aa8",
            "PyTorch",
            "4000000000000000" + "7b225f5f",
            "safetensors",
            "4747554603",
            "GGUF")
        .forEach((bytes, title) -> refused(HexFormat.of().parseHex(bytes), title));
    refused(new byte[] {8}, "starts with the bytes 08");
    refused(new byte[] {8, 1, 3, 4}, "starts with the bytes");
  }

  @Test
  void a_duplicate_entry_is_refused() {
    byte[] zip = ModelBytes.with("noParams.markeR", new byte[0]);
    byte[] twice =
        new String(
                ModelBytes.zip(
                    Map.of("noParams.marker", new byte[0], "noParams.markeR", new byte[0])),
                StandardCharsets.ISO_8859_1)
            .replace("markeR", "marker")
            .getBytes(StandardCharsets.ISO_8859_1);

    refused(zip, "noParams.markeR");
    refused(twice, "noParams.marker", "occurs twice");
  }

  @Test
  void too_many_entries_are_refused() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 17; i++) {
      entries.put("e" + i, new byte[0]);
    }

    refused(ModelBytes.zip(entries), "17", "at most 16");
  }

  @Test
  void a_truncated_zip_is_refused_wherever_it_is_cut() {
    byte[] zip = ModelBytes.write(ModelBytes.network(DataType.FLOAT));
    for (int length = 4; length < zip.length; length += 37) {
      refused(Arrays.copyOf(zip, length), "truncated");
    }
  }

  @Test
  void a_flipped_byte_never_goes_unnoticed() {
    byte[] zip = ModelBytes.write(ModelBytes.network(DataType.FLOAT));
    INDArray clean = ((MultiLayerNetwork) ModelBytes.model(ModelFile.read("m.zip", zip))).params();
    for (int at = 0; at < zip.length; at += 11) {
      byte[] damaged = zip.clone();
      damaged[at] ^= 0x55;
      try {
        // Bytes such as time stamps mean nothing; all others must not change the network.
        LoadedNetwork loaded = ModelFile.read("m.zip", damaged);
        assertThat(((MultiLayerNetwork) ModelBytes.model(loaded)).params()).isEqualTo(clean);
      } catch (ModelFileException expected) {
        assertThat(expected).message().hasLineCount(1);
      }
    }
  }

  @Test
  void an_entry_that_inflates_beyond_its_limit_is_refused() {
    refused(
        ModelBytes.with("configuration.json", new byte[17 << 20]), "configuration.json", "most");
    refused(ModelBytes.with("normalizer.bin", new byte[20 << 20]), "grows", "normalizer.bin");
    refused(ModelBytes.with("coefficients.bin", new byte[1 << 20]), "coefficients.bin", "at most");
  }

  @Test
  void an_entry_that_lies_about_its_size_is_refused() {
    byte[] zip = ModelBytes.with("noParams.marker", new byte[0]);
    int end = zip.length - 22;
    int directory = (zip[end + 16] & 0xff) | (zip[end + 17] & 0xff) << 8;
    zip[directory + 24] ^= 1;

    refused(zip, "configuration.json", "states");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javax.swing.JEditorPane",
        "com.acme.MyLayer",
        "org.deeplearning4j.nn.conf.layers.DenseLayer<javax.swing.JEditorPane>",
        "org.deeplearning4j.nn.confusion.Evil",
        "org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer",
        "[Lorg.deeplearning4j.nn.conf.layers.DenseLayer;",
        "Evil"
      })
  void a_class_outside_the_allow_list_is_refused_by_name(String name) {
    refused(
        ModelBytes.withText("org.deeplearning4j.nn.conf.layers.DenseLayer", name),
        name,
        "not allowed");
    refused(
        ModelBytes.withText("org.deeplearning4j.nn.conf.distribution.NormalDistribution", name),
        name,
        "not allowed");
  }

  @Test
  void a_class_in_jacksons_array_form_is_refused() {
    refused(
        ModelBytes.withText("\"weightNoise\" : null", "\"weightNoise\" : [\"com.acme.Noise\", {}]"),
        "com.acme.Noise");
    refused(
        ModelBytes.withText("\"weightNoise\" : null", "\"weightNoise\" : [\"Noise\", {}]"),
        "Noise");
  }

  @Test
  void a_second_class_under_the_same_key_is_refused() {
    refused(
        ModelBytes.withText("\"hasBias\" : true", "\"hasBias\" : true, \"hasBias\" : true"),
        "configuration.json",
        "uplicate");
  }

  @Test
  void a_configuration_that_is_no_network_is_refused() {
    refused(ModelBytes.with("configuration.json", bytes("{")), "configuration.json");
    refused(ModelBytes.with("configuration.json", bytes("{}")), "neither 'confs' nor");
    refused(ModelBytes.with("configuration.json", bytes("[]")), "JSON object");
    refused(ModelBytes.with("configuration.json", bytes("{\"confs\": 7}")), "configuration");
    refused(ModelBytes.with("configuration.json", bytes("{\"vertices\": {}}")), "configuration");
    refused(ModelBytes.with("configuration.json", new byte[] {'{', (byte) 0xff}), "UTF-8");
    refused(
        ModelBytes.with("configuration.json", bytes("[".repeat(10_000) + "]".repeat(10_000))),
        "depth");
    refused(
        ModelBytes.with(
            "configuration.json", bytes("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000))),
        "depth");
  }

  @Test
  void coefficients_of_another_length_are_refused() {
    refused(
        ModelBytes.with("coefficients.bin", array(Nd4j.zeros(DataType.FLOAT, 1, 42))), "42", "43");
    refused(
        ModelBytes.with("coefficients.bin", array(Nd4j.zeros(DataType.FLOAT, 1, 44))), "44", "43");
    refused(ModelBytes.withText("\"nout\" : 5", "\"nout\" : 2147483648"), "nOut");
  }

  @Test
  void a_header_that_claims_more_than_the_configuration_is_refused_before_allocation() {
    byte[] good = array(Nd4j.zeros(DataType.FLOAT, 1, 43));
    byte[] shapeOnly = good.clone();
    // After the shape's header (16 + 2 + 8 + 6 bytes) come the rank and the two sizes.
    shapeOnly[32 + 16 + 2] = 1;
    refused(ModelBytes.with("coefficients.bin", shapeOnly), "1099511627819", "data states 43");

    byte[] both = shapeOnly.clone();
    // The data's length stands after the shape's eight numbers and the second mode's text.
    both[32 + 64 + 18 + 2] = 1;
    refused(ModelBytes.with("coefficients.bin", both), "1099511627819 parameters", "has 43");
  }

  @Test
  void parameters_that_are_not_finite_are_refused_with_their_place() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      for (DataType type : new DataType[] {DataType.FLOAT16, DataType.FLOAT, DataType.DOUBLE}) {
        INDArray parameters = Nd4j.zeros(type, 1, 43);
        parameters.putScalar(0, 17, bad);
        refused(ModelBytes.with("coefficients.bin", array(parameters)), "value 17", "finite");
      }
    }
  }

  @Test
  void arrays_that_are_damaged_or_of_other_types_are_refused() {
    byte[] good = array(Nd4j.zeros(DataType.FLOAT, 1, 43));
    refused(
        ModelBytes.with("coefficients.bin", array(Nd4j.zeros(DataType.INT32, 1, 43))),
        "INT",
        "FLOAT");
    refused(ModelBytes.with("coefficients.bin", Arrays.copyOf(good, good.length - 1)), "truncated");
    refused(ModelBytes.with("coefficients.bin", Arrays.copyOf(good, 20)), "truncated");
    refused(
        ModelBytes.with("coefficients.bin", Arrays.copyOf(good, good.length + 1)), "goes on after");
    byte[] mode = good.clone();
    mode[2] = 'X';
    refused(ModelBytes.with("coefficients.bin", mode), "allocation mode");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
