package io.sextant.onnx.constants;

import io.sextant.gradients.model.UnsupportedLayerException;
import io.sextant.onnx.file.Domains;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs operators whose inputs are all constants.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ConstantOperators {
  private static final Map<String, DoubleUnaryOperator> UNARY =
      Map.ofEntries(
          Map.entry("Neg", x -> -x),
          Map.entry("Abs", Math::abs),
          Map.entry("Sqrt", Math::sqrt),
          Map.entry("Exp", Math::exp),
          Map.entry("Log", Math::log),
          Map.entry("Floor", Math::floor),
          Map.entry("Ceil", Math::ceil),
          Map.entry("Round", Math::rint),
          Map.entry("Sign", Math::signum),
          Map.entry("Reciprocal", x -> 1 / x),
          Map.entry("Sin", Math::sin),
          Map.entry("Cos", Math::cos),
          Map.entry("Tanh", Math::tanh),
          Map.entry("Sigmoid", x -> 1 / (1 + Math.exp(-x))),
          Map.entry("Relu", x -> Math.max(x, 0)));

  private static final Map<String, DoubleBinaryOperator> BINARY =
      Map.of(
          "Add", Double::sum,
          "Sub", (x, y) -> x - y,
          "Mul", (x, y) -> x * y,
          "Pow", Math::pow,
          "Min", Math::min,
          "Max", Math::max,
          "Sum", Double::sum);

  private static final Map<String, DoubleBinaryOperator> TESTS =
      Map.of(
          "Equal", (x, y) -> truth(x == y),
          "Greater", (x, y) -> truth(x > y),
          "GreaterOrEqual", (x, y) -> truth(x >= y),
          "Less", (x, y) -> truth(x < y),
          "LessOrEqual", (x, y) -> truth(x <= y),
          "And", (x, y) -> truth(x != 0 && y != 0),
          "Or", (x, y) -> truth(x != 0 || y != 0),
          "Xor", (x, y) -> truth(x != 0 ^ y != 0));

  private final Operator operator;
  private final List<@Nullable Tensor> inputs;
  private final Budget budget;

  private ConstantOperators(Operator operator, List<@Nullable Tensor> inputs, Budget budget) {
    this.operator = operator;
    this.inputs = inputs;
    this.budget = budget;
  }

  /**
   * Runs an operator.
   *
   * @param inputs its inputs, null for those that are left out
   * @param budget of all constants of the model
   * @return its outputs, or empty when it is not known here
   */
  public static Optional<List<Tensor>> run(
      Operator operator, List<@Nullable Tensor> inputs, Budget budget) {
    if (!operator.domain().equals(Domains.ONNX)) {
      return Optional.empty();
    }
    try {
      return new ConstantOperators(operator, inputs, budget).run();
    } catch (UnsupportedLayerException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw operator.unsupported(e.getMessage());
    }
  }

  private Optional<List<Tensor>> run() {
    String type = operator.type();
    if (type.equals("Split")) {
      return Optional.of(split());
    }
    return one(type)
        .map(
            tensor -> {
              budget.take(tensor.count());
              return List.of(tensor);
            });
  }

  private Optional<Tensor> one(String type) {
    if (UNARY.containsKey(type)) {
      return Optional.of(unary(UNARY.get(type)));
    } else if (BINARY.containsKey(type)) {
      return Optional.of(folded(BINARY.get(type), input(0).kind()));
    } else if (TESTS.containsKey(type)) {
      return Optional.of(folded(TESTS.get(type), Tensor.Kind.TRUTH));
    }
    Tensor result =
        switch (type) {
          case "Constant" -> constant();
          case "ConstantOfShape" -> constantOfShape();
          case "Identity", "Dropout" -> identity();
          case "Cast" -> cast();
          case "Shape" -> Tensor.whole(shape(operator, input(0).sizes()));
          case "Size" -> Tensor.whole(input(0).count()).reshaped();
          case "Reshape" ->
              input(0).reshaped(Shapes.reshaped(operator, input(0).sizes(), input(1).longs()));
          case "Flatten" -> input(0).reshaped(Shapes.flattened(operator, input(0).sizes()));
          case "Squeeze" ->
              input(0)
                  .reshaped(Shapes.squeezed(operator, input(0).sizes(), axes(1, input(0).rank())));
          case "Unsqueeze" -> unsqueeze();
          case "Transpose" -> input(0).permuted(Shapes.order(operator, input(0).rank()));
          case "Concat" -> concat();
          case "Slice" -> slice();
          case "Gather" -> gather();
          case "Expand" -> expand();
          case "Tile" -> tile();
          case "Range" -> range();
          case "Where" -> where();
          case "Not" -> unary(x -> truth(x == 0));
          case "Div" -> divide();
          case "Mod" -> modulo();
          case "MatMul" -> product();
          case "CumSum" -> cumulated();
          case "ReduceSum" -> reduced(0, Double::sum, false);
          case "ReduceProd" -> reduced(1, (x, y) -> x * y, false);
          case "ReduceMean" -> reduced(0, Double::sum, true);
          case "ReduceMax" -> reduced(Double.NEGATIVE_INFINITY, Math::max, false);
          case "ReduceMin" -> reduced(Double.POSITIVE_INFINITY, Math::min, false);
          default -> null;
        };
    return Optional.ofNullable(result);
  }

  private static double truth(boolean value) {
    return value ? 1 : 0;
  }

  private Tensor input(int index) {
    return Shapes.at(inputs, index)
        .orElseThrow(() -> operator.unsupported("input %d is missing".formatted(index)));
  }

  /** Room for a result, which is paid for before it is there. */
  private double[] made(int... sizes) {
    int count = Tensor.count(sizes);
    budget.take(count);
    return new double[count];
  }

  private Optional<int[]> axes(int index, int rank) {
    return Shapes.axes(operator, Shapes.at(inputs, index).orElse(null), rank);
  }

  private Tensor unary(DoubleUnaryOperator function) {
    Tensor x = input(0);
    budget.take(x.count());
    return Tensor.of(
        x.kind(),
        x.sizes(),
        Arrays.stream(x.values()).map(function).map(x.kind()::rounded).toArray());
  }

  /** A function of two, or of more from left to right. */
  private Tensor folded(DoubleBinaryOperator function, Tensor.Kind kind) {
    Tensor result = input(0);
    for (int i = 1; i < inputs.size(); i++) {
      result = binary(result, input(i), function, kind);
    }
    return result;
  }

  private Tensor binary(Tensor a, Tensor b, DoubleBinaryOperator function, Tensor.Kind kind) {
    int[] sizes = Tensor.common(a.sizes(), b.sizes());
    budget.take(3L * Tensor.count(sizes));
    double[] x = a.broadcast(sizes).values();
    double[] y = b.broadcast(sizes).values();
    double[] values = new double[x.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = kind.rounded(function.applyAsDouble(x[i], y[i]));
    }
    return Tensor.of(kind, sizes, values);
  }

  private Tensor divide() {
    boolean whole = input(0).kind() == Tensor.Kind.WHOLE;
    return folded(
        (x, y) -> {
          if (!whole) {
            return x / y;
          }
          if (y == 0) {
            throw operator.unsupported("a whole number is divided by 0");
          }
          long quotient = (long) x / (long) y;
          return quotient;
        },
        input(0).kind());
  }

  private Tensor modulo() {
    boolean likeC = operator.flag("fmod");
    return folded(
        (x, y) -> {
          if (y == 0) {
            throw operator.unsupported("a number is divided by 0");
          }
          return likeC ? x % y : x - y * Math.floor(x / y);
        },
        input(0).kind());
  }

  private Tensor constant() {
    return operator
        .tensor("value")
        .or(() -> single("value_int", Tensor.Kind.WHOLE))
        .or(() -> single("value_float", Tensor.Kind.SINGLE))
        .or(() -> operator.integers("value_ints").map(Tensor::whole))
        .or(
            () ->
                operator
                    .reals("value_floats")
                    .map(
                        values -> Tensor.of(Tensor.Kind.SINGLE, new int[] {values.length}, values)))
        .orElseThrow(() -> operator.unsupported("only dense tensors of numbers are supported"));
  }

  private Optional<Tensor> single(String attribute, Tensor.Kind kind) {
    if (!operator.has(attribute)) {
      return Optional.empty();
    }
    double value =
        kind == Tensor.Kind.WHOLE ? operator.integer(attribute, 0) : operator.real(attribute, 0);
    return Optional.of(Tensor.of(kind, new int[0], new double[] {value}));
  }

  private Tensor constantOfShape() {
    Tensor value =
        operator
            .tensor("value")
            .orElseGet(() -> Tensor.of(Tensor.Kind.SINGLE, new int[] {1}, new double[1]));
    int[] sizes = Shapes.asked(input(0));
    double[] values = made(sizes);
    Arrays.fill(values, value.value(0));
    return Tensor.of(value.kind(), sizes, values);
  }

  private Tensor identity() {
    Shapes.requireInference(operator, Shapes.at(inputs, 2).orElse(null));
    return input(0);
  }

  private Tensor cast() {
    operator.ignore("saturate");
    Types to = Types.of(operator);
    Tensor x = input(0);
    budget.take(x.count());
    return Tensor.of(to.kind(), x.sizes(), Arrays.stream(x.values()).map(to::convert).toArray());
  }

  /** What Shape answers about sizes, newer operator sets about some of them. */
  public static long[] shape(Operator operator, int[] sizes) {
    int rank = sizes.length;
    int from = clamp(operator.integer("start", 0), rank);
    int to = clamp(operator.integer("end", rank), rank);
    return Arrays.stream(sizes, from, Math.max(from, to)).asLongStream().toArray();
  }

  private static int clamp(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }

  private Tensor unsqueeze() {
    Tensor x = input(0);
    int[] axes = Shapes.inserted(operator, Shapes.at(inputs, 1).orElse(null), x.rank());
    return x.reshaped(Shapes.unsqueezed(x.sizes(), axes));
  }

  private Tensor concat() {
    Tensor first = input(0);
    int axis = Shapes.axis(operator, operator.integer("axis", 0), first.rank());
    List<Tensor> all = IntStream.range(0, inputs.size()).mapToObj(this::input).toList();
    int[] sizes = first.sizes();
    long total = 0;
    for (Tensor next : all) {
      int[] own = next.sizes();
      total += own.length > axis ? own[axis] : 0;
      int[] aligned = own.clone();
      if (aligned.length == sizes.length) {
        aligned[axis] = sizes[axis];
      }
      if (!Arrays.equals(aligned, sizes)) {
        throw operator.unsupported("%s and %s cannot be joined".formatted(first, next));
      }
    }
    sizes[axis] = (int) Math.min(total, Integer.MAX_VALUE);
    double[] values = made(sizes);
    if (values.length == 0) {
      return Tensor.of(first.kind(), sizes, values);
    }
    int outer = Tensor.count(Arrays.copyOf(sizes, axis));
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (Tensor next : all) {
        int run = next.count() / Math.max(1, outer);
        System.arraycopy(next.values(), o * run, values, at, run);
        at += run;
      }
    }
    return Tensor.of(first.kind(), sizes, values);
  }

  private Tensor slice() {
    Tensor x = input(0);
    for (Shapes.Range range : Shapes.slices(operator, x.sizes(), inputs)) {
      int[] sizes = x.sizes();
      int[] steps = x.steps();
      int offset = range.start() * steps[range.axis()];
      sizes[range.axis()] = range.count();
      steps[range.axis()] *= range.step();
      budget.take(Tensor.count(sizes));
      x = x.picked(sizes, steps, offset);
    }
    return x;
  }

  private List<Tensor> split() {
    Tensor x = input(0);
    int axis = Shapes.axis(operator, operator.integer("axis", 0), x.rank());
    int[] parts =
        Shapes.parts(
            operator, x.size(axis), Shapes.at(inputs, 1).orElse(null), operator.outputs().size());
    List<Tensor> split = new ArrayList<>();
    int[] steps = x.steps();
    int from = 0;
    for (int part : parts) {
      int[] sizes = x.sizes();
      sizes[axis] = part;
      budget.take(Tensor.count(sizes));
      split.add(x.picked(sizes, steps, from * steps[axis]));
      from += part;
    }
    return split;
  }

  private Tensor gather() {
    Tensor x = input(0);
    Tensor indices = input(1);
    int axis = Shapes.axis(operator, operator.integer("axis", 0), x.rank());
    int[] outer = Arrays.copyOf(x.sizes(), axis);
    int[] inner = Arrays.copyOfRange(x.sizes(), axis + 1, x.rank());
    int[] sizes =
        IntStream.concat(
                IntStream.concat(Arrays.stream(outer), Arrays.stream(indices.sizes())),
                Arrays.stream(inner))
            .toArray();
    int run = Tensor.count(inner);
    int size = x.size(axis);
    long[] places = indices.longs();
    for (int i = 0; i < places.length; i++) {
      long place = places[i] < 0 ? places[i] + size : places[i];
      if (place < 0 || place >= size) {
        throw operator.unsupported("index %d does not exist in %s".formatted(places[i], x));
      }
      places[i] = place;
    }
    double[] values = made(sizes);
    if (values.length == 0) {
      return Tensor.of(x.kind(), sizes, values);
    }
    int rows = Tensor.count(outer);
    int at = 0;
    for (int o = 0; o < rows; o++) {
      for (long place : places) {
        System.arraycopy(x.values(), (int) ((long) o * size + place) * run, values, at, run);
        at += run;
      }
    }
    return Tensor.of(x.kind(), sizes, values);
  }

  private Tensor expand() {
    int[] sizes = Tensor.common(input(0).sizes(), Shapes.asked(input(1)));
    budget.take(Tensor.count(sizes));
    return input(0).broadcast(sizes);
  }

  private Tensor tile() {
    Tensor x = input(0);
    long[] repeats = input(1).longs();
    if (repeats.length != x.rank() || Arrays.stream(repeats).anyMatch(r -> r < 0 || r > 1 << 28)) {
      throw operator.unsupported(
          "%s cannot be repeated %s times".formatted(x, Arrays.toString(repeats)));
    }
    // Each dimension is split in two, of which the first repeats.
    int[] doubled = new int[2 * x.rank()];
    int[] steps = new int[2 * x.rank()];
    int[] own = x.steps();
    long[] sizes = new long[x.rank()];
    for (int d = 0; d < x.rank(); d++) {
      doubled[2 * d] = (int) repeats[d];
      doubled[2 * d + 1] = x.size(d);
      steps[2 * d + 1] = own[d];
      sizes[d] = repeats[d] * x.size(d);
    }
    budget.take(Tensor.count(sizes));
    return x.picked(doubled, steps, 0)
        .reshaped(Arrays.stream(sizes).mapToInt(s -> (int) s).toArray());
  }

  private Tensor range() {
    double start = input(0).value(0);
    double limit = input(1).value(0);
    double step = input(2).value(0);
    Tensor.Kind kind = input(0).kind();
    double count = Math.max(0, Math.ceil(kind.rounded(limit - start) / step));
    if (!(count <= Tensor.MOST_VALUES)) {
      throw operator.unsupported(
          "a range from %s to %s in steps of %s is too long".formatted(start, limit, step));
    }
    budget.take((long) count);
    return Tensor.of(
        kind,
        new int[] {(int) count},
        IntStream.range(0, (int) count)
            .mapToDouble(i -> kind.rounded(start + kind.rounded(i * step)))
            .toArray());
  }

  private Tensor where() {
    int[] sizes =
        Tensor.common(Tensor.common(input(0).sizes(), input(1).sizes()), input(2).sizes());
    budget.take(4L * Tensor.count(sizes));
    Tensor condition = input(0).broadcast(sizes);
    Tensor yes = input(1).broadcast(sizes);
    Tensor no = input(2).broadcast(sizes);
    return Tensor.of(
        yes.kind(),
        sizes,
        IntStream.range(0, condition.count())
            .mapToDouble(i -> condition.value(i) != 0 ? yes.value(i) : no.value(i))
            .toArray());
  }

  private Tensor product() {
    Tensor a = input(0);
    Tensor b = input(1);
    if (a.rank() != 2 || b.rank() != 2 || a.size(1) != b.size(0)) {
      throw operator.unsupported(
          "constants of shape %s and %s cannot be multiplied as matrices".formatted(a, b));
    }
    int rows = a.size(0);
    int inner = a.size(1);
    int columns = b.size(1);
    budget.take(Math.multiplyExact((long) rows * columns, Math.max(1L, inner)));
    double[] values = made(rows, columns);
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < inner; k++) {
        double x = a.value(r * inner + k);
        for (int c = 0; c < columns; c++) {
          values[r * columns + c] += x * b.value(k * columns + c);
        }
      }
    }
    Arrays.setAll(values, i -> a.kind().rounded(values[i]));
    return Tensor.of(a.kind(), new int[] {rows, columns}, values);
  }

  private Tensor cumulated() {
    Tensor x = input(0);
    if (operator.flag("exclusive") || operator.flag("reverse")) {
      throw operator.unsupported("exclusive and reverse sums are not supported");
    }
    int axis = Shapes.axis(operator, input(1).longs()[0], x.rank());
    int step = x.steps()[axis];
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (i / step % x.size(axis) > 0) {
        values[i] = x.kind().rounded(values[i] + values[i - step]);
      }
    }
    return Tensor.of(x.kind(), x.sizes(), values);
  }

  private Tensor reduced(double start, DoubleBinaryOperator function, boolean mean) {
    Tensor x = input(0);
    boolean keep = operator.integer("keepdims", 1) != 0;
    boolean none = operator.flag("noop_with_empty_axes");
    Optional<int[]> given = axes(1, x.rank()).filter(axes -> axes.length > 0);
    if (given.isEmpty() && none) {
      return x;
    }
    int[] axes = given.orElseGet(() -> IntStream.range(0, x.rank()).toArray());
    int[] kept = x.sizes();
    Arrays.stream(axes).forEach(axis -> kept[axis] = 1);
    budget.take(x.count());
    double[] values = made(kept);
    Arrays.fill(values, start);
    int[] own = x.steps();
    int[] steps = Tensor.of(x.kind(), kept, values).steps();
    for (int i = 0; i < x.count(); i++) {
      int at = 0;
      for (int d = 0; d < kept.length; d++) {
        at += kept[d] == 1 ? 0 : i / own[d] % x.size(d) * steps[d];
      }
      values[at] = function.applyAsDouble(values[at], x.value(i));
    }
    double size = mean ? (double) x.count() / Math.max(1, values.length) : 1;
    Arrays.setAll(values, i -> x.kind().rounded(values[i] / size));
    Tensor result = Tensor.of(x.kind(), kept, values);
    return keep ? result : result.reshaped(Shapes.squeezed(operator, kept, Optional.of(axes)));
  }
}
