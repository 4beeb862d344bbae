package io.sextant.gradients.dl4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;

/** Numbers in a configuration that lead to sizes without a bound: refused, and quickly. */
class HostileConfigurationTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<JsonNode> VALUES =
      List.of(
          JsonNodeFactory.instance.numberNode(-1),
          JsonNodeFactory.instance.numberNode(0),
          JsonNodeFactory.instance.numberNode(1),
          JsonNodeFactory.instance.numberNode(Integer.MAX_VALUE),
          JsonNodeFactory.instance.numberNode(100_000),
          NullNode.getInstance(),
          JsonNodeFactory.instance.textNode("x"),
          JsonNodeFactory.instance.arrayNode().add(1),
          JsonNodeFactory.instance.arrayNode());

  /** A whole number in a configuration, or a list of such, by its place in the tree. */
  private record Place(Sample sample, List<String> path) {}

  private record Sample(String name, byte[] zip, Shape shape) {
    JsonNode tree() {
      try {
        return MAPPER.readTree(ModelBytes.entries(zip).get("configuration.json"));
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
    }

    byte[] with(JsonNode tree) {
      Map<String, byte[]> entries = new LinkedHashMap<>(ModelBytes.entries(zip));
      try {
        entries.put("configuration.json", MAPPER.writeValueAsBytes(tree));
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
      return ModelBytes.zip(entries);
    }
  }

  private static Sample images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 2)
                        .nOut(3)
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(Activation.RELU)
                        .build())
                .layer(new BatchNormalization())
                .layer(new LocalResponseNormalization())
                .layer(new ZeroPaddingLayer.Builder(1, 2, 0, 1).build())
                .layer(new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build())
                .layer(new PReLULayer.Builder().inputShape(6, 8, 6).sharedAxes(2, 3).build())
                .layer(new SubsamplingLayer.Builder(2, 2).stride(1, 2).build())
                .layer(new Cropping2D.Builder(1, 0, 0, 1).build())
                .layer(new SeparableConvolution2D.Builder(2, 1).nOut(4).build())
                .layer(new Upsampling2D.Builder(2).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.PNORM)
                        .kernelSize(2, 2)
                        .pnorm(2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    return new Sample("images", ModelBytes.write(network), Shape.of(2, 6, 6));
  }

  private static Sample graph() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(2, 2).dilation(2, 1).stride(1, 2).nOut(4).build(),
                    "in")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addVertex(
                    "flat",
                    new PreprocessorVertex(new CnnToFeedForwardPreProcessor(4, 3, 4)),
                    "conv")
                .addVertex("part", new SubsetVertex(1, 4), "flat")
                .addVertex("merged", new MergeVertex(), "part", "pool")
                .addVertex("scaled", new ScaleVertex(2), "merged")
                .addVertex(
                    "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "scaled", "merged")
                .addVertex("unit", new L2NormalizeVertex(), "sum")
                .addVertex("stack", new StackVertex(), "unit", "sum")
                .addLayer("dense", new DenseLayer.Builder().nOut(6).build(), "stack")
                .addVertex("first", new UnstackVertex(0, 2), "dense")
                .addVertex("shaped", new ReshapeVertex(-1, 6), "first")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "shaped")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    return new Sample("graph", ModelBytes.write(network), Shape.of(2, 6, 6));
  }

  private static Sample sequences() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new Convolution1DLayer.Builder(2).nOut(3).build())
                .layer(new ZeroPadding1DLayer.Builder(1, 2).build())
                .layer(new Cropping1D.Builder(1, 0).build())
                .layer(new Upsampling1D.Builder(2).build())
                .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()))
                .layer(new LastTimeStep(new SimpleRnn.Builder().nOut(4).build()))
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.recurrent(3, 6))
                .build());
    network.init();
    return new Sample("sequences", ModelBytes.write(network), Shape.of(3, 6));
  }

  private static List<Place> places(Sample sample) {
    List<Place> places = new ArrayList<>();
    collect(sample, sample.tree(), List.of(), places);
    return places;
  }

  private static void collect(Sample sample, JsonNode node, List<String> path, List<Place> found) {
    boolean whole = node.isIntegralNumber() && !path.contains("defaultConfiguration");
    boolean list = node.isArray() && !node.isEmpty() && node.get(0).isIntegralNumber();
    if (whole || list) {
      found.add(new Place(sample, path));
    }
    if (node.isObject()) {
      node.properties().forEach(e -> collect(sample, e.getValue(), and(path, e.getKey()), found));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(sample, node.get(i), and(path, Integer.toString(i)), found);
    }
  }

  private static List<String> and(List<String> path, String step) {
    return Stream.concat(path.stream(), Stream.of(step)).toList();
  }

  /** The tree with another value at a place; without one the property goes. */
  private static JsonNode changed(Place place, Optional<JsonNode> value) {
    JsonNode tree = place.sample().tree();
    List<String> path = place.path();
    JsonNode parent =
        path.subList(0, path.size() - 1).stream()
            .reduce(
                tree,
                (at, step) -> at.isArray() ? at.get(Integer.parseInt(step)) : at.get(step),
                (a, b) -> b);
    String last = path.get(path.size() - 1);
    if (parent instanceof ArrayNode array) {
      value.ifPresentOrElse(
          v -> array.set(Integer.parseInt(last), v), () -> array.remove(Integer.parseInt(last)));
    } else {
      value.ifPresentOrElse(
          v -> ((ObjectNode) parent).set(last, v), () -> ((ObjectNode) parent).remove(last));
    }
    return tree;
  }

  /** Reads, compiles and runs; false when that was refused in one line. */
  private static boolean runs(byte[] zip, Shape shape) {
    try {
      LoadedNetwork loaded = ModelFile.read("bad.zip", zip);
      loaded.network().inputShape();
      TrainedModel model = TrainedModel.of(loaded.network(), shape);
      double[][] rows = new double[2][model.inputShape().elements()];
      model.outputs(rows);
      try (GradientService service = GradientService.builder(model.graph()).threads(1).build()) {
        service.logits(rows);
      }
      return true;
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotBlank().hasLineCount(1);
      return false;
    }
  }

  private static void sweep(List<Place> places) {
    int accepted = 0;
    int tried = 0;
    List<String> faults = new ArrayList<>();
    for (Place place : places) {
      List<Optional<JsonNode>> values = new ArrayList<>(VALUES.stream().map(Optional::of).toList());
      values.add(Optional.empty());
      for (Optional<JsonNode> value : values) {
        String what = place.sample().name() + place.path() + " = " + value;
        byte[] zip = place.sample().with(changed(place, value));
        tried++;
        try {
          accepted += runs(zip, place.sample().shape()) ? 1 : 0;
        } catch (RuntimeException | AssertionError fault) {
          faults.add(what + ": " + fault);
        }
      }
    }
    assertThat(faults).isEmpty();
    // Neither is everything refused, nor does everything pass.
    assertThat(accepted).isBetween(1, tried - 1);
  }

  @Test
  void the_samples_themselves_run() {
    for (Sample sample : List.of(images(), graph(), sequences())) {
      LoadedNetwork loaded = ModelFile.read(sample.name(), sample.zip());
      TrainedModel model = TrainedModel.of(loaded.network(), sample.shape());
      assertThat(model.outputs(new double[1][model.inputShape().elements()])[0]).hasSize(3);
    }
  }

  @Test
  void any_number_changed_is_run_or_refused_in_one_line() {
    List<Place> places = new ArrayList<>(places(images()));
    places.addAll(places(graph()));
    places.addAll(places(sequences()));
    RandomGenerator random = RandomKey.of(20).random();
    List<Place> some = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      some.add(places.get(random.nextInt(places.size())));
    }
    sweep(some);
  }

  @Test
  @Tag("slow")
  void every_number_changed_is_run_or_refused_in_one_line() {
    List<Place> places = new ArrayList<>(places(images()));
    places.addAll(places(graph()));
    places.addAll(places(sequences()));
    assertThat(places).hasSizeGreaterThan(100);
    sweep(places);
  }

  @ParameterizedTest
  @CsvSource({
    "dilation, 2147483647",
    "dilation, 100000",
    "stride, 2147483647",
    "kernelSize, 100000",
    "padding, 1000000"
  })
  void windows_beyond_all_images_are_refused_by_layer_and_number(String field, int value) {
    refusedFirst(images(), field, value, "layer 'layer0'", field, "" + value);
  }

  /** Also of layers over time, and of those inside others. */
  @ParameterizedTest
  @CsvSource({
    "3, size, 100000",
    "3, size, 1000000000",
    "1, padding, 1000000000",
    "2, cropping, -1",
    "0, kernelSize, 0",
    "4, nout, -1",
    "5, nout, -1"
  })
  void numbers_of_layers_over_time_are_refused_by_layer_and_number(
      int index, String field, int value) {
    Sample sample = sequences();
    JsonNode tree = sample.tree();
    JsonNode layer = tree.get("confs").get(index).get("layer");
    for (JsonNode parent : layer.findParents(field)) {
      boolean list = parent.get(field).isArray();
      ((ObjectNode) parent)
          .set(
              field,
              list
                  ? JsonNodeFactory.instance.arrayNode().add(value).add(value)
                  : JsonNodeFactory.instance.numberNode(value));
    }
    assertThatThrownBy(() -> ModelFile.read("bad.zip", sample.with(tree)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("bad.zip", "layer 'layer" + index + "'", "" + value);
  }

  @Test
  void padding_that_fits_a_window_may_still_not_make_an_image_of_gigabytes() {
    Sample sample = images();
    JsonNode tree = sample.tree();
    ObjectNode layer = (ObjectNode) tree.get("confs").get(0).get("layer");
    layer.set("dilation", JsonNodeFactory.instance.arrayNode().add(8000).add(8000));
    LoadedNetwork loaded = ModelFile.read("big.zip", sample.with(tree));
    assertThatThrownBy(() -> TrainedModel.of(loaded.network(), sample.shape()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("layer0", "with its padding");
  }

  @Test
  void a_product_of_sizes_that_overflows_is_refused() {
    Sample sample = images();
    JsonNode tree = sample.tree();
    ObjectNode layer = (ObjectNode) tree.get("confs").get(0).get("layer");
    layer.put("nin", 1 << 28).put("nout", 1 << 28);
    layer.set("kernelSize", JsonNodeFactory.instance.arrayNode().add(8192).add(8192));
    assertThatThrownBy(() -> ModelFile.read("big.zip", sample.with(tree)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("big.zip", "layer0", "multiply");
  }

  private static void refusedFirst(Sample sample, String field, int value, String... parts) {
    JsonNode tree = sample.tree();
    ObjectNode layer = (ObjectNode) tree.findParent(field);
    layer.set(field, JsonNodeFactory.instance.arrayNode().add(value).add(value));
    assertThatThrownBy(() -> ModelFile.read("bad.zip", sample.with(tree)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("bad.zip")
        .hasMessageContainingAll(parts);
  }

  @Test
  void stacks_that_double_again_and_again_are_refused() {
    Sample sample = graph();
    ObjectNode tree = (ObjectNode) sample.tree();
    ObjectNode vertices = (ObjectNode) tree.get("vertices");
    ObjectNode inputs = (ObjectNode) tree.get("vertexInputs");
    String from = "unit";
    for (int i = 0; i < 30; i++) {
      String name = "s" + i;
      vertices.putObject(name).put("@class", StackVertex.class.getName());
      inputs.putArray(name).add(from).add(from);
      from = name;
    }
    tree.remove(List.of("topologicalOrder", "topologicalOrderStr"));
    LoadedNetwork loaded = ModelFile.read("deep.zip", sample.with(tree));
    ModelInput input = ModelInput.of(sample.shape(), InputDomain.box(72, 0, 1));
    assertThatThrownBy(() -> TrainedModel.of(loaded, input, ModelSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("deep.zip", "layer s", "at most 256 values can be stacked");
  }

  @Test
  void json_of_a_million_objects_is_refused_before_they_are_made() {
    String json = "{\"confs\":[],\"x\":[" + "{},".repeat(600_000) + "{}]}";
    assertThatThrownBy(
            () ->
                ModelFile.read(
                    "bad.zip",
                    ModelBytes.with("configuration.json", json.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("bad.zip", "1,000,000");
  }

  @Test
  void networks_of_no_layers_or_too_many_are_refused() {
    assertThatThrownBy(
            () ->
                ModelFile.read(
                    "bad.zip",
                    ModelBytes.with(
                        "configuration.json", "{\"confs\":[]}".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("1 to 4096 layers", "has 0");
  }
}
