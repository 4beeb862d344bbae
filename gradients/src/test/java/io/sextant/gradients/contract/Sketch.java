package io.sextant.gradients.contract;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Coordinates;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws a small random network: branches, joins and every kind of operation, with the patterns that
 * fast engines fuse (convolution, normalisation, ReLU, pooling, residual sums) drawn often.
 */
final class Sketch {
  private static final int LONGEST_SEQUENCE = 12;
  private static final List<Reduction> POOLED =
      List.of(Reduction.MAX, Reduction.AVERAGE, Reduction.PNORM);
  private static final int LARGEST_VALUE = 1_500;
  private static final int LARGEST_SIDE = 14;
  private static final int LARGEST_NETWORK = 12_000;

  private final Values values;
  private final RandomGenerator random;
  private final Layers layers;
  private final List<Node> nodes = new ArrayList<>();

  private Sketch(Values values, RandomGenerator random) {
    this.values = values;
    this.random = random;
    this.layers = new Layers(inputShape(), values, random);
    nodes.add(layers.input());
  }

  static InferenceGraph draw(Values values, RandomKey key) {
    Sketch sketch = new Sketch(values, key.random());
    int steps = sketch.between(1, 8);
    for (int step = 0; step < steps && sketch.elements() < LARGEST_NETWORK; step++) {
      sketch.nodes.add(sketch.step(sketch.pick()));
    }
    return sketch.layers.endingIn(sketch.head());
  }

  private int elements() {
    return nodes.stream().mapToInt(node -> node.shape().elements()).sum();
  }

  private Shape inputShape() {
    int kind = random.nextInt(20);
    if (kind < 4) {
      return Shape.of(between(1, 40));
    }
    if (kind == 4) {
      return Shape.of(between(1, 6), between(1, 9));
    }
    if (kind == 5) {
      return Shape.of(between(1, 3), between(1, 4), between(1, 5), between(1, 5));
    }
    int channels = chance(0.6) ? between(1, 4) : channels();
    return Shape.of(channels, between(1, 12), between(1, 12));
  }

  /** Mostly the newest value, at times an older one, which makes branches. */
  private Node pick() {
    return chance(0.75) ? nodes.get(nodes.size() - 1) : anyOf(nodes);
  }

  private Node step(Node x) {
    return switch (x.shape().rank()) {
      case 3 -> imageStep(x);
      case 1 -> vectorStep(x);
      case 2 -> sequenceStep(x);
      case 4 -> volumeStep(x);
      default -> anyStep(x);
    };
  }

  /** A value [time, features], or [channels, time]. */
  private Node sequenceStep(Node x) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> recurrent(x);
      case 2 -> layers.affine(x, between(1, 12), chance(0.7));
      case 3 -> layers.relu(layers.affine(x, between(1, 12), chance(0.7)));
      case 4 -> sliding(x);
      case 5 -> attention(x);
      default -> anyStep(x);
    };
  }

  private Node volumeStep(Node x) {
    return chance(0.5) ? sliding(x) : anyStep(x);
  }

  private Node recurrent(Node x) {
    int units = between(1, 6);
    if (x.shape().size(0) > LONGEST_SEQUENCE || x.shape().size(0) * units > LARGEST_VALUE) {
      return layers.relu(x);
    }
    Cell cell = cell(units);
    if (chance(0.7)) {
      return layers.recurrent(cell, units, chance(0.7), chance(0.4), x);
    }
    double left = values == Values.EXACT ? 1 : 0;
    Node differs =
        layers.add(new Operation.Elementwise(new Function.Differs(left)), layers.relu(x));
    Node mask = layers.add(Operation.Reduce.over(Reduction.MAX, 1), differs);
    return layers.recurrent(cell, units, chance(0.7), chance(0.4), x, mask);
  }

  private Cell cell(int units) {
    if (values == Values.EXACT) {
      return new Cell.Simple(new Function.HardTanh());
    }
    Function sigmoid = new Function.Sigmoid();
    Function tanh = new Function.Tanh();
    return switch (random.nextInt(5)) {
      case 0 -> new Cell.Simple(tanh);
      case 1 -> new Cell.Lstm(sigmoid, tanh, tanh, Optional.empty());
      case 2 ->
          new Cell.Lstm(sigmoid, new Function.Softsign(), tanh, layers.learned(Shape.of(3, units)));
      case 3 -> new Cell.Gru(sigmoid, tanh, false, Optional.empty());
      default -> new Cell.Gru(sigmoid, tanh, true, layers.learned(Shape.of(units)));
    };
  }

  /** Each step sees all others, as much as they are alike. */
  private Node attention(Node x) {
    if (values == Values.EXACT || x.shape().size(0) > LONGEST_SEQUENCE) {
      return layers.add(new Operation.Permute(List.of(1, 0)), x);
    }
    Node scores = layers.add(new Operation.MatrixProduct(false, true), bounded(x), bounded(x));
    Node shares = layers.add(new Operation.Softmax(1), scores);
    return chance(0.5)
        ? layers.add(new Operation.MatrixProduct(false, false), shares, x)
        : layers.add(new Operation.MatrixProduct(true, false), shares, x);
  }

  private Node logarithm(Node x) {
    return layers.add(new Operation.Elementwise(new Function.Logarithm()), positive(x));
  }

  private Node bounded(Node x) {
    return layers.add(new Operation.Elementwise(new Function.Tanh()), x);
  }

  /** Between 1/e and e. */
  private Node positive(Node x) {
    return layers.add(new Operation.Elementwise(new Function.Exponential()), bounded(x));
  }

  /** Products of matrices of any rank, in all ways to lay them. */
  private Node product(Node x) {
    Shape shape = x.shape();
    int rank = shape.rank();
    if (rank < 2 || values == Values.EXACT) {
      return layers.relu(x);
    }
    int size = shape.elements() / (shape.size(rank - 1) * shape.size(rank - 2));
    int longer = Math.max(shape.size(rank - 1), shape.size(rank - 2));
    if (size * longer * longer > LARGEST_VALUE) {
      return layers.relu(x);
    }
    boolean first = chance(0.5);
    boolean second = chance(0.5);
    Node other = bounded(chance(0.5) ? x : sibling(x));
    if (first == second) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
      Collections.swap(order, rank - 2, rank - 1);
      other = layers.add(new Operation.Permute(order), other);
    }
    if (chance(0.5)) {
      other = narrower(other, second ? rank - 2 : rank - 1);
    }
    return layers.add(new Operation.MatrixProduct(first, second), bounded(x), other);
  }

  /** Cut along a dimension, so that what is multiplied differs in shape. */
  private Node narrower(Node x, int axis) {
    return layers.add(new Operation.Slice(axis, 0, between(1, x.shape().size(axis))), x);
  }

  /** A convolution, a transposed one or pooling over all dimensions behind the channels. */
  private Node sliding(Node x) {
    Shape shape = x.shape();
    List<Window.Axis> axes = new ArrayList<>();
    List<Integer> extra = new ArrayList<>();
    for (int d = 1; d < shape.rank(); d++) {
      int size = shape.size(d);
      int dilation = chance(0.2) ? 2 : 1;
      int kernel = between(1, Math.min(3, (size - 1) / dilation + 1));
      int span = dilation * (kernel - 1) + 1;
      int stride = between(1, 2);
      axes.add(
          new Window.Axis(kernel, stride, dilation, random.nextInt(span), random.nextInt(span)));
      extra.add(random.nextInt(stride));
    }
    Window window = new Window(axes);
    int groups = chance(0.3) && shape.channels() % 2 == 0 ? 2 : 1;
    int kind = random.nextInt(3);
    try {
      Node y =
          switch (kind) {
            case 0 -> layers.grouped(x, groups, between(1, 3), window, chance(0.6));
            case 1 -> layers.transposed(x, groups, between(1, 2), window, extra, chance(0.6));
            default ->
                layers.add(
                    new Operation.Pool(
                        values == Values.EXACT ? Reduction.MAX : anyOf(POOLED),
                        window,
                        chance(0.5),
                        norm()),
                    x);
          };
      return y.shape().elements() > LARGEST_VALUE ? layers.relu(x) : y;
    } catch (IllegalArgumentException nothingLeft) {
      return layers.relu(x); // a transposed convolution whose margins take all
    }
  }

  private Node imageStep(Node x) {
    return switch (random.nextInt(15)) {
      case 14 -> sliding(x);
      case 0 -> convolution(x);
      case 1, 2 -> block(x);
      case 3, 4 -> pool(block(x));
      case 5 -> layers.relu(maxPool(convolution(x)));
      case 6, 7 -> residual(x);
      case 8 -> depthwise(x);
      case 9 -> pool(x);
      case 10 -> resized(x);
      case 11 -> chance(0.3) ? globalPool(x) : localResponseNorm(x);
      default -> anyStep(x);
    };
  }

  private Node vectorStep(Node x) {
    return switch (random.nextInt(6)) {
      case 0 -> layers.affine(x, between(1, 40), chance(0.7));
      case 1 -> layers.relu(layers.affine(x, between(1, 40), chance(0.7)));
      case 2 -> layers.relu(layers.batchNorm(layers.affine(x, between(1, 40), chance(0.5))));
      default -> anyStep(x);
    };
  }

  /** What takes a value of any rank. */
  private Node anyStep(Node x) {
    return switch (random.nextInt(20)) {
      case 13 -> reduced(x);
      case 14 -> layerNorm(x);
      case 15 -> moved(x);
      case 16 -> broadcast(x);
      case 17 -> interpolated(x);
      case 18 -> product(x);
      case 0, 1, 19 -> layers.add(new Operation.Elementwise(function()), x);
      case 2 -> parametricRelu(x);
      case 3 -> layers.batchNorm(x);
      case 4 -> reshape(x);
      case 5 -> permute(x);
      case 6, 7 -> concat(x);
      case 8 -> slice(x);
      case 9, 10 -> combine(x);
      case 11 -> chance(0.8) || values == Values.EXACT ? again(x) : logarithm(x);
      default -> rescaled(x);
    };
  }

  private Node reduced(Node x) {
    int axis = random.nextInt(x.shape().rank());
    Reduction reduction =
        values == Values.EXACT ? Reduction.MAX : anyOf(List.of(Reduction.values()));
    return layers.add(new Operation.Reduce(reduction, norm(), List.of(axis), chance(0.5)), x);
  }

  private Node layerNorm(Node x) {
    return values == Values.EXACT
        ? layers.relu(x)
        : layers.layerNorm(x, between(1, x.shape().rank()), chance(0.7));
  }

  /** Selected, padded or cut along some dimension. */
  private Node moved(Node x) {
    Shape shape = x.shape();
    int axis = random.nextInt(shape.rank());
    int size = shape.size(axis);
    if (2 * shape.elements() * (size + 3) / size > LARGEST_VALUE) {
      return layers.relu(x);
    }
    return switch (random.nextInt(5)) {
      case 0 ->
          layers.add(
              new Operation.Select(
                  axis,
                  IntStream.range(0, between(1, size + 1))
                      .map(i -> random.nextInt(size))
                      .boxed()
                      .toList()),
              x);
      case 1 -> layers.add(Operation.Select.edge(axis, size, between(0, 2), between(0, 2)), x);
      case 2 -> layers.add(Operation.Select.reflected(axis, size, between(0, 2), 1), x);
      case 3 -> {
        int from = random.nextInt(size);
        yield layers.add(new Operation.Slice(axis, from, between(from + 1, size)), x);
      }
      default -> {
        List<Integer> before = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
        List<Integer> after = new ArrayList<>(before);
        before.set(axis, between(0, 2));
        after.set(axis, between(0, 2));
        yield layers.add(new Operation.Pad(before, after, chance(0.5) ? 0 : 0.5), x);
      }
    };
  }

  /** Combined with a constant, or with a part of itself, of another shape. */
  private Node broadcast(Node x) {
    int[] sizes = x.shape().sizes();
    Arrays.setAll(sizes, i -> chance(0.5) ? 1 : sizes[i]);
    int from = random.nextInt(sizes.length);
    Node small = layers.constant(Shape.of(Arrays.copyOfRange(sizes, from, sizes.length)));
    Node wide = layers.add(new Operation.Expand(x.shape()), small);
    Node y =
        layers.add(
            new Operation.Combine(
                anyOf(List.of(Combination.ADD, Combination.SUBTRACT, Combination.MIN))),
            chance(0.5) ? new Node[] {x, wide} : new Node[] {wide, x});
    return values == Values.EXACT || chance(0.5)
        ? y
        : layers.add(new Operation.Combine(Combination.PRODUCT), y, wide);
  }

  private Node interpolated(Node x) {
    int axis = random.nextInt(x.shape().rank());
    int size = x.shape().size(axis);
    int resized = between(1, size + 3);
    if (values == Values.EXACT || x.shape().elements() / size * resized > LARGEST_VALUE) {
      return layers.relu(x);
    }
    Coordinates coordinates = anyOf(List.of(Coordinates.values()));
    float scale = resized / (float) size;
    return layers.add(
        new Operation.Interpolate(axis, coordinates.positions(size, resized, scale)), x);
  }

  private Node convolution(Node x) {
    Window window = window(x.shape(), false);
    return layers.convolution(x, fitting(window, x.shape()), window, chance(0.6));
  }

  /** Convolution with or without normalisation and ReLU, as one after another as in VGG. */
  private Node block(Node x) {
    Node y = convolution(x);
    nodes.add(y);
    y = chance(0.5) ? layers.batchNorm(y) : y;
    return chance(0.85) ? layers.relu(y) : activation(y);
  }

  /** Two convolutions and a shortcut, as in ResNets, in several orders. */
  private Node residual(Node x) {
    Shape shape = x.shape();
    boolean before = chance(0.2);
    Node start = before ? layers.relu(layers.batchNorm(x)) : x;
    boolean strided = chance(0.3);
    Window first =
        strided
            ? new Window(3, 3, 2, 2, 1, 1, new Margins(1, 1, 1, 1))
            : same(random.nextBoolean() ? 3 : 1);
    int channels = strided || chance(0.3) ? fitting(first, shape) : shape.channels();
    Node branch = layers.convolution(start, channels, first, chance(0.3));
    branch = chance(0.7) ? layers.batchNorm(branch) : branch;
    branch = layers.relu(branch);
    if (chance(0.7)) {
      branch = layers.convolution(branch, channels, same(3), chance(0.3));
      branch = chance(0.6) ? layers.batchNorm(branch) : branch;
    }
    if (chance(0.15)) {
      nodes.add(branch); // may be read once more
    }
    Node shortcut = chance(0.5) ? x : start;
    if (strided) {
      Window skip = new Window(1, 1, 2, 2, 1, 1, Margins.NONE);
      shortcut = layers.convolution(shortcut, channels, skip, chance(0.3));
      shortcut = chance(0.5) ? layers.batchNorm(shortcut) : shortcut;
    } else if (channels != shape.channels()) {
      shortcut = layers.convolution(shortcut, channels, same(1), chance(0.3));
    }
    Node sum = chance(0.6) ? layers.sum(branch, shortcut) : layers.sum(shortcut, branch);
    return chance(0.75) ? layers.relu(sum) : sum;
  }

  private Node depthwise(Node x) {
    Window window = window(x.shape(), false);
    int places = window.outputHeight(x.shape().size(1)) * window.outputWidth(x.shape().size(2));
    int multiplier =
        Math.max(1, Math.min(between(1, 3), LARGEST_VALUE / (places * x.shape().channels())));
    Node y = layers.depthwise(x, multiplier, window, chance(0.6));
    if (chance(0.4)) {
      y = layers.convolution(y, fitting(same(1), y.shape()), same(1), chance(0.6));
    }
    return chance(0.4) ? layers.relu(y) : y;
  }

  private Node pool(Node x) {
    if (values == Values.EXACT || chance(0.6)) {
      return chance(0.8) ? maxPool(x) : sumPool(x);
    }
    Reduction reduction = chance(0.75) ? Reduction.AVERAGE : Reduction.PNORM;
    return layers.add(
        new Operation.Pool(reduction, window(x.shape(), true), chance(0.5), norm()), x);
  }

  private Node maxPool(Node x) {
    return layers.add(new Operation.Pool(Reduction.MAX, window(x.shape(), true), true, 2), x);
  }

  private Node sumPool(Node x) {
    Window window = window(x.shape(), true);
    if (values == Values.EXACT && !isPowerOfTwo(window.kernelHeight() * window.kernelWidth())) {
      return maxPool(x);
    }
    Node sum = layers.add(new Operation.Pool(Reduction.SUM, window, true, 2), x);
    return values == Values.EXACT ? sum : layers.add(Operation.Rescale.all(0.25, 0), sum);
  }

  private Node globalPool(Node x) {
    Reduction reduction =
        values == Values.ROUGH
            ? anyOf(List.of(Reduction.values()))
            : chance(0.5) && isPowerOfTwo(x.shape().positions()) ? Reduction.SUM : Reduction.MAX;
    return layers.add(new Operation.Reduce(reduction, norm(), List.of(1, 2), false), x);
  }

  /** A sum may be taken as a mean times a number, which rounds unless it is a power of two. */
  private static boolean isPowerOfTwo(int count) {
    return Integer.bitCount(count) == 1;
  }

  private double norm() {
    return anyOf(List.of(1.0, 2.0, 2.5, 3.0));
  }

  private Node resized(Node x) {
    Shape shape = x.shape();
    int kind = random.nextInt(3);
    if (kind == 0) {
      return layers.add(new Operation.Crop(crop(shape)), x);
    }
    if (kind == 1 && Math.max(shape.size(1), shape.size(2)) < LARGEST_SIDE - 4) {
      Margins margins = new Margins(between(0, 2), between(0, 2), between(0, 2), between(0, 2));
      return layers.add(new Operation.Pad(margins), x);
    }
    int height = Math.min(between(1, 3), Math.max(1, LARGEST_SIDE / shape.size(1)));
    int width = Math.min(between(1, 3), Math.max(1, LARGEST_SIDE / shape.size(2)));
    return shape.elements() * height * width > LARGEST_VALUE
        ? layers.relu(x)
        : layers.add(new Operation.Upsample(height, width), x);
  }

  private Margins crop(Shape image) {
    int top = random.nextInt((image.size(1) + 1) / 2);
    int left = random.nextInt((image.size(2) + 1) / 2);
    return new Margins(
        top,
        random.nextInt((image.size(1) - top + 1) / 2),
        left,
        random.nextInt((image.size(2) - left + 1) / 2));
  }

  private Node localResponseNorm(Node x) {
    return values == Values.EXACT
        ? maxPool(x)
        : layers.add(
            new Operation.LocalResponseNorm(
                random.nextDouble(1, 2),
                between(1, 3),
                random.nextDouble(0.01, 0.5),
                random.nextDouble(0.3, 1)),
            x);
  }

  private Node parametricRelu(Node x) {
    int[] sizes = x.shape().sizes();
    Arrays.setAll(sizes, i -> chance(0.5) ? 1 : sizes[i]);
    return layers.parametricRelu(x, Shape.of(sizes));
  }

  private Node reshape(Node x) {
    int n = x.shape().elements();
    int rank = between(1, 4);
    int[] sizes = new int[rank];
    int rest = n;
    for (int i = 0; i < rank - 1; i++) {
      int left = rest;
      List<Integer> divisors =
          IntStream.rangeClosed(1, Math.min(32, left)).filter(d -> left % d == 0).boxed().toList();
      sizes[i] = anyOf(divisors);
      rest /= sizes[i];
    }
    sizes[rank - 1] = rest;
    return layers.add(new Operation.Reshape(Shape.of(sizes)), x);
  }

  private Node permute(Node x) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.shape().rank()).boxed().toList());
    Collections.shuffle(order, asJavaUtilRandom());
    return layers.add(new Operation.Permute(order), x);
  }

  private java.util.Random asJavaUtilRandom() {
    return new java.util.Random(random.nextLong());
  }

  private Node concat(Node x) {
    if (2 * x.shape().elements() > LARGEST_VALUE) {
      return layers.relu(x);
    }
    int axis = random.nextInt(x.shape().rank());
    List<Node> parts = new ArrayList<>(List.of(x, chance(0.3) ? x : sibling(x)));
    if (axis == 0 && chance(0.4)) {
      parts.add(slice(x));
    }
    Collections.shuffle(parts, asJavaUtilRandom());
    return layers.add(new Operation.Concat(axis), parts.toArray(Node[]::new));
  }

  private Node slice(Node x) {
    int from = random.nextInt(x.shape().channels());
    return layers.add(new Operation.Slice(from, between(from + 1, x.shape().channels())), x);
  }

  private Node combine(Node x) {
    Combination combination =
        values == Values.EXACT
            ? anyOf(
                List.of(Combination.ADD, Combination.SUBTRACT, Combination.MAX, Combination.MIN))
            : anyOf(List.of(Combination.values()));
    List<Node> parts = new ArrayList<>(List.of(x, chance(0.2) ? x : sibling(x)));
    boolean ordered = combination == Combination.SUBTRACT || combination == Combination.QUOTIENT;
    if (!ordered && chance(0.3)) {
      parts.add(sibling(x));
    }
    Collections.shuffle(parts, asJavaUtilRandom());
    if (combination == Combination.QUOTIENT) {
      parts.set(1, positive(parts.get(1)));
    }
    Node y = layers.add(new Operation.Combine(combination), parts.toArray(Node[]::new));
    return chance(0.3) ? layers.relu(y) : y;
  }

  /** Another value of the same shape: an older one, or one made from this one. */
  private Node sibling(Node x) {
    List<Node> alike = nodes.stream().filter(node -> node.shape().equals(x.shape())).toList();
    if (!alike.isEmpty() && chance(0.4)) {
      return anyOf(alike);
    }
    if (x.shape().rank() == 3 && chance(0.7)) {
      Node y = layers.convolution(x, x.shape().channels(), same(anyOf(List.of(1, 3))), chance(0.5));
      return chance(0.3) ? layers.batchNorm(y) : y;
    }
    return chance(0.5) ? layers.batchNorm(x) : layers.add(new Operation.Elementwise(function()), x);
  }

  /** A layer that is there already, with the same parameters, on another value. */
  private Node again(Node x) {
    List<Operation> seen =
        nodes.stream()
            .map(Node::operation)
            .filter(operation -> !operation.parameters().isEmpty() && takes(operation, x.shape()))
            .toList();
    return seen.isEmpty() ? layers.batchNorm(x) : layers.add(anyOf(seen), x);
  }

  private static boolean takes(Operation operation, Shape shape) {
    try {
      return operation.outputShape(List.of(shape)).elements() <= LARGEST_VALUE;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Node rescaled(Node x) {
    int kind = values == Values.EXACT ? 0 : random.nextInt(3);
    if (kind == 1) {
      return layers.add(new Operation.L2Normalize(1e-8), x);
    }
    if (kind == 2) {
      return layers.add(new Operation.Softmax(random.nextInt(x.shape().rank())), x);
    }
    int count = anyOf(List.of(1, x.shape().channels(), x.shape().elements()));
    return layers.add(
        new Operation.Rescale(
            DoubleStream.generate(() -> values.scale(random)).limit(count).boxed().toList(),
            DoubleStream.generate(() -> values.bias(random)).limit(count).boxed().toList()),
        x);
  }

  private Node activation(Node x) {
    return layers.add(new Operation.Elementwise(function()), x);
  }

  private Function function() {
    List<Function> exact =
        List.of(
            new Function.Relu(),
            new Function.Relu6(),
            new Function.BoundedRelu(0.75, 0.25, 0.5),
            new Function.Floor(-0.25),
            new Function.LeakyRelu(values.slope(random)),
            new Function.ThresholdedRelu(values == Values.EXACT ? 1 : random.nextDouble()),
            new Function.HardTanh(),
            new Function.Identity(),
            new Function.Clip(-0.5, 1),
            new Function.Absolute());
    if (values == Values.EXACT) {
      return anyOf(exact);
    }
    List<Function> all = new ArrayList<>(exact);
    all.addAll(
        List.of(
            new Function.Elu(random.nextDouble(0.3, 1.5)),
            new Function.Selu(),
            new Function.SigmoidGelu(),
            new Function.TanhGelu(0.044715),
            new Function.Swish(),
            new Function.Mish(),
            new Function.Sigmoid(),
            new Function.HardSigmoid(),
            new Function.Tanh(),
            new Function.RectifiedTanh(),
            new Function.Softplus(),
            new Function.SoftRelu(0.1, 5),
            new Function.Softsign(),
            new Function.Cube(),
            new Function.Gelu(),
            new Function.Erf(),
            new Function.Sine(),
            new Function.Cosine(),
            new Function.HardSwish(),
            new Function.Celu(random.nextDouble(0.3, 1.5)),
            new Function.Power(2),
            new Function.Differs(0.5)));
    return anyOf(all);
  }

  /** Joins everything that nobody has read yet, and ends in logits. */
  private Node head() {
    Node newest = nodes.get(nodes.size() - 1);
    if (chance(0.2) && newest.shape().elements() <= 60 && newest.index() > 0) {
      return newest;
    }
    int classes = between(1, 12);
    List<Node> parts = new ArrayList<>();
    for (Node leaf : leaves()) {
      Node vector = leaf.shape().rank() == 3 && chance(0.4) ? globalPool(leaf) : leaf;
      parts.add(layers.dense(vector, classes, chance(0.8)));
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return chance(0.5)
        ? layers.sum(parts.toArray(Node[]::new))
        : layers.add(new Operation.Concat(0), parts.toArray(Node[]::new));
  }

  private List<Node> leaves() {
    List<Node> leaves = new ArrayList<>();
    for (Node node : nodes) {
      if (!layers.isRead(node) && !leaves.contains(node)) {
        leaves.add(node);
      }
    }
    return leaves;
  }

  private int channels() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> 16;
      case 2 -> 32;
      case 3 -> 8;
      default -> between(1, 20);
    };
  }

  /** A number of output channels at which the image does not get too large. */
  private int fitting(Window window, Shape image) {
    int places = window.outputHeight(image.size(1)) * window.outputWidth(image.size(2));
    return Math.max(1, Math.min(channels(), LARGEST_VALUE / places));
  }

  private static Window same(int kernel) {
    int margin = kernel / 2;
    return new Window(kernel, kernel, 1, 1, 1, 1, new Margins(margin, margin, margin, margin));
  }

  /** Pooling windows are dilated less often. */
  private Window window(Shape image, boolean pooling) {
    int[] kernels = {1, 2, 2, 3, 3, 3, 4, 5, 7};
    int[] strides = {1, 1, 1, 2, 2, 3};
    for (int attempt = 0; attempt < 30; attempt++) {
      int kernel = kernels[random.nextInt(kernels.length)];
      int stride = strides[random.nextInt(strides.length)];
      boolean square = chance(0.6);
      boolean dilated = chance(pooling ? 0.08 : 0.2);
      Window bare =
          new Window(
              kernel,
              square ? kernel : kernels[random.nextInt(kernels.length)],
              stride,
              square ? stride : strides[random.nextInt(strides.length)],
              dilated ? between(1, 3) : 1,
              dilated ? between(1, 3) : 1,
              Margins.NONE);
      Window window = padded(bare);
      if (fits(
              image.size(1), window.spanHeight(), window.padding().top(), window.padding().bottom())
          && fits(
              image.size(2), window.spanWidth(), window.padding().left(), window.padding().right())
          && image.channels()
                  * window.outputHeight(image.size(1))
                  * window.outputWidth(image.size(2))
              <= 2 * LARGEST_VALUE) {
        return window;
      }
    }
    return same(1);
  }

  private static boolean fits(int size, int span, int before, int after) {
    return size + before + after >= span && size + before + after <= LARGEST_SIDE + span;
  }

  private Window padded(Window bare) {
    int height = bare.spanHeight() - 1;
    int width = bare.spanWidth() - 1;
    Margins margins =
        switch (random.nextInt(6)) {
          case 0, 1 -> Margins.NONE;
          case 2, 3 -> new Margins(height / 2, height - height / 2, width / 2, width - width / 2);
          case 4 ->
              new Margins(
                  between(0, height), between(0, height), between(0, width), between(0, width));
          // As wide as the window: some of its places see nothing of the image.
          default ->
              new Margins(
                  between(0, height + 1), between(0, 1), between(0, 1), between(0, width + 1));
        };
    return new Window(
        bare.kernelHeight(),
        bare.kernelWidth(),
        bare.strideHeight(),
        bare.strideWidth(),
        bare.dilationHeight(),
        bare.dilationWidth(),
        margins);
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private int between(int from, int to) {
    return random.nextInt(from, to + 1);
  }

  private <T> T anyOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
