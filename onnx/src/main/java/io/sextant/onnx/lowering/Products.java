package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Products of matrices: dense layers, and the two products of an attention. */
final class Products {
  private Products() {}

  static Map<String, Rule> rules() {
    return Map.of("MatMul", Products::matMul, "Gemm", Products::gemm);
  }

  private static List<Value> matMul(Step step) {
    if (step.value(0) instanceof Moving x && step.value(1) instanceof Known) {
      Tensor weights = flat(step.constant(1));
      if (weights.rank() <= 2) {
        return List.of(repadded(step, dense(step, x, weights), x, step.constant(1).rank()));
      }
    }
    if (step.value(0) instanceof Known && step.value(1) instanceof Moving y) {
      Tensor weights = flat(step.constant(0));
      if (weights.rank() <= 2 && y.layout().rank() >= 1) {
        return List.of(repadded(step, denseInFront(step, weights, y), y, step.constant(0).rank()));
      }
    }
    return List.of(product(step));
  }

  /** Without leading dimensions of size 1. */
  private static Tensor flat(Tensor tensor) {
    Tensor flat = tensor;
    while (flat.rank() > 2 && flat.size(0) == 1) {
      flat = flat.reshaped(Arrays.copyOfRange(flat.sizes(), 1, flat.rank()));
    }
    return flat;
  }

  /** The dimensions of size 1 in front that the weights have and the value has not. */
  private static Moving repadded(Step step, Moving product, Moving value, int rank) {
    int more = Math.max(0, rank - Math.max(2, value.layout().rank()));
    Layout layout = product.layout().padded(product.layout().rank() + more);
    return new Moving(step.reshaped(product.node(), layout.shape()), layout);
  }

  /** A value times weights, along its last dimension. */
  private static Moving dense(Step step, Moving value, Tensor weights) {
    int last = value.layout().rank() - 1;
    Moving x = step.without(value, last);
    requireFree(step, x.layout(), last, weights.size(0));
    boolean vector = weights.rank() == 1;
    Tensor matrix = vector ? weights.reshaped(weights.count(), 1) : weights;
    Node node = multiplied(step, x.node(), x.layout().place(last), matrix, !vector);
    if (!vector) {
      return new Moving(node, x.layout().with(last, matrix.size(1)));
    }
    Layout layout = x.layout().without(last);
    return new Moving(step.reshaped(node, layout.shape()), layout);
  }

  /** Weights times a value, along the last dimension but one. */
  private static Moving denseInFront(Step step, Tensor weights, Moving value) {
    int along = Math.max(0, value.layout().rank() - 2);
    Moving y = step.without(value, along);
    requireFree(step, y.layout(), along, weights.size(weights.rank() - 1));
    boolean vector = weights.rank() == 1;
    Tensor matrix = vector ? weights.reshaped(1, weights.count()) : weights;
    Node node =
        multiplied(
            step, y.node(), y.layout().place(along), matrix.permuted(new int[] {1, 0}), !vector);
    Layout layout = vector ? y.layout().without(along) : y.layout().with(along, matrix.size(0));
    return new Moving(step.reshaped(node, layout.shape()), layout);
  }

  /** A merged dimension that fits for one example alone says that the batch is 1. */
  private static void requireFree(Step step, Layout layout, int dimension, int size) {
    if (layout.axis() == dimension) {
      if (layout.sizes().get(dimension) == size) {
        step.fixesBatch();
      }
      throw step.unsupported("it would sum over the examples of a batch");
    }
  }

  /** The product along one dimension of the graph's value. */
  private static Node multiplied(Step step, Node node, int place, Tensor matrix, boolean last) {
    int rank = node.shape().rank();
    if (node.shape().size(place) != matrix.size(0)) {
      throw step.unsupported(
          "%d values cannot be multiplied by a matrix of shape %s"
              .formatted(node.shape().size(place), matrix));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    order.remove(place);
    order.add(place);
    Operation affine = new Operation.Affine(step.parameter("weights", matrix), Optional.empty());
    if (place == rank - 1) {
      return last ? step.add(affine, node) : step.inner(affine, node);
    }
    Node product = step.inner(affine, step.permuted(node, order));
    List<Integer> back = IntStream.range(0, rank).map(order::indexOf).boxed().toList();
    return step.add(new Operation.Permute(back), product);
  }

  /** The product of two values, or of a value with a constant of many matrices. */
  private static Moving product(Step step) {
    List<Value> pair = List.of(step.value(0), step.value(1));
    int rank = 2;
    for (Value value : pair) {
      int own = value instanceof Moving m ? m.layout().rank() : ((Known) value).at().get(0).rank();
      if (own < 2) {
        throw step.unsupported("the product of a vector with another value is not supported");
      }
      rank = Math.max(rank, own);
    }
    if (step.single() && !meets(pair, rank)) {
      pair = pair.stream().map(v -> v instanceof Moving m ? step.hidden(m) : v).toList();
    }
    // Leading dimensions meet as in all arithmetic; the last two are those of the matrices.
    List<Extent> leading = new ArrayList<>();
    List<int[]> matrices = new ArrayList<>();
    for (Value value : pair) {
      if (value instanceof Moving m && m.layout().axis() >= m.layout().rank() - 2) {
        throw step.unsupported("it would multiply over the examples of a batch");
      }
      leading.add(Extent.of(step, value).leading());
      matrices.add(matrix(value));
    }
    Layout front = Broadcast.common(step, leading);
    int[] a = matrices.get(0);
    int[] b = matrices.get(1);
    if (a[1] != b[0]) {
      throw step.unsupported(
          "matrices of %d columns and %d rows cannot be multiplied".formatted(a[1], b[0]));
    }
    Node first = Broadcast.node(step, "first", pair.get(0), behind(front, a));
    Node second = Broadcast.node(step, "second", pair.get(1), behind(front, b));
    Node product = step.add(new Operation.MatrixProduct(false, false), first, second);
    return new Moving(product, behind(front, new int[] {a[0], b[1]}));
  }

  /** Whether the batch is at the same place of both, in front of the matrices and by itself. */
  private static boolean meets(List<Value> pair, int rank) {
    boolean constant = pair.stream().anyMatch(Known.class::isInstance);
    return !constant
        && pair.stream()
            .map(value -> ((Moving) value).layout().padded(rank))
            .allMatch(
                layout ->
                    layout.axis() < rank - 2
                        && layout.axis() == ((Moving) pair.get(0)).layout().padded(rank).axis()
                        && layout.before()
                            == ((Moving) pair.get(0)).layout().padded(rank).before());
  }

  private static Layout behind(Layout front, int[] matrix) {
    return front.inserted(front.rank(), matrix[0]).inserted(front.rank() + 1, matrix[1]);
  }

  private static int[] matrix(Value value) {
    int[] sizes =
        value instanceof Moving moving
            ? Broadcast.ints(moving.layout().sizes())
            : ((Known) value).at().get(0).sizes();
    return Arrays.copyOfRange(sizes, sizes.length - 2, sizes.length);
  }

  /** alpha A B + beta C, where B and C are constants. */
  private static List<Value> gemm(Step step) {
    double alpha = step.operator().real("alpha", 1);
    double beta = step.operator().real("beta", 1);
    boolean turned = step.operator().flag("transB");
    Moving x = step.moving(0);
    if (step.operator().flag("transA")) {
      x = Moves.transposed(step, x, new int[] {1, 0});
    }
    Tensor b = step.constant(1);
    if (x.layout().rank() != 2 || b.rank() != 2) {
      throw step.unsupported(
          "matrices are needed but the inputs are %s and %s".formatted(x.layout().sizes(), b));
    }
    x = step.without(x, 1);
    Tensor matrix = scaled(turned ? b.permuted(new int[] {1, 0}) : b, alpha);
    requireFree(step, x.layout(), 1, matrix.size(0));
    int outputs = matrix.size(1);
    if (x.layout().sizes().get(1) != matrix.size(0)) {
      throw step.unsupported(
          "%d values cannot be multiplied by a matrix of shape %s"
              .formatted(x.layout().sizes().get(1), matrix));
    }
    Layout layout = x.layout().with(1, outputs);
    Parameter weights = step.parameter("weights", matrix);
    if (!step.has(2) || step.value(2) instanceof Known) {
      Optional<Parameter> bias = Optional.empty();
      if (step.has(2)) {
        Tensor c = scaled(Broadcast.perExample(step, step.value(2), layout), beta);
        int last = c.rank() - 1;
        if (!Broadcast.onlyAlong(c, last)) {
          throw step.unsupported("a bias of shape %s is not supported".formatted(c));
        }
        bias =
            Optional.of(
                step.parameter(
                    "bias",
                    Shape.of(outputs),
                    c.reshaped(c.count()).broadcast(new int[] {outputs}).values()));
      }
      return step.result(step.add(new Operation.Affine(weights, bias), x.node()), layout);
    }
    Node product = step.inner(new Operation.Affine(weights, Optional.empty()), x.node());
    Moving c = step.moving(2);
    List<Value> both = List.of(new Moving(product, layout), c);
    Layout result = Broadcast.common(step, Broadcast.extents(step, both));
    Node added = Broadcast.fitted(step, c, result);
    if (beta != 1) {
      added = step.inner(Operation.Rescale.all(beta, 0), added);
    }
    return step.result(
        step.add(new Operation.Combine(Operation.Combination.ADD), product, added), result);
  }

  private static Tensor scaled(Tensor tensor, double factor) {
    return factor == 1
        ? tensor
        : Tensor.of(
            tensor.kind(),
            tensor.sizes(),
            Arrays.stream(tensor.values()).map(value -> factor * value).toArray());
  }
}
