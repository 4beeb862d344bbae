package io.sextant.onednn;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Turns a graph into stages: a convolution takes in the padding before it and the batch
 * normalisation, addition and ReLU after it, a dense layer the flattening before it, where nothing
 * else reads what lies between.
 */
final class Fusion {
  private final InferenceGraph graph;
  private final Weights weights;
  private final Set<Integer> fallbacks;
  private final boolean fuse;
  private final boolean open;
  private final int[] readers;
  // Nodes that are part of a later stage.
  private final Set<Integer> absorbed = new HashSet<>();

  private Fusion(
      InferenceGraph graph, Weights weights, Set<Integer> fallbacks, boolean fuse, boolean open) {
    this.graph = graph;
    this.weights = weights;
    this.fallbacks = fallbacks;
    this.fuse = fuse;
    this.open = open;
    this.readers = new int[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      node.inputs().forEach(input -> readers[input]++);
    }
  }

  /**
   * The stages of a graph.
   *
   * @param graph what to compute
   * @param weights the values of its parameters
   * @param fallbacks nodes that oneDNN cannot run
   * @param fuse false to make each node a stage of its own
   * @param open true to leave each batch normalisation to itself, so that its parameters can be
   *     bound; those with statistics of the batch always are
   * @return stages in an order in which each reads only earlier ones
   */
  static List<Stage> stages(
      InferenceGraph graph, Weights weights, Set<Integer> fallbacks, boolean fuse, boolean open) {
    return new Fusion(graph, weights, fallbacks, fuse, open).stages();
  }

  /** Whether oneDNN has a kernel for this node at all. */
  static boolean supports(InferenceGraph graph, Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Pool pool) {
      Shape image = graph.nodes().get(node.inputs().get(0)).shape();
      return Pooling.supports(pool.reduction(), pool.window(), image);
    }
    if (operation instanceof Operation.Reduce reduce) {
      return ReduceStage.supports(reduce);
    }
    if (operation instanceof Operation.Combine combine) {
      return CombineStage.supports(combine.combination(), node.inputs().size());
    }
    if (!node.inputs().isEmpty()
        && BlendStage.supports(
            operation, graph.nodes().get(node.inputs().get(0)).shape(), node.shape())) {
      return true;
    }
    if (operation instanceof Operation.Recurrent recurrent) {
      return RecurrentStage.supports(recurrent, node.inputs().size());
    }
    return operation instanceof Operation.Constant
        || operation instanceof Operation.Convolution
        || operation instanceof Operation.TransposedConvolution
        || operation instanceof Operation.Affine
        || operation instanceof Operation.MatrixProduct
        || operation instanceof Operation.Elementwise
        || operation instanceof Operation.BatchNorm
        || operation instanceof Operation.Rescale
        || operation instanceof Operation.Concat
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.Softmax
        || operation instanceof Operation.LayerNorm
        || operation instanceof Operation.Upsample
        || MoveStage.supports(operation);
  }

  private List<Stage> stages() {
    // From the end: a stage is made at its last node, where all that it reads is known.
    List<Stage> stages = new ArrayList<>();
    for (int i = graph.nodes().size() - 1; i > 0; i--) {
      if (!absorbed.contains(i)) {
        stages.add(0, stage(graph.nodes().get(i)));
      }
    }
    return stages;
  }

  private Stage stage(Node node) {
    if (fallbacks.contains(node.index())) {
      return FallbackStage.of(node, node.inputs().stream().map(this::shape).toList(), weights);
    }
    return chain(node).orElseGet(() -> single(node));
  }

  private Shape shape(int node) {
    return graph.nodes().get(node).shape();
  }

  /** A convolution or dense layer whose last touch is this node. */
  private Optional<Stage> chain(Node last) {
    boolean relu = fuse && relu(last);
    Optional<Node> body = relu ? inner(last.inputs().get(0)) : Optional.of(last);
    return body.flatMap(node -> chain(node, last, relu));
  }

  private Optional<Stage> chain(Node node, Node last, boolean relu) {
    if (node.operation() instanceof Operation.BatchNorm norm && alone(norm)) {
      absorbed.add(node.index());
      absorbed.remove(last.index());
      return Optional.of(norm(node, last, norm, relu));
    }
    if (fuse
        && node.operation() instanceof Operation.Combine combine
        && combine.combination() == Operation.Combination.ADD
        && node.inputs().size() == 2) {
      return residual(node, last, relu);
    }
    return linear(node).map(linear -> stage(linear, OptionalInt.empty(), last, relu));
  }

  /** A batch normalisation that is no fixed scale. */
  private boolean alone(Operation.BatchNorm norm) {
    return open || !norm.rowsIndependent();
  }

  private Stage norm(Node node, Node last, Operation.BatchNorm norm, boolean relu) {
    Weights own = Weights.empty();
    for (Parameter parameter : norm.parameters()) {
      own = own.with(parameter, weights.values(parameter));
    }
    return new NormStage(
        node.inputs().get(0),
        node.index(),
        last.index(),
        node.shape(),
        node.name(),
        norm,
        own,
        relu);
  }

  private static boolean relu(Node node) {
    return node.operation() instanceof Operation.Elementwise elementwise
        && elementwise.function() instanceof Function.Relu;
  }

  /** A node that only the stage in the making reads. */
  private Optional<Node> inner(int index) {
    return index > 0 && readers[index] == 1 && !fallbacks.contains(index)
        ? Optional.of(graph.nodes().get(index))
        : Optional.empty();
  }

  /** A sum of a convolution and something else. */
  private Optional<Stage> residual(Node sum, Node last, boolean relu) {
    // The later branch takes the other in: it is the longer one in a residual block.
    int branch = Math.max(sum.inputs().get(0), sum.inputs().get(1));
    int other = Math.min(sum.inputs().get(0), sum.inputs().get(1));
    if (branch == other) {
      return Optional.empty();
    }
    return inner(branch)
        .flatMap(this::linear)
        .filter(linear -> linear.base.operation() instanceof Operation.Convolution)
        .map(
            linear -> {
              linear.inside.add(sum.index());
              return stage(linear, OptionalInt.of(other), last, relu);
            });
  }

  /** A convolution or dense layer with the batch normalisations after it. */
  private static final class Linear {
    private final Node base;
    private final double[] factors;
    private final double[] offsets;
    private final Set<Integer> inside;

    private Linear(Node base, double[] factors, double[] offsets, Set<Integer> inside) {
      this.base = base;
      this.factors = factors;
      this.offsets = offsets;
      this.inside = inside;
    }

    /** A bias behind the normalisations. */
    private double[] bias(Optional<double[]> bias) {
      double[] folded = offsets.clone();
      bias.ifPresent(
          values -> {
            for (int c = 0; c < folded.length; c++) {
              folded[c] += factors[c] * values[c];
            }
          });
      return folded;
    }

    /** Weights behind the normalisations; those of a channel lie together. */
    private double[] weights(double[] weights) {
      int each = weights.length / factors.length;
      return weights(weights, i -> i / each);
    }

    /** Weights behind the normalisations, told which channel each is for. */
    private double[] weights(double[] weights, IntUnaryOperator channel) {
      double[] folded = weights.clone();
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= factors[channel.applyAsInt(i)];
      }
      return folded;
    }
  }

  private Optional<Linear> linear(Node node) {
    double[] factors =
        new double
            [node.operation() instanceof Operation.Affine dense
                ? dense.weights().shape().size(1)
                : node.shape().channels()];
    double[] offsets = new double[factors.length];
    Arrays.fill(factors, 1);
    Set<Integer> inside = new HashSet<>(Set.of(node.index()));
    Node base = node;
    while (fuse && base.operation() instanceof Operation.BatchNorm norm && !alone(norm)) {
      Optional<Node> before = inner(base.inputs().get(0));
      if (before.isEmpty()) {
        return Optional.empty();
      }
      Affine map = affine(norm);
      for (int c = 0; c < factors.length; c++) {
        offsets[c] += factors[c] * map.offsets()[c];
        factors[c] *= map.factors()[c];
      }
      base = before.get();
      inside.add(base.index());
    }
    if (base.index() != node.index()
        && base.operation() instanceof Operation.Affine
        && base.shape().rank() > 1) {
      return Optional.empty(); // the normalisation's channels are not the layer's outputs
    }
    return base.operation() instanceof Operation.Convolution
            || base.operation() instanceof Operation.TransposedConvolution
            || base.operation() instanceof Operation.Affine
        ? Optional.of(new Linear(base, factors, offsets, inside))
        : Optional.empty();
  }

  private record Affine(double[] factors, double[] offsets) {}

  private Affine affine(Operation.BatchNorm norm) {
    double[] mean = weights.values(norm.mean());
    double[] variance = weights.values(norm.variance());
    double[] gamma = weights.values(norm.gamma());
    double[] beta = weights.values(norm.beta());
    double[] factors = new double[mean.length];
    double[] offsets = new double[mean.length];
    for (int c = 0; c < mean.length; c++) {
      factors[c] = gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
      offsets[c] = beta[c] - mean[c] * factors[c];
    }
    return new Affine(factors, offsets);
  }

  private Stage stage(Linear linear, OptionalInt added, Node last, boolean relu) {
    absorbed.addAll(linear.inside);
    absorbed.remove(last.index());
    Operation operation = linear.base.operation();
    if (operation instanceof Operation.Affine affine) {
      return dense(linear, affine, last, relu);
    }
    if (operation instanceof Operation.TransposedConvolution transposed) {
      return transposed(linear, transposed, last, relu);
    }
    return convolution(linear, (Operation.Convolution) operation, added, last, relu);
  }

  private Stage convolution(
      Linear linear,
      Operation.Convolution convolution,
      OptionalInt added,
      Node last,
      boolean relu) {
    int input = linear.base.inputs().get(0);
    Window padded = convolution.window();
    Optional<Node> before = fuse ? inner(input) : Optional.empty();
    if (before.isPresent()
        && before.get().operation() instanceof Operation.Pad pad
        && pad.value() == 0
        && pad.before().get(0) == 0
        && pad.after().get(0) == 0) {
      absorbed.add(input);
      input = before.get().inputs().get(0);
      padded = wider(padded, pad);
    }
    return new ConvolutionStage(
        input,
        linear.base.index(),
        last.index(),
        new Sliding(
            shape(input),
            last.shape(),
            padded,
            convolution.groups(),
            linear.weights(weights.values(convolution.weights()))),
        linear.bias(convolution.bias().map(weights::values)),
        added,
        relu);
  }

  private static Window wider(Window window, Operation.Pad pad) {
    List<Window.Axis> axes = new ArrayList<>();
    for (Window.Axis axis : window.axes()) {
      int d = axes.size() + 1;
      axes.add(
          new Window.Axis(
              axis.kernel(),
              axis.stride(),
              axis.dilation(),
              axis.before() + pad.before().get(d),
              axis.after() + pad.after().get(d)));
    }
    return new Window(axes);
  }

  private Stage transposed(
      Linear linear, Operation.TransposedConvolution transposed, Node last, boolean relu) {
    int input = linear.base.inputs().get(0);
    double[] kernels = weights.values(transposed.weights());
    // Of the convolution that goes the other way, whose outputs these inputs are.
    int taps = (int) transposed.window().taps();
    int ofGroup = transposed.weights().shape().size(1);
    int inputsOfGroup = transposed.weights().shape().size(0) / transposed.groups();
    return new TransposedConvolutionStage(
        input,
        linear.base.index(),
        last.index(),
        new Sliding(
            last.shape(),
            shape(input),
            transposed.window(),
            transposed.groups(),
            linear.weights(
                kernels, i -> i / (taps * ofGroup * inputsOfGroup) * ofGroup + i / taps % ofGroup)),
        linear.bias(transposed.bias().map(weights::values)),
        relu);
  }

  private Stage dense(Linear linear, Operation.Affine affine, Node last, boolean relu) {
    int input = linear.base.inputs().get(0);
    Shape source = shape(input);
    Optional<Node> before = fuse ? inner(input) : Optional.empty();
    if (source.rank() == 1
        && before.isPresent()
        && before.get().operation() instanceof Operation.Reshape
        && shape(before.get().inputs().get(0)).rank() > 1) {
      absorbed.add(input);
      input = before.get().inputs().get(0);
      source = shape(input);
    }
    double[] byInput = weights.values(affine.weights());
    int outputs = affine.weights().shape().size(1);
    int inputs = affine.weights().shape().size(0);
    double[] byOutput = new double[byInput.length];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        byOutput[o * inputs + i] = byInput[i * outputs + o];
      }
    }
    return new AffineStage(
        input,
        linear.base.index(),
        last.index(),
        source,
        last.shape(),
        last.shape().elements() / outputs,
        linear.weights(byOutput),
        linear.bias(affine.bias().map(weights::values)),
        relu);
  }

  private Stage single(Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Constant constant) {
      return new ConstantStage(node.index(), node.shape(), weights.values(constant.value()));
    }
    int input = node.inputs().get(0);
    Shape from = shape(input);
    if (operation instanceof Operation.MatrixProduct product) {
      return new MatrixProductStage(
          node.inputs(),
          node.inputs().stream().map(this::shape).toList(),
          node.index(),
          node.shape(),
          product);
    }
    if (operation instanceof Operation.Elementwise elementwise) {
      return new FunctionStage(input, node.index(), from, elementwise.function());
    }
    if (operation instanceof Operation.BatchNorm norm) {
      Affine map = affine(norm);
      return new ScaleStage(input, node.index(), from, map.factors(), map.offsets());
    }
    if (operation instanceof Operation.Rescale rescale) {
      return new ScaleStage(
          input,
          node.index(),
          from,
          rescale.factors().stream().mapToDouble(Double::doubleValue).toArray(),
          rescale.offsets().stream().mapToDouble(Double::doubleValue).toArray());
    }
    if (operation instanceof Operation.Pool pool) {
      return new PoolStage(input, node.index(), from, node.shape(), pool);
    }
    if (operation instanceof Operation.Reduce reduce) {
      return new ReduceStage(input, node.index(), from, node.shape(), reduce);
    }
    if (operation instanceof Operation.Combine combine) {
      return new CombineStage(node.inputs(), node.index(), from, combine.combination());
    }
    if (operation instanceof Operation.Concat concat) {
      return new ConcatStage(
          node.inputs(),
          node.inputs().stream().map(this::shape).toList(),
          node.index(),
          node.shape(),
          concat.axis());
    }
    if (operation instanceof Operation.Reshape) {
      return new ReshapeStage(input, node.index(), from, node.shape());
    }
    if (operation instanceof Operation.Softmax softmax) {
      return new SoftmaxStage(input, node.index(), from, softmax.axis());
    }
    if (operation instanceof Operation.LayerNorm norm) {
      return new LayerNormStage(
          input,
          node.index(),
          from,
          norm,
          norm.gamma().map(weights::values),
          norm.beta().map(weights::values));
    }
    if (operation instanceof Operation.Recurrent recurrent) {
      return new RecurrentStage(input, node.index(), from, recurrent, weights);
    }
    if (operation instanceof Operation.Upsample) {
      return new UpsampleStage(input, node.index(), from, node.shape());
    }
    Optional<Stage> blend = BlendStage.of(operation, input, node.index(), from, node.shape());
    if (blend.isPresent()) {
      return blend.get();
    }
    if (MoveStage.supports(operation)) {
      return new MoveStage(input, node.index(), from, node.shape(), operation);
    }
    throw new IllegalArgumentException(
        "layer %s: the onednn engine does not run %s".formatted(node.name(), operation));
  }
}
