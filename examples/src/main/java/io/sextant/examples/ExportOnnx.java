package io.sextant.examples;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * Writes an image classifier of convolutions, pooling and dense layers as an ONNX file, with a
 * softmax at its end: {@code ExportOnnx MODEL.zip MODEL.onnx}. The files of the demo networks were
 * made so.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ExportOnnx {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;
  private static final String INPUT = "image";
  private static final String OUTPUT = "probabilities";

  private final InferenceGraph graph;
  private final GraphProto.Builder file = GraphProto.newBuilder().setName("network");

  private ExportOnnx(InferenceGraph graph) {
    this.graph = graph;
  }

  /**
   * Exports.
   *
   * @param arguments a model file that tells its input's shape, and the file to write
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: ExportOnnx MODEL.zip MODEL.onnx");
    }
    LoadedNetwork loaded = ModelFile.read(Path.of(arguments[0]));
    Shape shape =
        loaded
            .inputShape()
            .orElseThrow(
                () -> new IllegalArgumentException("the model does not tell its input's shape"));
    TrainedModel model = TrainedModel.of(loaded, ModelInput.bytes(shape), ModelSettings.DEFAULT);
    if (model.head() != Head.SOFTMAX) {
      throw new IllegalArgumentException("the model must end in a softmax but is " + model.head());
    }
    Files.write(Path.of(arguments[1]), export(model.graph()));
  }

  /**
   * A graph that ends in logits, as an ONNX file that ends in probabilities. Equal graphs give
   * equal bytes.
   *
   * @param graph of convolutions, pooling, dense layers, normalisations and ReLUs in a row
   * @throws IllegalArgumentException when it has anything else
   */
  static byte[] export(InferenceGraph graph) {
    ExportOnnx export = new ExportOnnx(graph);
    graph.nodes().forEach(export::add);
    export.node("Softmax", "softmax", List.of(name(graph.output())), OUTPUT, Map.of("axis", 1L));
    export.file.addInput(value(INPUT, graph.input().shape()));
    export.file.addOutput(value(OUTPUT, graph.output().shape()));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("sextant-examples")
        .setGraph(export.file)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .build()
        .toByteArray();
  }

  private static String name(Node node) {
    return node.index() == 0 ? INPUT : node.name();
  }

  private void add(Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Input) {
      return;
    }
    String x = name(graph.nodes().get(node.inputs().get(0)));
    if (operation instanceof Operation.Convolution convolution) {
      List<String> inputs =
          convolution.bias().isPresent()
              ? List.of(x, tensor(convolution.weights()), tensor(convolution.bias().get()))
              : List.of(x, tensor(convolution.weights()));
      Map<String, Object> attributes = window(convolution.window());
      attributes.put("group", (long) convolution.groups());
      node("Conv", node, inputs, attributes);
    } else if (operation instanceof Operation.Affine affine) {
      List<String> inputs =
          affine.bias().isPresent()
              ? List.of(x, tensor(affine.weights()), tensor(affine.bias().get()))
              : List.of(x, tensor(affine.weights()));
      node("Gemm", node, inputs, Map.of());
    } else if (operation instanceof Operation.BatchNorm norm) {
      node(
          "BatchNormalization",
          node,
          List.of(
              x,
              tensor(norm.gamma()),
              tensor(norm.beta()),
              tensor(norm.mean()),
              tensor(norm.variance())),
          Map.of("epsilon", (float) norm.epsilon()));
    } else if (operation instanceof Operation.Pool pool
        && pool.reduction() == Operation.Reduction.MAX) {
      Map<String, Object> attributes = window(pool.window());
      attributes.put(
          "kernel_shape", pool.window().axes().stream().mapToLong(Window.Axis::kernel).toArray());
      node("MaxPool", node, List.of(x), attributes);
    } else if (operation instanceof Operation.Elementwise step
        && step.function() instanceof Function.Relu) {
      node("Relu", node, List.of(x), Map.of());
    } else if (operation instanceof Operation.Reshape reshape && reshape.shape().rank() == 1) {
      node("Flatten", node, List.of(x), Map.of());
    } else {
      throw new IllegalArgumentException(
          "layer %s: the example exports no %s".formatted(node.name(), operation));
    }
  }

  private static Map<String, Object> window(Window window) {
    List<Window.Axis> axes = window.axes();
    Map<String, Object> attributes = new TreeMap<>();
    attributes.put("strides", axes.stream().mapToLong(Window.Axis::stride).toArray());
    attributes.put("dilations", axes.stream().mapToLong(Window.Axis::dilation).toArray());
    long[] pads = new long[2 * axes.size()];
    for (int i = 0; i < axes.size(); i++) {
      pads[i] = axes.get(i).before();
      pads[axes.size() + i] = axes.get(i).after();
    }
    attributes.put("pads", pads);
    return attributes;
  }

  private void node(String type, Node node, List<String> inputs, Map<String, Object> attributes) {
    node(type, node.name(), inputs, node.name(), attributes);
  }

  private void node(
      String type,
      String name,
      List<String> inputs,
      String output,
      Map<String, Object> attributes) {
    NodeProto.Builder proto =
        NodeProto.newBuilder().setOpType(type).setName(name).addAllInput(inputs).addOutput(output);
    new TreeMap<>(attributes).forEach((key, value) -> proto.addAttribute(attribute(key, value)));
    file.addNode(proto);
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long number) {
      return attribute.setType(AttributeProto.AttributeType.INT).setI(number).build();
    } else if (value instanceof Float number) {
      return attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number).build();
    } else if (value instanceof long[] numbers) {
      Arrays.stream(numbers).forEach(attribute::addInts);
      return attribute.setType(AttributeProto.AttributeType.INTS).build();
    }
    throw new IllegalStateException("no attribute is a " + value.getClass());
  }

  /** Adds the values of a parameter, and answers with its name. */
  private String tensor(Parameter parameter) {
    double[] values = graph.weights().values(parameter);
    ByteBuffer raw =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      raw.putFloat((float) value);
    }
    file.addInitializer(
        TensorProto.newBuilder()
            .setName(parameter.name())
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(
                Arrays.stream(parameter.shape().sizes()).mapToObj(size -> (long) size).toList())
            .setRawData(ByteString.copyFrom(raw.array())));
    return parameter.name();
  }

  private static ValueInfoProto value(String name, Shape shape) {
    TensorShapeProto.Builder sizes =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (int size : shape.sizes()) {
      sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(sizes)))
        .build();
  }
}
