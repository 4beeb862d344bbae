package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that combine values place by place, among them and with constants. */
final class Arithmetic {
  /** Engines scale each value by its own factor fastest; beyond this the lists become large. */
  private static final int MOST_FACTORS = 1 << 18;

  private Arithmetic() {}

  static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    rules.put("Add", step -> binary(step, Combination.ADD));
    rules.put("Sub", step -> binary(step, Combination.SUBTRACT));
    rules.put("Mul", step -> binary(step, Combination.PRODUCT));
    rules.put("Div", step -> binary(step, Combination.QUOTIENT));
    rules.put("Pow", Arithmetic::power);
    rules.put("Sum", step -> many(step, Combination.ADD));
    rules.put("Mean", step -> many(step, Combination.AVERAGE));
    rules.put("Max", step -> many(step, Combination.MAX));
    rules.put("Min", step -> many(step, Combination.MIN));
    rules.put("Where", Arithmetic::where);
    return rules;
  }

  private static List<Value> binary(Step step, Combination how) {
    List<Value> values = Broadcast.aligned(step, List.of(step.value(0), step.value(1)));
    Layout layout = Broadcast.common(step, Broadcast.extents(step, values));
    if (values.get(0) instanceof Moving x && values.get(1) instanceof Moving y) {
      return step.result(
          step.add(
              new Operation.Combine(how),
              Broadcast.fitted(step, x, layout),
              Broadcast.fitted(step, y, layout)),
          layout);
    }
    boolean constantSecond = values.get(1) instanceof Known;
    Moving x = (Moving) values.get(constantSecond ? 0 : 1);
    Tensor c = Broadcast.perExample(step, values.get(constantSecond ? 1 : 0), layout);
    if (how == Combination.ADD) {
      Optional<Node> bias = asBias(step, x, c, constantSecond ? 0 : 1);
      if (bias.isPresent() && bias.get().shape().equals(layout.shape())) {
        return step.result(bias.get(), layout);
      }
    }
    Node at = Broadcast.fitted(step, x, layout);
    return step.result(withConstant(step, how, at, c, constantSecond), layout);
  }

  /** What is added behind a product with a matrix is its bias. */
  private static Optional<Node> asBias(Step step, Moving x, Tensor c, int input) {
    int last = c.rank() - 1;
    boolean fits =
        x.node().operation() instanceof Operation.Affine affine
            && affine.bias().isEmpty()
            && step.readsAlone(input)
            && x.node().shape().rank() == c.rank()
            && Broadcast.onlyAlong(c, last)
            && c.size(last) == x.node().shape().size(last);
    if (!fits) {
      return Optional.empty();
    }
    Operation.Affine bare = (Operation.Affine) x.node().operation();
    return Optional.of(
        step.add(
            new Operation.Affine(
                bare.weights(),
                Optional.of(step.parameter("bias", Shape.of(c.count()), c.values()))),
            step.node(x.node().inputs().get(0))));
  }

  private static Node withConstant(
      Step step, Combination how, Node at, Tensor c, boolean constantSecond) {
    if (how == Combination.QUOTIENT && !constantSecond) {
      // c / x
      Node inverse = step.inner(new Operation.Elementwise(new Function.Power(-1)), at);
      return withConstant(step, Combination.PRODUCT, inverse, c, true);
    }
    double sign = how == Combination.SUBTRACT && !constantSecond ? -1 : 1;
    boolean perChannel = Broadcast.onlyAlong(c, 0);
    if (perChannel || at.shape().elements() <= MOST_FACTORS) {
      List<Double> factors = new ArrayList<>();
      List<Double> offsets = new ArrayList<>();
      for (double value : (perChannel ? c : c.broadcast(at.shape().sizes())).values()) {
        switch (how) {
          case ADD -> scale(factors, offsets, 1, value);
          case SUBTRACT -> scale(factors, offsets, sign, -sign * value);
          case PRODUCT -> scale(factors, offsets, value, 0);
          case QUOTIENT -> scale(factors, offsets, 1 / value, 0);
          default -> throw new IllegalStateException("no rescaling is a " + how);
        }
      }
      return step.add(new Operation.Rescale(factors, offsets), at);
    }
    Node constant = Broadcast.node(step, "constant", c, at.shape());
    return constantSecond
        ? step.add(new Operation.Combine(how), at, constant)
        : step.add(new Operation.Combine(how), constant, at);
  }

  private static void scale(
      List<Double> factors, List<Double> offsets, double factor, double offset) {
    factors.add(factor);
    offsets.add(offset);
  }

  private static List<Value> power(Step step) {
    Moving x = step.moving(0);
    Tensor exponent = step.constant(1);
    if (exponent.count() != 1) {
      throw step.unsupported("only one exponent for all values is supported");
    }
    double p = exponent.value(0);
    if (exponent.rank() > x.layout().rank()) {
      throw step.unsupported("an exponent of %d dimensions".formatted(exponent.rank()));
    }
    return step.result(
        step.add(new Operation.Elementwise(new Function.Power(p)), x.node()), x.layout());
  }

  private static List<Value> many(Step step, Combination how) {
    List<Value> all =
        Broadcast.aligned(step, IntStream.range(0, step.count()).mapToObj(step::value).toList());
    Layout layout = Broadcast.common(step, Broadcast.extents(step, all));
    Optional<Node> clipped = clipped(step, how, all);
    if (clipped.isPresent() && clipped.get().shape().equals(layout.shape())) {
      return step.result(clipped.get(), layout);
    }
    Node[] nodes = new Node[all.size()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = Broadcast.node(step, "constant" + i, all.get(i), layout);
    }
    return step.result(step.add(new Operation.Combine(how), nodes), layout);
  }

  /** The largest or smallest of a value and a number. */
  private static Optional<Node> clipped(Step step, Combination how, List<Value> all) {
    boolean extreme = how == Combination.MAX || how == Combination.MIN;
    if (!extreme || all.size() != 2) {
      return Optional.empty();
    }
    int moving = all.get(0) instanceof Moving ? 0 : 1;
    if (all.get(1 - moving) instanceof Known known
        && known.constant()
        && known.at().get(0).count() == 1) {
      double bound = known.at().get(0).value(0);
      Function function =
          how == Combination.MAX
              ? Functions.clipped(bound, Double.POSITIVE_INFINITY)
              : Functions.clipped(Double.NEGATIVE_INFINITY, bound);
      return Optional.of(
          step.add(new Operation.Elementwise(function), ((Moving) all.get(moving)).node()));
    }
    return Optional.empty();
  }

  /** A choice between two values that is known before: a mask. */
  private static List<Value> where(Step step) {
    if (!(step.value(0) instanceof Known)) {
      throw step.unsupported(
          "its condition depends on the model's input; only constant masks are supported");
    }
    List<Value> all = Broadcast.aligned(step, List.of(step.value(0), step.value(1), step.value(2)));
    Layout layout = Broadcast.common(step, Broadcast.extents(step, all));
    Tensor condition = Broadcast.perExample(step, all.get(0), layout);
    Node yes = masked(step, all.get(1), condition, layout, true);
    Node no = masked(step, all.get(2), condition, layout, false);
    return step.result(step.add(new Operation.Combine(Combination.ADD), yes, no), layout);
  }

  /** A value where the mask takes it, and 0 elsewhere. */
  private static Node masked(
      Step step, Value value, Tensor condition, Layout layout, boolean wanted) {
    double[] taken = Arrays.stream(condition.values()).map(c -> c != 0 == wanted ? 1 : 0).toArray();
    Tensor mask = Tensor.of(Tensor.Kind.REAL, condition.sizes(), taken);
    String key = wanted ? "yes" : "no";
    if (value instanceof Moving moving) {
      return step.inner(
          new Operation.Combine(Combination.PRODUCT),
          Broadcast.fitted(step, moving, layout),
          Broadcast.node(step, key + "-mask", mask, layout.shape()));
    }
    Tensor constant = Broadcast.perExample(step, value, layout);
    int[] sizes = Tensor.common(mask.sizes(), constant.sizes());
    double[] where = mask.broadcast(sizes).values();
    double[] what = constant.broadcast(sizes).values();
    double[] values = new double[where.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = where[i] == 0 ? 0 : what[i]; // infinite ones too
    }
    return Broadcast.node(step, key, Tensor.of(Tensor.Kind.REAL, sizes, values), layout.shape());
  }
}
