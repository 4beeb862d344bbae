package io.sextant.examples;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Coordinates;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A small untrained network of each kind: times depend on shapes alone. */
enum NetworkKind {
  /** Convolutions over a signal of 6 channels and 256 steps. */
  SIGNAL(
      Shape.of(6, 256),
      (net, x) -> {
        Node y = net.pooled(net.block(x, 32, 5, 1, 1));
        y = net.block(net.pooled(net.block(y, 64, 5, 1, 1)), 64, 3, 1, 1);
        return net.dense(net.average(y), 10);
      }),
  /** Convolutions over a volume of 16 x 16 x 16. */
  VOLUME(
      Shape.of(1, 16, 16, 16),
      (net, x) -> {
        Node y = net.pooled(net.block(x, 16, 3, 1, 1));
        return net.dense(net.average(net.block(y, 32, 3, 1, 1)), 10);
      }),
  /** Down to an eighth and up again by transposed convolutions, as a U-Net. */
  U_NET(
      Shape.of(3, 32, 32),
      (net, x) -> {
        Node fine = net.block(x, 16, 3, 1, 1);
        Node middle = net.block(net.pooled(fine), 32, 3, 1, 1);
        Node coarse = net.block(net.pooled(middle), 64, 3, 1, 1);
        Node y = net.add(new Operation.Concat(0), net.enlarged(coarse, 32), middle);
        y = net.block(y, 32, 3, 1, 1);
        y = net.add(new Operation.Concat(0), net.enlarged(y, 16), fine);
        return net.convolution(net.block(y, 16, 3, 1, 1), 2, 1, 1, 1);
      }),
  /** Depthwise convolutions and ReLU6, as a MobileNet. */
  MOBILE(
      Shape.of(3, 32, 32),
      (net, x) -> {
        Node y = net.bounded(net.normalized(net.convolution(x, 16, 3, 2, 1)));
        for (int outputs : new int[] {32, 64, 64}) {
          y = net.bounded(net.normalized(net.convolution(y, y.shape().channels(), 3, 1, 0)));
          y = net.bounded(net.normalized(net.convolution(y, outputs, 1, 1, 1)));
        }
        return net.dense(net.average(y), 10);
      }),
  /** Channels weighed by their means, and bilinear enlargement, as in networks that segment. */
  SQUEEZE(
      Shape.of(3, 32, 32),
      (net, x) -> {
        Node y = net.squeezed(net.block(x, 16, 3, 2, 1));
        y = net.squeezed(net.block(y, 32, 3, 2, 1));
        y = net.block(net.resized(net.resized(y, 1), 2), 16, 3, 1, 1);
        return net.dense(net.average(y), 10);
      }),
  /** A vision transformer: 64 patches of 4 x 4, width 64, 4 heads, 3 layers. */
  TRANSFORMER(
      Shape.of(3, 32, 32),
      (net, x) -> {
        Node y = net.convolution(x, 64, 4, 4, 1);
        y = net.add(new Operation.Reshape(Shape.of(64, 64)), y);
        y = net.add(new Operation.Permute(List.of(1, 0)), y);
        for (int layer = 0; layer < 3; layer++) {
          y = net.sum(y, net.attention(net.layerNorm(y), 4));
          Node inner = net.function(new Function.Gelu(), net.dense(net.layerNorm(y), 128));
          y = net.sum(y, net.dense(inner, 64));
        }
        y = net.add(Operation.Reduce.over(Reduction.AVERAGE, 0), net.layerNorm(y));
        return net.dense(y, 10);
      }),
  /** Two LSTMs over 32 steps of 16 features. */
  LSTM(
      Shape.of(32, 16),
      (net, x) ->
          net.lastOf(
              x,
              new Cell.Lstm(
                  new Function.Sigmoid(),
                  new Function.Tanh(),
                  new Function.Tanh(),
                  Optional.empty()))),
  /** Two GRUs over 32 steps of 16 features. */
  GRU(
      Shape.of(32, 16),
      (net, x) ->
          net.lastOf(
              x,
              new Cell.Gru(new Function.Sigmoid(), new Function.Tanh(), true, Optional.empty()))),
  /** Two simple recurrent layers over 32 steps of 16 features. */
  RECURRENT(Shape.of(32, 16), (net, x) -> net.lastOf(x, new Cell.Simple(new Function.Tanh())));

  private final InferenceGraph graph;

  NetworkKind(Shape input, BiFunction<Net, Node, Node> layers) {
    Net net = new Net(input);
    this.graph = net.builder.build(layers.apply(net, net.builder.input()));
  }

  InferenceGraph graph() {
    return graph;
  }

  /** Adds layers with random weights. */
  private static final class Net {
    private final InferenceGraph.Builder builder;
    private final RandomGenerator random = RandomKey.of(42).random();
    private int parameters;

    private Net(Shape input) {
      this.builder = InferenceGraph.builder(input);
    }

    Node add(Operation operation, Node... inputs) {
      return builder.add(operation.getClass().getSimpleName(), operation, inputs);
    }

    private Parameter parameter(double least, double most, int... sizes) {
      Parameter parameter = new Parameter("p" + parameters++, Shape.of(sizes));
      double[] values = new double[parameter.shape().elements()];
      Arrays.setAll(values, i -> random.nextDouble(least, most));
      builder.weights(parameter, values);
      return parameter;
    }

    private Parameter weights(int fanIn, int... sizes) {
      double most = Math.sqrt(3.0 / fanIn);
      return parameter(-most, most, sizes);
    }

    /** Padded so that steps alone make it smaller; no group stands for one for each channel. */
    Node convolution(Node x, int outputs, int kernel, int stride, int groups) {
      int channels = x.shape().channels();
      int inputs = groups == 0 ? 1 : channels / groups;
      int rank = x.shape().rank() - 1;
      int[] sizes = new int[rank + 2];
      Arrays.fill(sizes, kernel);
      sizes[0] = outputs;
      sizes[1] = inputs;
      int margin = stride == kernel ? 0 : kernel / 2;
      Window window =
          new Window(Collections.nCopies(rank, new Window.Axis(kernel, stride, 1, margin, margin)));
      return add(
          new Operation.Convolution(
              weights(inputs * Math.toIntExact(window.taps()), sizes),
              Optional.empty(),
              window,
              groups == 0 ? channels : groups),
          x);
    }

    Node block(Node x, int outputs, int kernel, int stride, int groups) {
      return function(
          new Function.Relu(), normalized(convolution(x, outputs, kernel, stride, groups)));
    }

    Node normalized(Node x) {
      int channels = x.shape().channels();
      return add(
          new Operation.BatchNorm(
              parameter(-0.1, 0.1, channels),
              parameter(0.5, 1.5, channels),
              parameter(0.5, 1.5, channels),
              parameter(-0.1, 0.1, channels),
              1e-5,
              Statistics.stored()),
          x);
    }

    Node function(Function function, Node x) {
      return add(new Operation.Elementwise(function), x);
    }

    Node bounded(Node x) {
      return function(new Function.Relu6(), x);
    }

    Node pooled(Node x) {
      Window window =
          new Window(Collections.nCopies(x.shape().rank() - 1, new Window.Axis(2, 2, 1, 0, 0)));
      return add(new Operation.Pool(Reduction.MAX, window, false, 2), x);
    }

    Node average(Node x) {
      int[] axes = IntStream.range(1, x.shape().rank()).toArray();
      return add(Operation.Reduce.over(Reduction.AVERAGE, axes), x);
    }

    /** Twice the height and width. */
    Node enlarged(Node x, int outputs) {
      Window window = new Window(Collections.nCopies(2, new Window.Axis(2, 2, 1, 0, 0)));
      int inputs = x.shape().channels();
      return function(
          new Function.Relu(),
          add(
              new Operation.TransposedConvolution(
                  weights(inputs, inputs, outputs, 2, 2),
                  Optional.of(parameter(-0.1, 0.1, outputs)),
                  window,
                  List.of(0, 0),
                  1),
              x));
    }

    /** Each channel times a share that is told from the means of all. */
    Node squeezed(Node x) {
      int channels = x.shape().channels();
      Node shares = dense(function(new Function.Relu(), dense(average(x), 8)), channels);
      shares = function(new Function.Sigmoid(), shares);
      shares = add(new Operation.Reshape(Shape.of(channels, 1, 1)), shares);
      Node wide = add(new Operation.Expand(x.shape()), shares);
      return add(new Operation.Combine(Operation.Combination.PRODUCT), x, wide);
    }

    /** Twice as many places along a dimension, interpolated. */
    Node resized(Node x, int axis) {
      int size = x.shape().size(axis);
      return add(
          new Operation.Interpolate(axis, Coordinates.HALF_PIXEL.positions(size, 2 * size, 2)), x);
    }

    Node dense(Node x, int outputs) {
      int inputs = x.shape().size(x.shape().rank() - 1);
      return add(
          new Operation.Affine(
              weights(inputs, inputs, outputs), Optional.of(parameter(-0.1, 0.1, outputs))),
          x);
    }

    Node sum(Node... xs) {
      return add(new Operation.Combine(Operation.Combination.ADD), xs);
    }

    Node layerNorm(Node x) {
      int width = x.shape().size(1);
      return add(
          new Operation.LayerNorm(
              1,
              Optional.of(parameter(0.5, 1.5, width)),
              Optional.of(parameter(-0.1, 0.1, width)),
              1e-5),
          x);
    }

    Node attention(Node x, int heads) {
      int width = x.shape().size(1);
      Node queries = heads(dense(x, width), heads);
      Node keys = heads(dense(x, width), heads);
      Node values = heads(dense(x, width), heads);
      Node scores = add(new Operation.MatrixProduct(false, true), queries, keys);
      scores = add(Operation.Rescale.all(1 / Math.sqrt(width / (double) heads), 0), scores);
      Node shares = add(new Operation.Softmax(2), scores);
      Node y = add(new Operation.MatrixProduct(false, false), shares, values);
      y = add(new Operation.Permute(List.of(1, 0, 2)), y);
      return dense(add(new Operation.Reshape(x.shape()), y), width);
    }

    private Node heads(Node x, int heads) {
      Shape cut = Shape.of(x.shape().size(0), heads, x.shape().size(1) / heads);
      return add(new Operation.Permute(List.of(1, 0, 2)), add(new Operation.Reshape(cut), x));
    }

    /** Two layers of cells of 64 units, and what the second one's last step says. */
    Node lastOf(Node x, Cell cell) {
      Node y = recurrent(recurrent(x, cell), cell);
      int time = y.shape().size(0);
      y = add(new Operation.Slice(time - 1, time), y);
      return dense(add(new Operation.Reshape(Shape.of(y.shape().size(1))), y), 10);
    }

    private Node recurrent(Node x, Cell cell) {
      int units = 64;
      int features = x.shape().size(1);
      int width = cell.gates() * units;
      return add(
          new Operation.Recurrent(
              cell,
              weights(features, features, width),
              weights(units, units, width),
              Optional.of(parameter(-0.1, 0.1, width)),
              false),
          x);
    }
  }
}
