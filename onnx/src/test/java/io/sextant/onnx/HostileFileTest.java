package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged, or that ask for what is not given. */
class HostileFileTest {
  private static final long N = ModelBuilder.FREE;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static ModelBuilder dense() {
    ModelBuilder model = new ModelBuilder(13).input(N, 3);
    model.node("MatMul", List.of("x", model.weights(3, 2)), List.of("y"), Map.of());
    return model.output("y");
  }

  private static void refused(byte[] bytes, String... words) {
    assertThatThrownBy(() -> ModelFile.read("bad.onnx", bytes))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("bad.onnx")
        .hasMessageContainingAll(words);
  }

  private static void refused(ModelProto.Builder model, String... words) {
    refused(model.build().toByteArray(), words);
  }

  @Test
  void a_file_is_told_by_its_content() {
    LoadedNetwork loaded = ModelFile.read("anything", dense().bytes());
    assertThat(loaded.format()).isEqualTo(ModelFormat.ONNX);
    assertThat(loaded.inputShape()).contains(Shape.of(3));
    assertThat(loaded.network().parameters()).isEqualTo(6);
  }

  @Test
  void a_file_that_is_cut_off_is_refused_wherever() {
    byte[] whole = dense().bytes();
    for (int length = 8; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> compile(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void compile(byte[] bytes) {
    LoadedNetwork loaded = ModelFile.read("m", bytes);
    loaded
        .network()
        .compile(
            loaded.inputShape().orElse(Shape.of(3)),
            Optional.empty(),
            Optional.empty(),
            LogitsSaid.BY_USER);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 22, 0, Long.MAX_VALUE})
  void only_known_operator_sets_are_read(long opset) {
    ModelProto.Builder model = dense().model();
    model.getOpsetImportBuilder(0).setVersion(opset);
    refused(model, "7 to 21", String.valueOf(opset));
  }

  @Test
  void what_is_no_plain_network_is_refused() {
    refused(
        dense().model().addFunctions(FunctionProto.newBuilder().setName("f")), "functions", "'f'");
    refused(dense().model().addTrainingInfo(TrainingInfoProto.newBuilder()), "inference");
    ModelBuilder sparse = dense();
    sparse.graph().addSparseInitializer(SparseTensorProto.newBuilder());
    refused(sparse.model(), "sparse");
    ModelBuilder twice = dense();
    twice.graph().addInitializer(twice.graph().getInitializer(0));
    refused(twice.model(), "twice");
    ModelBuilder two = dense();
    two.graph().addInput(ModelBuilder.value("z", TensorProto.DataType.FLOAT, 1, 3));
    refused(two.model(), "one input", "z");
    ModelBuilder tokens = new ModelBuilder(13).input(TensorProto.DataType.INT64, N, 3);
    tokens.node("Cast", List.of("x"), List.of("y"), Map.of("to", 1));
    refused(tokens.output("y").model(), "INT64", "tokens");
  }

  @Test
  void control_flow_other_domains_and_unknown_operators_are_named() {
    ModelBuilder flow = new ModelBuilder(13).input(N, 3);
    flow.node("Loop", List.of("x"), List.of("y"), Map.of("body", GraphProto.getDefaultInstance()));
    unsupported(flow, "Loop", "control flow");
    ModelBuilder alien = new ModelBuilder(13).input(N, 3);
    alien.node("com.example", "Magic", List.of("x"), List.of("y"), Map.of());
    unsupported(alien, "Magic", "com.example");
    ModelBuilder unknown = new ModelBuilder(13).input(N, 3);
    unknown.node("Hardmax", List.of("x"), List.of("y"), Map.of());
    unsupported(unknown, "Hardmax", "supported are", "Conv");
    ModelBuilder attribute = new ModelBuilder(13).input(N, 3);
    attribute.node("Relu", List.of("x"), List.of("y"), Map.of("slope", 1f));
    unsupported(attribute, "Relu", "'slope'");
    ModelBuilder missing = new ModelBuilder(13).input(N, 3);
    missing.node("Add", List.of("x", "nowhere"), List.of("y"), Map.of());
    unsupported(missing, "Add", "nowhere");
    ModelBuilder few = new ModelBuilder(13).input(N, 3);
    few.node("MatMul", List.of("x"), List.of("y"), Map.of());
    unsupported(few, "MatMul", "missing");
  }

  @Test
  void a_name_stands_for_one_value() {
    ModelBuilder shadowed = new ModelBuilder(13).input(N, 3);
    String weights = shadowed.weights(3);
    shadowed.node("Neg", List.of("x"), List.of(weights), Map.of());
    shadowed.node("Add", List.of("x", weights), List.of("y"), Map.of());
    unsupported(shadowed, "output " + weights + " has the name of", "an initialiser");
    ModelBuilder input = new ModelBuilder(13).input(N, 3);
    input.node("Neg", List.of(input.weights(3)), List.of("x"), Map.of());
    input.node("Neg", List.of("x"), List.of("y"), Map.of());
    unsupported(input, "output x has the name of the model's input");
  }

  private static void unsupported(ModelBuilder model, String... words) {
    unsupported(model, Shape.of(3), words);
  }

  private static void unsupported(ModelBuilder model, Shape shape, String... words) {
    OnnxNetwork network = OnnxNetwork.of("m", model.output("y").bytes());
    assertThatThrownBy(
            () -> network.compile(shape, Optional.empty(), Optional.empty(), LogitsSaid.BY_USER))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void sizes_are_held_against_bytes_before_anything_is_allocated() {
    for (long[] sizes :
        new long[][] {
          {1L << 40}, {1 << 20, 1 << 20}, {-1}, {4, 5}, {Long.MAX_VALUE, Long.MAX_VALUE}
        }) {
      ModelBuilder model = dense();
      TensorProto.Builder tensor = TensorProto.newBuilder().setName("big").setDataType(1);
      for (long size : sizes) {
        tensor.addDims(size);
      }
      model.graph().addInitializer(tensor.setRawData(ByteString.copyFrom(new byte[16])));
      refused(model.model(), "'big'");
    }
  }

  @Test
  void what_shapes_ask_for_is_bounded() {
    for (long[] sizes : new long[][] {{1 << 20, 1 << 20}, {1 << 27}, {Long.MAX_VALUE}}) {
      ModelBuilder model = new ModelBuilder(13).input(N, 3);
      String huge = model.node("ConstantOfShape", model.longs(sizes));
      model.node("Add", List.of("x", huge), List.of("y"), Map.of());
      unsupported(model, "ConstantOfShape", "at most");
    }
    ModelBuilder doubled = new ModelBuilder(13).input(N, 3);
    String value = doubled.node("ConstantOfShape", doubled.longs(1 << 12));
    for (int i = 0; i < 20; i++) {
      value = doubled.node("Concat", List.of(value, value), Map.of("axis", 0));
    }
    doubled.node("Add", List.of("x", value), List.of("y"), Map.of());
    unsupported(doubled, "Concat", "at most");
    ModelBuilder range = new ModelBuilder(13).input(N, 3);
    String numbers = range.node("Range", range.number(0), range.number(1e30f), range.number(1));
    range.node("Add", List.of("x", numbers), List.of("y"), Map.of());
    unsupported(range, "Range", "too long");
    ModelBuilder product = new ModelBuilder(13).input(N, 3);
    String left = product.node("ConstantOfShape", product.longs(4000, 1000));
    String right = product.node("ConstantOfShape", product.longs(1000, 4000));
    product.node("Add", List.of("x", product.node("MatMul", left, right)), List.of("y"), Map.of());
    unsupported(product, "MatMul", "at most");
  }

  /** A result is paid for before there is room for it. */
  @Test
  void what_one_operator_asks_for_is_bounded_before_it_is_there() {
    ModelBuilder joined = new ModelBuilder(13).input(N, 3);
    String part = joined.node("ConstantOfShape", joined.longs(1 << 23));
    String whole =
        joined.node("Concat", java.util.Collections.nCopies(32, part), Map.of("axis", 0));
    added(joined, whole, "Concat", "at most");
    ModelBuilder reduced = new ModelBuilder(13).input(N, 3);
    String none = reduced.node("ConstantOfShape", reduced.longs(1 << 28, 0));
    added(reduced, reduced.node("ReduceSum", none, reduced.longs(1)), "ReduceSum", "at most");
    ModelBuilder expanded = new ModelBuilder(13).input(1, 1);
    expanded.node("Expand", List.of("x", expanded.longs(1 << 28)), List.of("y"), Map.of());
    unsupported(expanded, Shape.of(1), "Expand", "at most");
    ModelBuilder product = new ModelBuilder(13).input(N, 3, 4);
    String matrices = product.node("ConstantOfShape", product.longs(1 << 14, 1 << 14, 0, 1));
    product.node("MatMul", List.of("x", matrices), List.of("y"), Map.of());
    unsupported(product, Shape.of(3, 4), "MatMul");
  }

  private static void added(ModelBuilder model, String value, String... words) {
    model.node("Add", List.of("x", value), List.of("y"), Map.of());
    unsupported(model, words);
  }

  @Test
  @Timeout(120)
  void work_on_nothing_and_on_many_dimensions_is_bounded() {
    ModelBuilder joined = new ModelBuilder(13).input(N, 3);
    String none = joined.node("ConstantOfShape", joined.longs(1 << 28, 0));
    for (int i = 0; i < 50; i++) {
      joined.node("Concat", java.util.Collections.nCopies(1000, none), Map.of("axis", 1));
      none = joined.node("Concat", java.util.Collections.nCopies(1000, none), Map.of("axis", 1));
    }
    added(joined, none, "Add");
    ModelBuilder picked = new ModelBuilder(13).input(N, 3);
    String empty = picked.node("ConstantOfShape", picked.longs(1 << 27, 2, 0));
    for (int i = 0; i < 50; i++) {
      empty = picked.node("Gather", List.of(empty, picked.longs(0, 1)), Map.of("axis", 1));
    }
    added(picked, empty, "Add");
    ModelBuilder deep = new ModelBuilder(13).input(N, 3);
    int[] sizes = new int[1_000_000];
    Arrays.fill(sizes, 1);
    deep.add(
        ModelBuilder.tensor(TensorProto.DataType.INT8, sizes)
            .setName("deep")
            .setRawData(ByteString.copyFrom(new byte[1])));
    deep.node("Add", List.of("x", "deep"), List.of("y"), Map.of());
    refused(deep.output("y").model(), "'deep'", "at most 32 dimensions");
    ModelBuilder axes = new ModelBuilder(13).input(N, 3);
    long[] many = new long[1_000_000];
    Arrays.setAll(many, i -> i);
    axes.node("Unsqueeze", List.of("x", axes.longs(many)), List.of("y"), Map.of());
    unsupported(axes, "Unsqueeze", "at most 32 dimensions");
  }

  @Test
  @Timeout(120)
  void equal_names_cost_no_more_than_different_ones() {
    ModelBuilder model = new ModelBuilder(13).input(N, 3);
    String name = "n".repeat(1000);
    String value = "x";
    for (int i = 0; i < (1 << 15) - 1; i++) {
      String next = "v" + i;
      model
          .graph()
          .addNode(
              NodeProto.newBuilder()
                  .setName(name)
                  .setOpType("Add")
                  .addInput(value)
                  .addInput(value)
                  .addOutput(next));
      value = next;
    }
    model.node("Hardmax", List.of(value), List.of("y"), Map.of());
    unsupported(model, "Hardmax");
  }

  @Test
  void an_input_without_dimensions_is_refused() {
    ModelBuilder model = new ModelBuilder(13).input();
    model.node("Relu", List.of("x"), List.of("y"), Map.of());
    refused(model.output("y").model(), "'x'", "dimensions", "0");
  }

  @Test
  void inputs_that_an_operator_does_not_take_are_refused() {
    for (String type : List.of("Add", "Sub", "Mul", "Div", "MatMul")) {
      ModelBuilder model = new ModelBuilder(13).input(N, 3);
      model.node(
          type, List.of(model.weights(3, 3), model.weights(3, 3), "x"), List.of("y"), Map.of());
      unsupported(model, type, "at most 2 inputs but is given 3");
    }
    ModelBuilder relu = new ModelBuilder(13).input(N, 3);
    relu.node("Relu", List.of("x", relu.weights(3)), List.of("y"), Map.of());
    unsupported(relu, "Relu", "at most 1");
    ModelBuilder constants = new ModelBuilder(13).input(N, 3);
    String w = constants.weights(3);
    added(constants, constants.node("Add", w, w, w), "Add", "at most 2");
  }

  @Test
  void repeats_are_bounded_also_where_their_product_is_not_a_number_of_64_bits() {
    ModelBuilder model = new ModelBuilder(13).input(N, 8);
    model.node("Tile", List.of("x", model.longs(1, (1L << 61) + 512)), List.of("y"), Map.of());
    unsupported(model, Shape.of(8), "Tile", "repeated");
  }

  @Test
  void text_where_numbers_are_needed_names_the_node() {
    ModelBuilder model = new ModelBuilder(13).input(N, 3);
    model
        .graph()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("words")
                .setDataType(TensorProto.DataType.STRING_VALUE)
                .addDims(1)
                .addStringData(ByteString.copyFromUtf8("a")));
    model.node("Add", List.of("x", "words"), List.of("y"), Map.of());
    unsupported(model, "Add", "'words'", "text");
  }

  @Test
  void nesting_and_numbers_of_parts_are_bounded() {
    GraphProto inner = GraphProto.getDefaultInstance();
    for (int i = 0; i < 40; i++) {
      inner =
          GraphProto.newBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .addAttribute(AttributeProto.newBuilder().setName("body").setG(inner)))
              .build();
    }
    refused(dense().model().setGraph(inner), "nested");
    GraphProto.Builder many = GraphProto.newBuilder();
    NodeProto node = NodeProto.newBuilder().setOpType("Relu").build();
    for (int i = 0; i <= 1 << 15; i++) {
      many.addNode(node);
    }
    refused(dense().model().setGraph(many), "nodes");
    // Unknown fields of two bytes each would be objects of a hundred.
    byte[] head = dense().bytes();
    byte[] swollen = Arrays.copyOf(head, head.length + (4 << 20));
    for (int i = head.length; i < swollen.length; i += 2) {
      swollen[i] = 0x30; // field 6
      swollen[i + 1] = 1;
    }
    assertThatThrownBy(() -> ModelFile.read("bad.onnx", swollen))
        .isInstanceOf(ModelFileException.class);
    byte[] packed = new byte[1 << 25];
    refused(
        dense()
            .model()
            .setGraph(
                GraphProto.newBuilder()
                    .addNode(node)
                    .addInitializer(
                        TensorProto.newBuilder()
                            .setDataType(7)
                            .addDims(packed.length)
                            .addAllInt64Data(java.util.Collections.nCopies(packed.length, 0L)))),
        "packed");
  }

  @Test
  void every_type_of_numbers_is_decoded() {
    Map<TensorProto.DataType, byte[]> raw =
        Map.of(
            TensorProto.DataType.FLOAT, little(12).putFloat(1).putFloat(-2).putFloat(0.5f).array(),
            TensorProto.DataType.DOUBLE,
                little(24).putDouble(1).putDouble(-2).putDouble(0.5).array(),
            TensorProto.DataType.FLOAT16,
                little(6)
                    .putShort((short) 0x3c00)
                    .putShort((short) 0xc000)
                    .putShort((short) 0x3800)
                    .array(),
            TensorProto.DataType.BFLOAT16,
                little(6)
                    .putShort((short) 0x3f80)
                    .putShort((short) 0xc000)
                    .putShort((short) 0x3f00)
                    .array());
    raw.forEach(
        (type, bytes) ->
            assertThat(sum(ModelBuilder.tensor(type, 3).setRawData(ByteString.copyFrom(bytes))))
                .as(type.toString())
                .containsExactly(2, -1, 1.5));
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.FLOAT, 3)
                    .addAllFloatData(List.of(1f, -2f, 0.5f))))
        .containsExactly(2, -1, 1.5);
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.DOUBLE, 3)
                    .addAllDoubleData(List.of(1.0, -2.0, 0.5))))
        .containsExactly(2, -1, 1.5);
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.FLOAT16, 3)
                    .addAllInt32Data(List.of(0x3c00, 0xc000, 0x3800))))
        .containsExactly(2, -1, 1.5);
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.INT8, 3)
                    .setRawData(ByteString.copyFrom(new byte[] {1, -2, 3}))))
        .containsExactly(2, -1, 4);
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.UINT8, 3)
                    .setRawData(ByteString.copyFrom(new byte[] {1, -2, 3}))))
        .containsExactly(2, 255, 4);
    assertThat(
            sum(
                ModelBuilder.tensor(TensorProto.DataType.INT64, 3)
                    .addAllInt64Data(List.of(1L, -2L, 3L))))
        .containsExactly(2, -1, 4);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** One plus the tensor. */
  private static double[] sum(TensorProto.Builder tensor) {
    ModelBuilder model = new ModelBuilder(13).input(N, 3);
    String constant = model.node("Constant", List.of(), Map.of("value", tensor));
    String real = model.node("Cast", List.of(constant), Map.of("to", 1));
    model.node("Add", List.of("x", real), List.of("y"), Map.of());
    OnnxNetwork network = OnnxNetwork.of("m", model.output("y").bytes());
    return network
        .compile(Shape.of(3), Optional.empty(), Optional.empty(), LogitsSaid.NOT)
        .judge()
        .outputs(new double[][] {{1, 1, 1}})[0];
  }

  private Path beside(String location, Map<String, String> more, byte[] data) throws IOException {
    ModelBuilder model = dense();
    TensorProto.Builder weights = model.graph().getInitializerBuilder(0);
    weights.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    weights.addExternalData(
        StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    more.forEach(
        (key, value) ->
            weights.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.write(home.resolve("model.onnx.data"), data);
    Files.write(folder.resolve("secret"), data);
    return Files.write(home.resolve("model.onnx"), model.bytes());
  }

  @Test
  void weights_beside_the_file_are_put_in() throws IOException {
    byte[] weights = dense().graph().getInitializer(0).getRawData().toByteArray();
    byte[] data = new byte[weights.length + 8];
    System.arraycopy(weights, 0, data, 8, weights.length);
    Path file = beside("model.onnx.data", Map.of("offset", "8", "length", "24"), data);
    LoadedNetwork loaded = ModelFile.read(file);
    double[][] rows = {{1, 2, 3}};
    assertThat(outputs(loaded, rows))
        .isEqualTo(outputs(ModelFile.read("inside", dense().bytes()), rows));
    // What is written holds the weights, is known by its digest, and is the same again.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    loaded.network().write(out);
    LoadedNetwork again = ModelFile.read("again", out.toByteArray());
    assertThat(again.sha256()).isEqualTo(loaded.sha256());
    assertThat(outputs(again, rows)).isEqualTo(outputs(loaded, rows));
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    again.network().write(twice);
    assertThat(twice.toByteArray()).isEqualTo(out.toByteArray());

    String digest = ModelFile.sha256(file);
    assertThat(digest).isEqualTo(ModelFile.read(file).sha256());
    data[8]++;
    Files.write(file.resolveSibling("model.onnx.data"), data);
    assertThat(ModelFile.sha256(file)).isNotEqualTo(digest);
  }

  private static double[][] outputs(LoadedNetwork loaded, double[][] rows) {
    return loaded
        .network()
        .compile(Shape.of(3), Optional.empty(), Optional.empty(), LogitsSaid.NOT)
        .judge()
        .outputs(rows);
  }

  @ParameterizedTest
  @CsvSource({
    "../secret,,own folder",
    "model.onnx.data,100,do not belong together",
    "missing,0,missing",
    "/etc/passwd,0,own folder",
    "model.onnx.data,x,no number"
  })
  void weights_elsewhere_are_not_read(String location, String offset, String word)
      throws IOException {
    Path file =
        beside(location, offset == null ? Map.of() : Map.of("offset", offset), new byte[64]);
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(word);
  }

  @Test
  void the_folder_itself_may_be_named_and_links_may_stay_in_it() throws IOException {
    byte[] data = dense().graph().getInitializer(0).getRawData().toByteArray();
    assertThat(ModelFile.read(beside("./model.onnx.data", Map.of(), data)).network().parameters())
        .isEqualTo(6);
    Path home = folder.resolve("home");
    Files.createSymbolicLink(home.resolve("inside"), Path.of("model.onnx.data"));
    Files.createSymbolicLink(home.resolve("outside"), Path.of("../secret"));
    assertThat(ModelFile.read(beside("inside", Map.of(), data)).network().parameters())
        .isEqualTo(6);
    Path leaving = beside("outside", Map.of(), data);
    assertThatThrownBy(() -> ModelFile.read(leaving))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("a link that leaves");
  }

  @ParameterizedTest
  @CsvSource({
    "-8,24,do not belong together",
    "0,25,must have 24 bytes",
    "0,-24,must have 24 bytes"
  })
  void parts_of_other_files_must_be_there_and_of_the_right_length(
      String offset, String length, String word) throws IOException {
    Path file = beside("model.onnx.data", Map.of("offset", offset, "length", length), new byte[64]);
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(word);
  }

  @Test
  void other_protocol_buffers_are_no_models() {
    byte[] text = "\u0008\u0007 hello world".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ModelFile.read("text", text)).isInstanceOf(ModelFileException.class);
  }
}
