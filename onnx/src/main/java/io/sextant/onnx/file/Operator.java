package io.sextant.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import io.sextant.onnx.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One node of an ONNX graph: an operator with its attributes. Attributes that nobody asked for are
 * found at the end: nothing that a file says is passed over.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Operator {
  private final NodeProto node;
  private final int opset;
  private final String name;
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final Set<String> unread = new TreeSet<>();

  Operator(NodeProto node, int opset, String name) {
    this.node = node;
    this.opset = opset;
    this.name = name;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), attribute) != null) {
        throw unsupported("has attribute %s twice".formatted(attribute.getName()));
      }
    }
    unread.addAll(attributes.keySet());
  }

  /** The name of the node, unique in its graph. */
  public String name() {
    return name;
  }

  /** What it computes, such as {@code Conv}. */
  public String type() {
    return node.getOpType();
  }

  /** Where the operator comes from: {@link Domains}. */
  public String domain() {
    return node.getDomain().equals("ai.onnx") ? Domains.ONNX : node.getDomain();
  }

  /** Whether it holds a graph of its own: control flow. */
  public boolean holdsGraph() {
    return node.getAttributeList().stream().anyMatch(a -> a.hasG() || a.getGraphsCount() > 0);
  }

  /** The version of the operator set that it belongs to. */
  public int opset() {
    return opset;
  }

  /** Names of the values that it reads; empty for an optional one that is left out. */
  public List<String> inputs() {
    return node.getInputList();
  }

  /** Names of the values that it gives; empty for one that nobody wants. */
  public List<String> outputs() {
    return node.getOutputList();
  }

  /** Whether an attribute is set. */
  public boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** A whole number. */
  public long integer(String attribute, long otherwise) {
    AttributeProto found = find(attribute, AttributeProto.AttributeType.INT);
    return found == null ? otherwise : found.getI();
  }

  /** Whether a flag is set. */
  public boolean flag(String attribute) {
    return integer(attribute, 0) != 0;
  }

  /** A whole number that can be an index or a size. */
  public int index(String attribute, int otherwise) {
    long value = integer(attribute, otherwise);
    if (value != (int) value) {
      throw unsupported("attribute %s cannot be %d".formatted(attribute, value));
    }
    return (int) value;
  }

  /** A number. */
  public double real(String attribute, double otherwise) {
    AttributeProto found = find(attribute, AttributeProto.AttributeType.FLOAT);
    return found == null ? otherwise : found.getF();
  }

  /** A word. */
  public String text(String attribute, String otherwise) {
    AttributeProto found = find(attribute, AttributeProto.AttributeType.STRING);
    return found == null ? otherwise : found.getS().toStringUtf8();
  }

  /** Whole numbers, when they are given. */
  public Optional<long[]> integers(String attribute) {
    return Optional.ofNullable(find(attribute, AttributeProto.AttributeType.INTS))
        .map(found -> found.getIntsList().stream().mapToLong(Long::longValue).toArray());
  }

  /** Numbers, when they are given. */
  public Optional<double[]> reals(String attribute) {
    return Optional.ofNullable(find(attribute, AttributeProto.AttributeType.FLOATS))
        .map(found -> found.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray());
  }

  /** Words, when they are given. */
  public Optional<List<String>> texts(String attribute) {
    return Optional.ofNullable(find(attribute, AttributeProto.AttributeType.STRINGS))
        .map(
            found ->
                found.getStringsList().stream()
                    .map(text -> text.toStringUtf8())
                    .collect(Collectors.toList()));
  }

  /** A tensor, when it is given. */
  public Optional<Tensor> tensor(String attribute) {
    AttributeProto found = find(attribute, AttributeProto.AttributeType.TENSOR);
    if (found == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Tensors.read(found.getT()));
    } catch (ModelFileException e) {
      throw unsupported(e.getMessage());
    }
  }

  /** Says that an attribute is known and does not change what is computed. */
  public void ignore(String... harmless) {
    for (String attribute : harmless) {
      unread.remove(attribute);
    }
  }

  private @Nullable AttributeProto find(String attribute, AttributeProto.AttributeType type) {
    AttributeProto found = attributes.get(attribute);
    unread.remove(attribute);
    if (found == null) {
      return null;
    }
    // Old writers leave the type out.
    boolean fits =
        found.getType() == type || found.getType() == AttributeProto.AttributeType.UNDEFINED;
    if (!fits || !found.getRefAttrName().isEmpty()) {
      throw unsupported(
          "attribute %s must be of type %s but is %s".formatted(attribute, type, found.getType()));
    }
    return found;
  }

  /**
   * Ends the reading of attributes.
   *
   * @throws UnsupportedLayerException when one was not asked for
   */
  public void requireAllRead() {
    if (!unread.isEmpty()) {
      throw unsupported(
          "attribute %s is not supported"
              .formatted(ModelFileException.quote(unread.iterator().next())));
    }
  }

  /** A refusal that names the operator and the node. */
  public UnsupportedLayerException unsupported(@Nullable String what) {
    return new UnsupportedLayerException(
        name, "operator %s (opset %d): %s".formatted(type(), opset, what));
  }
}
