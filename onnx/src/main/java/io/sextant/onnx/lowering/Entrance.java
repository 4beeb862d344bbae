package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.file.OnnxFile;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Moving;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The model's input: where its batch and its channels are, and how an example gets in. Examples are
 * channels first, whatever the file's own order.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Entrance {
  /** Operators that leave an image's layout as it is. */
  private static final Set<String> TRANSPARENT =
      Set.of("Add", "Sub", "Mul", "Div", "Cast", "Identity", "Clip", "Neg", "Dropout");

  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div", "Clip", "Neg");

  /** Operators that take channels first. */
  private static final Set<String> CHANNELS_FIRST =
      Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "BatchNormalization");

  private static final List<Integer> COLOURS = List.of(1, 3, 4);

  private final OnnxFile.Input input;
  private final int axis;
  private final boolean channelsLast;
  private final List<String> preprocessing;

  private Entrance(
      OnnxFile.Input input, int axis, boolean channelsLast, List<String> preprocessing) {
    this.input = input;
    this.axis = axis;
    this.channelsLast = channelsLast;
    this.preprocessing = List.copyOf(preprocessing);
  }

  /**
   * Looks at a file's input.
   *
   * @throws io.sextant.gradients.model.ModelFileException when it has none that can be used
   */
  public static Entrance of(OnnxFile file) {
    OnnxFile.Input input = file.input();
    List<OptionalInt> sizes = input.sizes();
    int axis = 0;
    if (sizes.size() == 1 && sizes.get(0).isPresent()) {
      axis = Layout.HIDDEN; // one example, without a batch
    } else if (sizes.size() > 1
        && sizes.get(0).isPresent()
        && sizes.get(0).getAsInt() > 1
        && sizes.get(1).isEmpty()) {
      axis = 1; // sequences with time in front
    }
    Front front = front(file, input);
    return new Entrance(
        input, axis, axis == 0 && channelsLast(input, front), front.preprocessing());
  }

  /** What the first operators do to the input before anything is learned from it. */
  private record Front(List<String> preprocessing, boolean turned, boolean channelsFirst) {}

  private static Front front(OnnxFile file, OnnxFile.Input input) {
    Set<String> images = new HashSet<>(List.of(input.name()));
    List<String> preprocessing = new ArrayList<>();
    boolean turned = false;
    boolean channelsFirst = false;
    for (Operator operator : file.operators()) {
      if (operator.inputs().stream().noneMatch(images::contains)) {
        continue;
      }
      if (TRANSPARENT.contains(operator.type())) {
        images.addAll(operator.outputs());
        if (ARITHMETIC.contains(operator.type())) {
          preprocessing.add("%s (%s)".formatted(operator.type(), operator.name()));
        }
      } else if (CHANNELS_FIRST.contains(operator.type())) {
        channelsFirst = true;
      } else if (operator.type().equals("Transpose")) {
        turned |=
            operator
                .integers("perm")
                .filter(order -> Arrays.equals(order, new long[] {0, 3, 1, 2}))
                .isPresent();
      }
    }
    return new Front(preprocessing, turned, channelsFirst);
  }

  /** Whether images come as [batch, height, width, channels]. */
  private static boolean channelsLast(OnnxFile.Input input, Front front) {
    List<OptionalInt> sizes = input.sizes();
    return sizes.size() == 4 && !front.channelsFirst() && (front.turned() || colours(sizes));
  }

  /** Rows and columns are many and alike, and what comes last is few. */
  private static boolean colours(List<OptionalInt> sizes) {
    return sizes.get(3).isPresent()
        && COLOURS.contains(sizes.get(3).getAsInt())
        && sizes.get(1).equals(sizes.get(2))
        && sizes.get(1).isPresent()
        && sizes.get(1).getAsInt() > 4;
  }

  /** What is done to the input before anything else, by operator and node. */
  public List<String> preprocessing() {
    return preprocessing;
  }

  /** The number of examples that the file is made for; empty when it is free. */
  OptionalInt batch() {
    return axis == Layout.HIDDEN ? OptionalInt.of(1) : input.sizes().get(axis);
  }

  /** One example's sizes in the file's own order. */
  private List<OptionalInt> own() {
    List<OptionalInt> own = new ArrayList<>(input.sizes());
    if (axis != Layout.HIDDEN) {
      own.remove(axis);
    }
    return own;
  }

  /** One example's shape, channels first; empty when the file leaves some of it open. */
  public Optional<Shape> shape() {
    List<OptionalInt> own = own();
    if (own.stream().anyMatch(OptionalInt::isEmpty)) {
      return Optional.empty();
    }
    int[] sizes = own.stream().mapToInt(OptionalInt::getAsInt).toArray();
    return Optional.of(
        sizes.length == 0
            ? Shape.of(1)
            : channelsLast ? Shape.of(sizes[2], sizes[0], sizes[1]) : Shape.of(sizes));
  }

  /** The input as the file declares it, and how examples map to it, for people. */
  public String description() {
    List<String> sizes = new ArrayList<>();
    for (int d = 0; d < input.sizes().size(); d++) {
      OptionalInt size = input.sizes().get(d);
      String free = d == axis ? "batch" : "any";
      sizes.add(size.isPresent() ? String.valueOf(size.getAsInt()) : free);
    }
    String declared =
        "%s %s %s".formatted(input.name(), input.type().name().toLowerCase(Locale.ROOT), sizes);
    return channelsLast
        ? declared + ", channels last in the file; examples are [channels, height, width]"
        : declared;
  }

  /**
   * Takes examples in.
   *
   * @param builder of the graph
   * @param examples the node of the examples, preprocessed
   * @return the model's input
   * @throws IllegalArgumentException when the shape does not fit
   */
  Moving enter(InferenceGraph.Builder builder, Node examples) {
    Shape given = examples.shape();
    List<OptionalInt> own = own();
    Shape wanted = wanted(given, own);
    Node at =
        given.equals(wanted)
            ? examples
            : builder.add("input/reshape", new Operation.Reshape(wanted), examples);
    int[] sizes = wanted.sizes();
    if (channelsLast) {
      at = builder.add("input/permute", new Operation.Permute(List.of(1, 2, 0)), at);
      sizes = at.shape().sizes();
    }
    if (axis == Layout.HIDDEN) {
      return new Moving(at, Layout.hidden(sizes));
    }
    List<Integer> all = new ArrayList<>(own.isEmpty() ? List.of() : Layout.boxed(sizes));
    all.add(axis, 1);
    return new Moving(at, new Layout(all, axis, 1));
  }

  /** The shape that examples are given in, up to dimensions of size 1. */
  private Shape wanted(Shape given, List<OptionalInt> own) {
    List<OptionalInt> first = channelsLast ? List.of(own.get(2), own.get(0), own.get(1)) : own;
    boolean fits =
        given.rank() == first.size()
            && IntStream.range(0, given.rank())
                .allMatch(d -> first.get(d).isEmpty() || first.get(d).getAsInt() == given.size(d));
    if (fits) {
      return given;
    }
    Optional<Shape> fixed = shape();
    if (fixed.isPresent() && plain(fixed.get()).equals(plain(given))) {
      return fixed.get();
    }
    throw new IllegalArgumentException(
        "the model takes %s but the examples have shape %s"
            .formatted(
                first.stream()
                    .map(size -> size.isPresent() ? String.valueOf(size.getAsInt()) : "any")
                    .collect(Collectors.joining(", ", "[", "]")),
                given));
  }

  private static List<Integer> plain(Shape shape) {
    return Arrays.stream(shape.sizes()).filter(size -> size != 1).boxed().toList();
  }
}
