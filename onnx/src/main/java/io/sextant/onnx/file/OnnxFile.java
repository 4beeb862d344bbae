package io.sextant.onnx.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.sextant.gradients.graph.UniqueNames;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelSource;
import io.sextant.onnx.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file that was checked: its graph, with the weights that it keeps in other files put in.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OnnxFile {
  /** The operator sets whose meaning is known. */
  public static final int OLDEST_OPSET = 7;

  /** The newest of them. */
  public static final int NEWEST_OPSET = 21;

  private static final int RECURSION = 32;

  /** The one input: its name, the type of its values, and its sizes as far as they are fixed. */
  public record Input(String name, TensorProto.DataType type, List<OptionalInt> sizes) {
    public Input {
      sizes = List.copyOf(sizes);
    }
  }

  private final String name;
  private final ModelProto model;

  /** The file's own bytes, unless parts of it lay elsewhere. */
  private final byte @Nullable [] bytes;

  private final int opset;
  private final Map<String, TensorProto> initialisers;
  private final List<Operator> operators;

  private OnnxFile(
      String name,
      ModelProto model,
      byte @Nullable [] bytes,
      int opset,
      Map<String, TensorProto> initialisers,
      List<Operator> operators) {
    this.name = name;
    this.model = model;
    this.bytes = bytes;
    this.opset = opset;
    this.initialisers = initialisers;
    this.operators = operators;
  }

  /** Whether a file is an ONNX model, by its first fields. */
  public static boolean recognised(byte[] bytes) {
    return Structure.recognised(bytes);
  }

  /**
   * Reads a file.
   *
   * @throws ModelFileException when it is damaged, too large in some way, or needs what is refused
   */
  public static OnnxFile read(ModelSource source) {
    String name = source.name();
    Structure.check(name, source.bytes());
    ModelProto parsed;
    try {
      // Tensors stay where they are: the parsed model shares the file's bytes.
      ByteString bytes = UnsafeByteOperations.unsafeWrap(source.bytes());
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true);
      in.setRecursionLimit(RECURSION);
      parsed = ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new ModelFileException(
          "%s: not a usable ONNX file: %s".formatted(name, ModelFileException.firstLine(e)), e);
    }
    try {
      requirePlain(parsed);
      Optional<ModelProto> whole = withOtherFiles(parsed, source);
      ModelProto model = whole.orElse(parsed);
      return new OnnxFile(
          name,
          model,
          whole.isPresent() ? null : source.bytes(),
          opset(model),
          initialisers(model.getGraph()),
          operators(model));
    } catch (ModelFileException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(name)
          ? e
          : new ModelFileException("%s: %s".formatted(name, message), e);
    }
  }

  private static void requirePlain(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (graph.getNodeCount() == 0) {
      throw new ModelFileException("the ONNX file has no nodes");
    }
    if (model.getFunctionsCount() > 0) {
      throw new ModelFileException(
          "the model defines functions of its own (%s), which is not supported; export it with them inlined"
              .formatted(ModelFileException.quote(model.getFunctions(0).getName())));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new ModelFileException(
          "the model has sparse initialisers, which are not supported; export it with dense ones");
    }
    if (model.getTrainingInfoCount() > 0) {
      throw new ModelFileException(
          "the file describes how the model is trained, which is not supported; export it for"
              + " inference");
    }
  }

  private static int opset(ModelProto model) {
    Optional<Long> version =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
            .map(OperatorSetIdProto::getVersion)
            .findFirst();
    if (version.isEmpty() || version.get() < OLDEST_OPSET || version.get() > NEWEST_OPSET) {
      throw new ModelFileException(
          "operator sets %d to %d of ONNX are supported, but the model needs %s; export it with another opset_version"
              .formatted(
                  OLDEST_OPSET, NEWEST_OPSET, version.map(String::valueOf).orElse("none at all")));
    }
    return version.get().intValue();
  }

  private static Map<String, TensorProto> initialisers(GraphProto graph) {
    Map<String, TensorProto> named = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      Tensors.check(tensor);
      if (named.put(tensor.getName(), tensor) != null) {
        throw new ModelFileException(
            "initialiser %s occurs twice".formatted(ModelFileException.quote(tensor.getName())));
      }
    }
    return named;
  }

  private static List<Operator> operators(ModelProto model) {
    int opset = opset(model);
    int learning =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().equals(Domains.MACHINE_LEARNING))
            .mapToInt(set -> (int) set.getVersion())
            .findFirst()
            .orElse(1);
    UniqueNames names = new UniqueNames();
    List<Operator> operators = new ArrayList<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      String given = node.getName().isEmpty() ? firstOutput(node) : node.getName();
      operators.add(
          new Operator(
              node,
              node.getDomain().equals(Domains.MACHINE_LEARNING) ? learning : opset,
              names.unique(given)));
    }
    return ordered(operators);
  }

  /** Each after those that it reads; writers may store nodes in any order. */
  private static List<Operator> ordered(List<Operator> stored) {
    Map<String, Operator> sources = new HashMap<>();
    for (Operator operator : stored) {
      for (String output : operator.outputs()) {
        if (!output.isEmpty() && sources.put(output, operator) != null) {
          throw operator.unsupported("its output %s has another source too".formatted(output));
        }
      }
    }
    Set<Operator> entered = new HashSet<>();
    Set<Operator> left = new LinkedHashSet<>();
    Deque<Operator> open = new ArrayDeque<>();
    for (Operator last : stored) {
      open.push(last);
      while (!open.isEmpty()) {
        Operator operator = open.peek();
        if (!entered.add(operator)) {
          left.add(open.pop());
          continue;
        }
        for (String input : operator.inputs()) {
          Operator source = sources.get(input);
          if (source == null || left.contains(source)) {
            continue;
          }
          if (entered.contains(source)) {
            throw operator.unsupported("it reads what depends on it");
          }
          open.push(source);
        }
      }
    }
    return List.copyOf(left);
  }

  private static String firstOutput(NodeProto node) {
    return node.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("node");
  }

  /** The model with what it keeps in other files, when it does. */
  private static Optional<ModelProto> withOtherFiles(ModelProto model, ModelSource source) {
    GraphProto graph = model.getGraph();
    if (graph.getInitializerList().stream().noneMatch(OnnxFile::elsewhere)) {
      return Optional.empty();
    }
    long total = source.bytes().length;
    GraphProto.Builder whole = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto tensor = graph.getInitializer(i);
      if (!elsewhere(tensor)) {
        continue;
      }
      long length = Tensors.rawLength(tensor);
      total += length;
      if (total > ModelFile.LARGEST_FILE) {
        throw new ModelFileException(
            "a model and the weights beside it may have at most %d bytes together but have more"
                .formatted(ModelFile.LARGEST_FILE));
      }
      whole.setInitializer(
          i,
          tensor.toBuilder()
              .clearExternalData()
              .clearDataLocation()
              .setRawData(UnsafeByteOperations.unsafeWrap(part(tensor, length, source))));
    }
    return Optional.of(model.toBuilder().setGraph(whole).build());
  }

  private static boolean elsewhere(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  private static byte[] part(TensorProto tensor, long length, ModelSource source) {
    Map<String, String> where = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      where.put(entry.getKey(), entry.getValue());
    }
    String location = where.get("location");
    if (location == null) {
      throw new ModelFileException(
          "initialiser %s is in another file, but it is not said in which"
              .formatted(ModelFileException.quote(tensor.getName())));
    }
    long offset = number(tensor, where.getOrDefault("offset", "0"));
    long said = number(tensor, where.getOrDefault("length", String.valueOf(length)));
    if (said != length) {
      throw new ModelFileException(
          "initialiser %s of shape %s must have %d bytes but has %d in %s"
              .formatted(
                  ModelFileException.quote(tensor.getName()),
                  tensor.getDimsList(),
                  length,
                  said,
                  ModelFileException.quote(location)));
    }
    return source.beside(location, offset, length);
  }

  private static long number(TensorProto tensor, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ModelFileException(
          "initialiser %s begins at or has %s bytes, which is no number"
              .formatted(
                  ModelFileException.quote(tensor.getName()), ModelFileException.quote(text)),
          e);
    }
  }

  /** What messages call the file. */
  public String name() {
    return name;
  }

  /** The version of the operator set. */
  public int opset() {
    return opset;
  }

  /** What made the file, such as {@code pytorch 2.5.1}; empty when it does not say. */
  public String producer() {
    return (model.getProducerName() + " " + model.getProducerVersion()).strip();
  }

  /** The nodes, each after those that it reads. */
  public List<Operator> operators() {
    return operators;
  }

  /** Whether a value is a weight or another constant of the file. */
  public boolean hasInitialiser(String value) {
    return initialisers.containsKey(value);
  }

  /** A weight or another constant. */
  public Tensor initialiser(String value) {
    TensorProto tensor = initialisers.get(value);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no initialiser " + value);
    }
    return Tensors.read(tensor);
  }

  /** Number of learned values: of all initialisers with a fraction. */
  public long parameters() {
    return initialisers.values().stream()
        .filter(Tensors::isReal)
        .mapToLong(tensor -> Tensor.count(sizes(tensor)))
        .sum();
  }

  private static long[] sizes(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * An output.
   *
   * @param name of its value
   * @param whole whether it is labels: whole numbers or text
   */
  public record Output(String name, boolean whole) {}

  /** The outputs, in the file's order. */
  public List<Output> outputs() {
    return model.getGraph().getOutputList().stream()
        .map(output -> new Output(output.getName(), whole(output.getType())))
        .toList();
  }

  private static boolean whole(TypeProto type) {
    if (!type.hasTensorType()) {
      return false;
    }
    TensorProto.DataType values =
        TensorProto.DataType.forNumber(type.getTensorType().getElemType());
    return values != TensorProto.DataType.FLOAT
        && values != TensorProto.DataType.DOUBLE
        && values != TensorProto.DataType.UNDEFINED;
  }

  /** The tensor under an output: a ZipMap only puts names of classes to its columns. */
  public String unzipped(String output) {
    return operators.stream()
        .filter(operator -> operator.type().equals("ZipMap"))
        .filter(operator -> operator.domain().equals(Domains.MACHINE_LEARNING))
        .filter(operator -> operator.outputs().contains(output) && !operator.inputs().isEmpty())
        .map(operator -> operator.inputs().get(0))
        .findFirst()
        .orElse(output);
  }

  /**
   * The one input that is not a weight.
   *
   * @throws ModelFileException when there is none or more than one, or it is not of real numbers
   */
  public Input input() {
    List<ValueInfoProto> inputs =
        model.getGraph().getInputList().stream()
            .filter(input -> !initialisers.containsKey(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw new ModelFileException(
          "%s: a model must have one input but has %d: %s"
              .formatted(
                  name, inputs.size(), inputs.stream().map(ValueInfoProto::getName).toList()));
    }
    ValueInfoProto input = inputs.get(0);
    String quoted = ModelFileException.quote(input.getName());
    if (!input.getType().hasTensorType()) {
      throw new ModelFileException(
          "%s: input %s must be a tensor but is something else".formatted(name, quoted));
    }
    TypeProto.Tensor tensor = input.getType().getTensorType();
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getElemType());
    if (type != TensorProto.DataType.FLOAT && type != TensorProto.DataType.DOUBLE) {
      throw new ModelFileException(
          ("%s: input %s takes values of type %s, but only float and double inputs have gradients;"
                  + " integer tokens cannot be moved a little, and half precision is too coarse")
              .formatted(name, quoted, type));
    }
    if (!tensor.hasShape()) {
      throw new ModelFileException(
          "%s: input %s does not say how many dimensions it has; export the model with a shape"
              .formatted(name, quoted));
    }
    int rank = tensor.getShape().getDimCount();
    if (rank < 1 || rank > Tensor.MOST_DIMENSIONS) {
      throw new ModelFileException(
          "%s: input %s must have 1 to %d dimensions, the batch among them, but has %d"
              .formatted(name, quoted, Tensor.MOST_DIMENSIONS, rank));
    }
    List<OptionalInt> sizes = new ArrayList<>();
    for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
      long size = dimension.getDimValue();
      if (size > Tensor.MOST_VALUES) {
        throw new ModelFileException(
            "%s: input %s has a dimension of size %d".formatted(name, quoted, size));
      }
      sizes.add(
          dimension.hasDimValue() && size > 0 ? OptionalInt.of((int) size) : OptionalInt.empty());
    }
    return new Input(input.getName(), type, sizes);
  }

  /** Writes the whole model as one file; equal models give equal bytes. */
  public void write(OutputStream out) throws IOException {
    if (bytes != null) {
      out.write(bytes);
      return;
    }
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    model.writeTo(coded);
    coded.flush();
  }

  /** Digest of what {@link #write} writes: for a model in one file, of the file. */
  public String sha256() {
    try (DigestOutputStream out =
        new DigestOutputStream(
            OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
      write(out);
      return HexFormat.of().formatHex(out.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("a digest cannot fail", e);
    }
  }
}
