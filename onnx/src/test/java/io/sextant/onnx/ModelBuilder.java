package io.sextant.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Writes small ONNX files: one input named x, nodes in order, and outputs. */
final class ModelBuilder {
  /** A size that the batch is free in. */
  static final long FREE = -1;

  private final int opset;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final Random random;
  private long[] input = {FREE};
  private int names;
  private boolean learning;

  ModelBuilder(int opset) {
    this.opset = opset;
    this.random = new Random(opset);
  }

  /** The input x of floats. */
  ModelBuilder input(long... sizes) {
    input = sizes.clone();
    graph.addInput(value("x", TensorProto.DataType.FLOAT, sizes));
    return this;
  }

  ModelBuilder input(TensorProto.DataType type, long... sizes) {
    input = sizes.clone();
    graph.addInput(value("x", type, sizes));
    return this;
  }

  long[] inputSizes() {
    return input.clone();
  }

  static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d = 0; d < sizes.length; d++) {
      shape.addDim(
          sizes[d] >= 0
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(sizes[d])
              : TensorShapeProto.Dimension.newBuilder().setDimParam("n" + d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** An output of floats, whose shape is left open. */
  ModelBuilder output(String name) {
    return output(name, TensorProto.DataType.FLOAT);
  }

  ModelBuilder output(String name, TensorProto.DataType type) {
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber()))));
    return this;
  }

  /** Weights from a normal distribution, scaled to the size of what they sum over. */
  String weights(int... sizes) {
    int count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    double scale = sizes.length > 1 ? Math.sqrt(1.0 / Math.max(1, count / sizes[0])) : 0.5;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return floats(sizes, values);
  }

  /** Numbers above 0, such as variances. */
  String positive(int... sizes) {
    int count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return floats(sizes, values);
  }

  String floats(int[] sizes, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return add(
        tensor(TensorProto.DataType.FLOAT, sizes).setRawData(ByteString.copyFrom(raw.array())));
  }

  String number(float value) {
    return floats(new int[0], value);
  }

  String longs(long... values) {
    return add(longTensor(new int[] {values.length}, values));
  }

  String aLong(long value) {
    return add(longTensor(new int[0], value));
  }

  String truths(int[] sizes, boolean... values) {
    byte[] raw = new byte[values.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) (values[i] ? 1 : 0);
    }
    return add(tensor(TensorProto.DataType.BOOL, sizes).setRawData(ByteString.copyFrom(raw)));
  }

  static TensorProto.Builder longTensor(int[] sizes, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return tensor(TensorProto.DataType.INT64, sizes).setRawData(ByteString.copyFrom(raw.array()));
  }

  static TensorProto.Builder tensor(TensorProto.DataType type, int... sizes) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber());
    for (int size : sizes) {
      tensor.addDims(size);
    }
    return tensor;
  }

  /** Adds an initialiser under a name of its own, unless it has one. */
  String add(TensorProto.Builder tensor) {
    if (tensor.getName().isEmpty()) {
      tensor.setName("w" + names++);
    }
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** Adds a node with one output. */
  String node(String type, List<String> inputs, Map<String, ?> attributes) {
    String output = type.toLowerCase(java.util.Locale.ROOT) + names++;
    node(type, inputs, List.of(output), attributes);
    return output;
  }

  String node(String type, String... inputs) {
    return node(type, List.of(inputs), Map.of());
  }

  void node(String type, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
    node("", type, inputs, outputs, attributes);
  }

  void node(
      String domain,
      String type,
      List<String> inputs,
      List<String> outputs,
      Map<String, ?> attributes) {
    learning |= !domain.isEmpty();
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(type)
            .setName(type + "_" + names++)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer number) {
      return attribute.setType(AttributeType.INT).setI(number).build();
    } else if (value instanceof Float number) {
      return attribute.setType(AttributeType.FLOAT).setF(number).build();
    } else if (value instanceof String text) {
      return attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text)).build();
    } else if (value instanceof int[] numbers) {
      Arrays.stream(numbers).forEach(attribute::addInts);
      return attribute.setType(AttributeType.INTS).build();
    } else if (value instanceof float[] numbers) {
      for (float number : numbers) {
        attribute.addFloats(number);
      }
      return attribute.setType(AttributeType.FLOATS).build();
    } else if (value instanceof String[] texts) {
      for (String text : texts) {
        attribute.addStrings(ByteString.copyFromUtf8(text));
      }
      return attribute.setType(AttributeType.STRINGS).build();
    } else if (value instanceof TensorProto.Builder tensor) {
      return attribute.setType(AttributeType.TENSOR).setT(tensor).build();
    } else if (value instanceof GraphProto inner) {
      return attribute.setType(AttributeType.GRAPH).setG(inner).build();
    }
    throw new IllegalArgumentException("no attribute is a " + value.getClass());
  }

  GraphProto.Builder graph() {
    return graph;
  }

  ModelProto.Builder model() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .setProducerName("sextant-test")
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    if (learning) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(2));
    }
    return model;
  }

  byte[] bytes() {
    return model().build().toByteArray();
  }
}
