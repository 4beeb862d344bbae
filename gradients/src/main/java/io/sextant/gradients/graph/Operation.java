package io.sextant.gradients.graph;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a node computes. Values have the shape {@code [channels, height, width]} or {@code
 * [features]}; the batch is implied.
 *
 * <p>An engine gives each kind a forward and a pullback. The set is sealed, so that the engine
 * contract can try each kind, and later readings of a graph (replaced backward rules, interval or
 * linear bounds) know what they must cover.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Operation {
  /**
   * The shape of the value for one example.
   *
   * @param inputs the shapes of the inputs
   * @return the output's shape
   * @throws IllegalArgumentException when the inputs do not fit
   */
  Shape outputShape(List<Shape> inputs);

  /** The parameters that it reads. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * True when each example's value depends on that example alone. A graph with a node for which
   * this is false must see its batch whole: never split, padded or reordered.
   */
  default boolean rowsIndependent() {
    return true;
  }

  /**
   * The input of the graph.
   *
   * @param shape its shape for one example
   */
  record Input(Shape shape) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return shape;
    }
  }

  /**
   * y = x W + b.
   *
   * @param weights {@code [inputs, outputs]}
   * @param bias {@code [outputs]}
   */
  record Affine(Parameter weights, Optional<Parameter> bias) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          input.rank() == 1 && input.size(0) == weights.shape().size(0),
          "a dense layer with %d inputs does not take %s",
          weights.shape().size(0),
          input);
      return Shape.of(weights.shape().size(1));
    }

    @Override
    public List<Parameter> parameters() {
      return join(weights, bias);
    }
  }

  /**
   * A two-dimensional convolution (cross-correlation, as in every deep-learning library).
   *
   * @param weights {@code [outputs, inputs, kernelHeight, kernelWidth]}
   * @param bias {@code [outputs]}
   * @param window kernel, stride, dilation and padding
   */
  record Convolution(Parameter weights, Optional<Parameter> bias, Window window)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      require(
          image.channels() == weights.shape().size(1),
          "a convolution over %d channels does not take %s",
          weights.shape().size(1),
          image);
      return slid(image, weights.shape().size(0), window);
    }

    @Override
    public List<Parameter> parameters() {
      return join(weights, bias);
    }
  }

  /**
   * A convolution of each channel by itself; output channel {@code c * multiplier + m} is channel c
   * seen through its m-th kernel.
   *
   * @param weights {@code [channels, multiplier, kernelHeight, kernelWidth]}
   * @param bias {@code [channels * multiplier]}
   * @param window kernel, stride, dilation and padding
   */
  record DepthwiseConvolution(Parameter weights, Optional<Parameter> bias, Window window)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      require(
          image.channels() == weights.shape().size(0),
          "a depthwise convolution over %d channels does not take %s",
          weights.shape().size(0),
          image);
      return slid(image, size((long) image.channels() * weights.shape().size(1)), window);
    }

    @Override
    public List<Parameter> parameters() {
      return join(weights, bias);
    }
  }

  /**
   * A function of each value by itself.
   *
   * @param function the function and its derivative
   */
  record Elementwise(Function function) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only(inputs);
    }
  }

  /**
   * x above 0, slope times x below, with learned slopes.
   *
   * <p>He et al., "Delving Deep into Rectifiers", ICCV 2015, arXiv:1502.01852.
   *
   * @param slopes of the input's rank; a dimension of size 1 is shared
   */
  record ParametricRelu(Parameter slopes) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      boolean fits = input.rank() == slopes.shape().rank();
      for (int i = 0; fits && i < input.rank(); i++) {
        fits = slopes.shape().size(i) == 1 || slopes.shape().size(i) == input.size(i);
      }
      require(fits, "PReLU slopes of shape %s do not fit %s", slopes.shape(), input);
      return input;
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(slopes);
    }
  }

  /**
   * The softmax along one dimension.
   *
   * @param axis the dimension over which the results sum to 1, the batch not counted
   */
  record Softmax(int axis) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(0 <= axis && axis < input.rank(), "%s has no dimension %d", input, axis);
      return input;
    }
  }

  /** How a window or an image is reduced to one number. */
  enum Reduction {
    /** The largest value; its first place in row-major order takes the whole gradient. */
    MAX,
    /** The mean. */
    AVERAGE,
    /** The sum. */
    SUM,
    /** (sum |x|^p)^(1/p). */
    PNORM
  }

  /**
   * Pooling over a sliding window, per channel. Padding never wins a maximum and counts as 0.
   *
   * @param reduction how a window becomes one number
   * @param window kernel, stride, dilation and padding
   * @param countPadding whether an average divides by the whole window or only by the values inside
   *     the image
   * @param p the exponent of {@link Reduction#PNORM}, at least 1
   */
  record Pool(Reduction reduction, Window window, boolean countPadding, double p)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      return slid(image, image.channels(), window);
    }
  }

  /**
   * Pooling over all positions: {@code [channels, height, width]} to {@code [channels]}.
   *
   * @param reduction how a channel becomes one number
   * @param p the exponent of {@link Reduction#PNORM}, at least 1
   */
  record GlobalPool(Reduction reduction, double p) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(image(inputs).channels());
    }
  }

  /**
   * (x - mean) / sqrt(variance + epsilon) * gamma + beta, per channel.
   *
   * <p>Ioffe, Szegedy, "Batch Normalization", ICML 2015, arXiv:1502.03167.
   *
   * @param mean {@code [channels]}
   * @param variance {@code [channels]}
   * @param gamma {@code [channels]}
   * @param beta {@code [channels]}
   * @param epsilon added to the variance, above 0
   * @param statistics stored or the batch's own; the latter couple the rows of a batch
   */
  record BatchNorm(
      Parameter mean,
      Parameter variance,
      Parameter gamma,
      Parameter beta,
      double epsilon,
      Statistics statistics)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          input.channels() == mean.shape().size(0),
          "batch normalisation of %d channels does not take %s",
          mean.shape().size(0),
          input);
      return input;
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(mean, variance, gamma, beta);
    }

    @Override
    public boolean rowsIndependent() {
      return statistics instanceof Statistics.Stored;
    }
  }

  /**
   * Zeros around an image.
   *
   * @param margins how many on each side
   */
  record Pad(Margins margins) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      return Shape.of(
          image.channels(),
          Window.padded(image.size(1), margins.top(), margins.bottom()),
          Window.padded(image.size(2), margins.left(), margins.right()));
    }
  }

  /**
   * An image without its outer rows and columns.
   *
   * @param margins how many go on each side
   */
  record Crop(Margins margins) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      return Shape.of(
          image.channels(),
          size((long) image.size(1) - margins.top() - margins.bottom()),
          size((long) image.size(2) - margins.left() - margins.right()));
    }
  }

  /**
   * Nearest-neighbour enlargement.
   *
   * @param height how often each row is repeated
   * @param width how often each column is repeated
   */
  record Upsample(int height, int width) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs);
      return Shape.of(
          image.channels(),
          size((long) image.size(1) * height),
          size((long) image.size(2) * width));
    }
  }

  /**
   * x / (k + alpha * sum of squares over the {@code depth} nearest channels)^beta.
   *
   * <p>Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural
   * Networks", NIPS 2012.
   *
   * @param k the offset
   * @param halfDepth channels taken on each side
   * @param alpha weight of the sum
   * @param beta the exponent
   */
  record LocalResponseNorm(double k, int halfDepth, double alpha, double beta)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return image(inputs);
    }
  }

  /**
   * The same values in row-major order under another shape.
   *
   * @param shape the new shape, with as many values
   */
  record Reshape(Shape shape) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          input.elements() == shape.elements(),
          "%s has %d values and cannot become %s",
          input,
          input.elements(),
          shape);
      return shape;
    }
  }

  /**
   * The dimensions in another order.
   *
   * @param order the old place of each new dimension, the batch not counted
   */
  record Permute(List<Integer> order) implements Operation {
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(input.rank() == order.size(), "%s cannot be permuted by %s", input, order);
      return Shape.of(order.stream().mapToInt(input::size).toArray());
    }
  }

  /**
   * Several values side by side.
   *
   * @param axis the dimension along which they stand, the batch not counted
   */
  record Concat(int axis) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      int[] sizes = inputs.get(0).sizes();
      require(0 <= axis && axis < sizes.length, "%s has no dimension %d", inputs.get(0), axis);
      for (Shape next : inputs.subList(1, inputs.size())) {
        for (int i = 0; i < sizes.length; i++) {
          require(
              next.rank() == sizes.length && (i == axis || next.size(i) == sizes[i]),
              "%s and %s cannot be merged along dimension %d",
              inputs.get(0),
              next,
              axis);
        }
        sizes[axis] = size((long) sizes[axis] + next.size(axis));
      }
      return Shape.of(sizes);
    }
  }

  /**
   * A range of channels (or features).
   *
   * @param from the first one kept
   * @param to one past the last one kept
   */
  record Slice(int from, int to) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      int[] sizes = only(inputs).sizes();
      require(
          0 <= from && from < to && to <= sizes[0],
          "channels %d to %d do not exist in %s",
          from,
          to - 1,
          only(inputs));
      sizes[0] = to - from;
      return Shape.of(sizes);
    }
  }

  /** How equally shaped values become one. */
  enum Combination {
    /** a + b + ... */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a b ... */
    PRODUCT,
    /** The mean. */
    AVERAGE,
    /** The largest; the first that attains it takes the gradient. */
    MAX
  }

  /**
   * Equally shaped values combined place by place.
   *
   * @param combination how
   */
  record Combine(Combination combination) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      require(
          combination != Combination.SUBTRACT || inputs.size() == 2,
          "a subtraction takes two inputs but had %d",
          inputs.size());
      for (Shape next : inputs) {
        require(
            next.equals(inputs.get(0)),
            "values of shape %s and %s cannot be combined",
            inputs.get(0),
            next);
      }
      return inputs.get(0);
    }
  }

  /**
   * factor x + offset, with constants: preprocessing, and the scale and shift vertices.
   *
   * @param factors one for all, one per channel, or one per value
   * @param offsets as many as factors
   */
  record Rescale(List<Double> factors, List<Double> offsets) implements Operation {
    public Rescale {
      factors = List.copyOf(factors);
      offsets = List.copyOf(offsets);
      require(
          factors.size() == offsets.size(),
          "there must be as many offsets as factors but there were %d and %d",
          offsets.size(),
          factors.size());
    }

    /** The same factor and offset for all values. */
    public static Rescale all(double factor, double offset) {
      return new Rescale(List.of(factor), List.of(offset));
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      int n = factors.size();
      require(
          n == 1 || n == input.channels() || n == input.elements(),
          "%d factors fit neither the channels nor the values of %s",
          n,
          input);
      return input;
    }
  }

  /**
   * Each example divided by its Euclidean norm, which is taken as at least {@code epsilon}.
   *
   * @param epsilon the smallest divisor
   */
  record L2Normalize(double epsilon) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only(inputs);
    }
  }

  private static int size(long size) {
    require(
        1 <= size && size <= Integer.MAX_VALUE,
        "the size of a dimension must be from 1 to %d but would be %d",
        Integer.MAX_VALUE,
        size);
    return (int) size;
  }

  private static Shape only(List<Shape> inputs) {
    require(inputs.size() == 1, "one input was expected but there were %d", inputs.size());
    return inputs.get(0);
  }

  private static Shape image(List<Shape> inputs) {
    Shape shape = only(inputs);
    require(shape.rank() == 3, "an image [channels, height, width] was expected but was %s", shape);
    return shape;
  }

  private static Shape slid(Shape image, int channels, Window window) {
    Margins margins = window.padding();
    long padded =
        (long) Window.padded(image.size(1), margins.top(), margins.bottom())
            * Window.padded(image.size(2), margins.left(), margins.right());
    require(
        padded * image.channels() <= InferenceGraph.MOST_VALUES,
        "an image may have at most %d values but %s has %d with its padding",
        InferenceGraph.MOST_VALUES,
        image,
        padded * image.channels());
    return Shape.of(
        channels, window.outputHeight(image.size(1)), window.outputWidth(image.size(2)));
  }

  private static List<Parameter> join(Parameter weights, Optional<Parameter> bias) {
    return bias.map(b -> List.of(weights, b)).orElseGet(() -> List.of(weights));
  }

  private static void require(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(arguments));
    }
  }
}
