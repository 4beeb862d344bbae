package io.sextant.gradients.graph;

import io.sextant.methods.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What a node computes. Values have any rank: {@code [features]}, images {@code [channels, height,
 * width]}, signals {@code [channels, time]}, volumes {@code [channels, depth, height, width]},
 * sequences and tokens {@code [time, features]}; the batch is implied. Windows slide over what
 * follows the channels; recurrent layers, dense layers and normalisations of layers go along the
 * last dimension.
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
   * Values of one example that an engine keeps for the pullback beside the result, each with its
   * gradient.
   *
   * @param inputs the shapes of the inputs
   */
  default long keptValues(List<Shape> inputs) {
    return 0;
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
   * A value that is the same for all examples: it reads nothing.
   *
   * @param value what it is
   */
  record Constant(Parameter value) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      require(inputs.isEmpty(), "a constant reads nothing but had %d inputs", inputs.size());
      return value.shape();
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(value);
    }
  }

  /**
   * y = x W + b along the last dimension: {@code [..., inputs]} to {@code [..., outputs]}.
   *
   * @param weights {@code [inputs, outputs]}
   * @param bias {@code [outputs]}
   */
  record Affine(Parameter weights, Optional<Parameter> bias) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      int last = input.rank() - 1;
      require(
          weights.shape().rank() == 2 && input.size(last) == weights.shape().size(0),
          "a dense layer with %d inputs does not take %s",
          weights.shape().size(0),
          input);
      requireBias(bias, weights.shape().size(1));
      return input.with(last, weights.shape().size(1));
    }

    @Override
    public List<Parameter> parameters() {
      return join(weights, bias);
    }
  }

  /**
   * The product of two values as matrices, {@code [..., m, k]} by {@code [..., k, n]} to {@code
   * [..., m, n]}, for each of the leading dimensions, which are the same in both.
   *
   * @param firstTransposed whether the first lies as {@code [..., k, m]}
   * @param secondTransposed whether the second lies as {@code [..., n, k]}
   */
  record MatrixProduct(boolean firstTransposed, boolean secondTransposed) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      require(inputs.size() == 2, "a product takes two inputs but had %d", inputs.size());
      Shape a = inputs.get(0);
      Shape b = inputs.get(1);
      int rank = a.rank();
      boolean fits = rank >= 2 && b.rank() == rank;
      for (int d = 0; fits && d < rank - 2; d++) {
        fits = a.size(d) == b.size(d);
      }
      fits =
          fits
              && a.size(firstTransposed ? rank - 2 : rank - 1)
                  == b.size(secondTransposed ? rank - 1 : rank - 2);
      require(
          fits,
          "%s%s and %s%s cannot be multiplied as matrices",
          a,
          firstTransposed ? " transposed" : "",
          b,
          secondTransposed ? " transposed" : "");
      return a.with(rank - 2, a.size(firstTransposed ? rank - 1 : rank - 2))
          .with(rank - 1, b.size(secondTransposed ? rank - 2 : rank - 1));
    }
  }

  /**
   * A convolution (cross-correlation, as in every deep-learning library) over one, two or three
   * dimensions, also of channels in groups: output channels {@code g outputs/groups} onwards see
   * input channels {@code g inputs/groups} onwards. With as many groups as inputs it is depthwise.
   *
   * @param weights {@code [outputs, inputs / groups, kernel...]}
   * @param bias {@code [outputs]}
   * @param window kernel, stride, dilation and padding
   * @param groups how many, a divisor of inputs and outputs
   */
  record Convolution(Parameter weights, Optional<Parameter> bias, Window window, int groups)
      implements Operation {
    public Convolution {
      requireGroups(groups, weights.shape().size(0));
      requireKernel(weights, window);
    }

    /** All output channels see all input channels. */
    public Convolution(Parameter weights, Optional<Parameter> bias, Window window) {
      this(weights, bias, window, 1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs, window);
      require(
          image.channels() == (long) groups * weights.shape().size(1),
          "a convolution over %d channels does not take %s",
          (long) groups * weights.shape().size(1),
          image);
      requireBias(bias, weights.shape().size(0));
      return slid(image, weights.shape().size(0), window);
    }

    @Override
    public List<Parameter> parameters() {
      return join(weights, bias);
    }
  }

  /**
   * What pulls a convolution's output back to its input, as a layer of its own: each value is
   * spread through the kernel over the places that the window had seen. Along a dimension of size n
   * the result has {@code (n - 1) stride + span - before - after + extra} values.
   *
   * <p>Dumoulin, Visin, "A guide to convolution arithmetic for deep learning", 2016,
   * arXiv:1603.07285, chapter 4.
   *
   * @param weights {@code [inputs, outputs / groups, kernel...]}
   * @param bias {@code [outputs]}
   * @param window kernel, stride, dilation and padding of the convolution that goes the other way
   * @param extra values more at the end of each dimension, at least 0: "output padding"
   * @param groups how many, a divisor of inputs and outputs
   */
  record TransposedConvolution(
      Parameter weights, Optional<Parameter> bias, Window window, List<Integer> extra, int groups)
      implements Operation {
    public TransposedConvolution {
      extra = List.copyOf(extra);
      requireGroups(groups, weights.shape().size(0));
      requireKernel(weights, window);
      require(
          extra.size() == window.rank() && extra.stream().allMatch(n -> n >= 0),
          "a transposed convolution over %d dimensions cannot have %s more values",
          window.rank(),
          extra);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs, window);
      require(
          image.channels() == weights.shape().size(0),
          "a transposed convolution of %d channels does not take %s",
          weights.shape().size(0),
          image);
      int[] sizes = image.sizes();
      sizes[0] = size((long) groups * weights.shape().size(1));
      requireBias(bias, sizes[0]);
      for (int i = 0; i < window.rank(); i++) {
        Window.Axis axis = window.axes().get(i);
        long whole = (sizes[i + 1] - 1L) * axis.stride() + axis.span() + extra.get(i);
        require(
            whole <= InferenceGraph.MOST_VALUES,
            "%d values of a dimension may spread over at most %d but would over %d",
            sizes[i + 1],
            InferenceGraph.MOST_VALUES,
            whole);
        sizes[i + 1] = size(whole - axis.before() - axis.after());
      }
      return Shape.of(sizes);
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
   * Pooling over a sliding window, per channel. Padding never wins a maximum and counts as 0. A
   * window over three dimensions must see more than padding at each place.
   *
   * @param reduction how a window becomes one number
   * @param window kernel, stride, dilation and padding
   * @param countPadding whether an average divides by the whole window or only by the values inside
   *     the image
   * @param p the exponent of {@link Reduction#PNORM}, at least 1
   */
  record Pool(Reduction reduction, Window window, boolean countPadding, double p)
      implements Operation {
    public Pool {
      requireExponent(reduction, p);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape image = image(inputs, window);
      for (Window.Axis axis : window.axes()) {
        require(
            window.rank() < 3 || axis.before() < axis.span() && axis.after() < axis.span(),
            "pooling over a volume takes less padding than its window but had %s",
            axis);
      }
      return slid(image, image.channels(), window);
    }
  }

  /**
   * Whole dimensions become one number: global pooling, means, sums, norms.
   *
   * @param reduction how
   * @param p the exponent of {@link Reduction#PNORM}, at least 1
   * @param axes the dimensions that are reduced, ascending, the batch not counted
   * @param keep whether they stay, with size 1; otherwise they go, and {@code [1]} is left when all
   *     do
   */
  record Reduce(Reduction reduction, double p, List<Integer> axes, boolean keep)
      implements Operation {
    public Reduce {
      requireExponent(reduction, p);
      axes = List.copyOf(axes);
      require(!axes.isEmpty(), "at least one dimension must be reduced");
      for (int i = 1; i < axes.size(); i++) {
        require(axes.get(i - 1) < axes.get(i), "reduced dimensions must ascend but were %s", axes);
      }
    }

    /** Dimensions that go; a norm is the Euclidean one. */
    public static Reduce over(Reduction reduction, int... axes) {
      return new Reduce(reduction, 2, IntStream.of(axes).boxed().toList(), false);
    }

    /** Dimensions that stay with size 1; a norm is the Euclidean one. */
    public static Reduce keeping(Reduction reduction, int... axes) {
      return new Reduce(reduction, 2, IntStream.of(axes).boxed().toList(), true);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      List<Integer> sizes = new ArrayList<>();
      require(
          0 <= axes.get(0) && axes.get(axes.size() - 1) < input.rank(),
          "%s has no dimensions %s",
          input,
          axes);
      for (int d = 0; d < input.rank(); d++) {
        if (!axes.contains(d)) {
          sizes.add(input.size(d));
        } else if (keep) {
          sizes.add(1);
        }
      }
      return sizes.isEmpty()
          ? Shape.of(1)
          : Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /**
   * (x - mean) / sqrt(variance + epsilon) * gamma + beta, per channel of a value of any rank.
   *
   * <p>Ioffe, Szegedy, "Batch Normalization", ICML 2015, arXiv:1502.03167.
   *
   * @param mean {@code [channels]}
   * @param variance {@code [channels]}
   * @param gamma {@code [channels]}
   * @param beta {@code [channels]}
   * @param epsilon added to the variance, at least 0
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
    public BatchNorm {
      require(epsilon >= 0, "epsilon must be at least 0 but was %s", epsilon);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      for (Parameter parameter : parameters()) {
        require(
            parameter.shape().equals(Shape.of(input.channels())),
            "a batch normalisation with %s of shape %s does not take %s",
            parameter.name(),
            parameter.shape(),
            input);
      }
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
   * (x - mean) / sqrt(variance + epsilon) * gamma + beta with the example's own mean and variance
   * over its last dimensions; the variance divides by the number of values.
   *
   * <p>Ba, Kiros, Hinton, "Layer Normalization", 2016, arXiv:1607.06450.
   *
   * @param dimensions how many of the last dimensions, at least 1
   * @param gamma of the shape of these dimensions
   * @param beta of the same shape
   * @param epsilon added to the variance, at least 0
   */
  record LayerNorm(
      int dimensions, Optional<Parameter> gamma, Optional<Parameter> beta, double epsilon)
      implements Operation {
    public LayerNorm {
      require(dimensions >= 1, "a layer normalisation over %d dimensions", dimensions);
      require(epsilon >= 0, "epsilon must be at least 0 but was %s", epsilon);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          dimensions <= input.rank(), "%s has no %d dimensions to normalise", input, dimensions);
      int[] sizes = input.sizes();
      int[] last = Arrays.copyOfRange(sizes, sizes.length - dimensions, sizes.length);
      for (Parameter parameter : parameters()) {
        require(
            parameter.shape().equals(Shape.of(last)),
            "a layer normalisation over %s does not take %s",
            parameter.shape(),
            input);
      }
      return input;
    }

    @Override
    public List<Parameter> parameters() {
      return Stream.of(gamma, beta).flatMap(Optional::stream).toList();
    }
  }

  /**
   * A recurrent layer over a sequence {@code [time, features]}, from a state of zeros; its value is
   * the state after each step, {@code [time, units]}. With a second input, a mask {@code [time]},
   * steps at which that is 0 are left out: the state before them is also the one after. No gradient
   * goes to the mask.
   *
   * @param cell what one step does
   * @param weights {@code [features, gates units]}, by the input
   * @param recurrent {@code [units, gates units]}, by the state
   * @param bias {@code [gates units]}
   * @param backwards whether it runs from the last step to the first; values stay at their steps,
   *     so that the final state is the value of step 0
   */
  record Recurrent(
      Cell cell,
      Parameter weights,
      Parameter recurrent,
      Optional<Parameter> bias,
      boolean backwards)
      implements Operation {
    public Recurrent {
      int units = recurrent.shape().size(0);
      Shape gates = Shape.of(size((long) cell.gates() * units));
      boolean fits =
          weights.shape().rank() == 2
              && recurrent.shape().rank() == 2
              && weights.shape().size(1) == gates.size(0)
              && recurrent.shape().size(1) == gates.size(0)
              && bias.stream().allMatch(b -> b.shape().equals(gates));
      require(
          fits,
          "%d gates of %d units do not fit weights %s, recurrent weights %s and bias %s",
          cell.gates(),
          units,
          weights.shape(),
          recurrent.shape(),
          bias.map(Parameter::shape));
      cell.requireUnits(units);
    }

    /** Size of the state. */
    public int units() {
      return recurrent.shape().size(0);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      require(
          inputs.size() == 1 || inputs.size() == 2,
          "a recurrent layer takes a sequence, and perhaps a mask, but had %d inputs",
          inputs.size());
      Shape sequence = inputs.get(0);
      require(
          sequence.rank() == 2 && sequence.size(1) == weights.shape().size(0),
          "a recurrent layer of sequences [time, %d] does not take %s",
          weights.shape().size(0),
          sequence);
      require(
          inputs.size() == 1 || inputs.get(1).equals(Shape.of(sequence.size(0))),
          "a mask of a sequence %s must be [%d] but was %s",
          sequence,
          sequence.size(0),
          inputs.get(inputs.size() - 1));
      return Shape.of(sequence.size(0), units());
    }

    @Override
    public List<Parameter> parameters() {
      List<Parameter> all = new ArrayList<>(List.of(weights, recurrent));
      bias.ifPresent(all::add);
      all.addAll(cell.parameters());
      return List.copyOf(all);
    }

    @Override
    public long keptValues(List<Shape> inputs) {
      // The gates, and the cell's own state or the part that a gate scales.
      return (cell.gates() + 1L) * units() * inputs.get(0).size(0);
    }
  }

  /**
   * More values at the ends of dimensions, all the same.
   *
   * @param before how many in front, for each dimension, the batch not counted
   * @param after how many at the end
   * @param value what they are
   */
  record Pad(List<Integer> before, List<Integer> after, double value) implements Operation {
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
      require(
          before.size() == after.size()
              && before.stream().allMatch(n -> n >= 0)
              && after.stream().allMatch(n -> n >= 0),
          "margins must be equally many and not negative but were %s and %s",
          before,
          after);
    }

    /** Zeros around an image. */
    public Pad(Margins margins) {
      this(
          List.of(0, margins.top(), margins.left()),
          List.of(0, margins.bottom(), margins.right()),
          0);
    }

    /** The margins, where these are zeros around an image. */
    public Optional<Margins> margins() {
      boolean image = before.size() == 3 && before.get(0) == 0 && after.get(0) == 0 && value == 0;
      return image
          ? Optional.of(new Margins(before.get(1), after.get(1), before.get(2), after.get(2)))
          : Optional.empty();
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      int[] sizes = only(inputs).sizes();
      require(
          sizes.length == before.size(), "%d margins do not fit %s", before.size(), only(inputs));
      for (int d = 0; d < sizes.length; d++) {
        sizes[d] = size((long) sizes[d] + before.get(d) + after.get(d));
      }
      return Shape.of(sizes);
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
      boolean fits =
          input.rank() == order.size()
              && IntStream.range(0, input.rank()).allMatch(order::contains);
      require(fits, "%s cannot be permuted by %s", input, order);
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
   * A range along one dimension.
   *
   * @param axis the dimension, the batch not counted
   * @param from the first place kept
   * @param to one past the last one kept
   */
  record Slice(int axis, int from, int to) implements Operation {
    /** A range of channels (or features). */
    public Slice(int from, int to) {
      this(0, from, to);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(0 <= axis && axis < input.rank(), "%s has no dimension %d", input, axis);
      require(
          0 <= from && from < to && to <= input.size(axis),
          "places %d to %d of dimension %d do not exist in %s",
          from,
          to - 1,
          axis,
          input);
      return input.with(axis, to - from);
    }
  }

  /**
   * Places along one dimension in any order, each any number of times: gathering, reversal, steps,
   * padding by what is there, enlargement by the nearest.
   *
   * @param axis the dimension, the batch not counted
   * @param places which, each from 0 to less than the dimension's size
   */
  record Select(int axis, List<Integer> places) implements Operation {
    public Select {
      places = List.copyOf(places);
      require(!places.isEmpty(), "at least one place must be selected");
    }

    /** The outermost places repeated at both ends. */
    public static Select edge(int axis, int size, int before, int after) {
      return new Select(
          axis,
          padded(size, before, after)
              .map(i -> Math.max(0, Math.min(size - 1, i)))
              .boxed()
              .toList());
    }

    /** Continued at both ends as in a mirror that stands on the outermost place. */
    public static Select reflected(int axis, int size, int before, int after) {
      int period = Math.max(1, 2 * (size - 1));
      return new Select(
          axis,
          padded(size, before, after)
              .map(i -> Math.floorMod(i, period))
              .map(i -> i < size ? i : period - i)
              .boxed()
              .toList());
    }

    /** Each place repeated. */
    public static Select repeated(int axis, int size, int times) {
      long all = (long) size * times;
      requireFew(all);
      return new Select(axis, IntStream.range(0, (int) all).map(i -> i / times).boxed().toList());
    }

    private static IntStream padded(int size, int before, int after) {
      requireFew((long) size + before + after);
      return IntStream.range(-before, size + after);
    }

    private static void requireFew(long places) {
      require(
          places <= InferenceGraph.MOST_VALUES,
          "at most %d places may be selected but there would be %d",
          InferenceGraph.MOST_VALUES,
          places);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(0 <= axis && axis < input.rank(), "%s has no dimension %d", input, axis);
      for (int place : places) {
        require(
            0 <= place && place < input.size(axis),
            "place %d of dimension %d does not exist in %s",
            place,
            axis,
            input);
      }
      return input.with(axis, places.size());
    }
  }

  /**
   * Values between those along one dimension, linearly interpolated; beyond the ends they are those
   * of the ends.
   *
   * @param axis the dimension, the batch not counted
   * @param positions where, in units of the dimension's places; finite
   */
  record Interpolate(int axis, List<Double> positions) implements Operation {
    public Interpolate {
      positions = List.copyOf(positions);
      require(
          !positions.isEmpty() && positions.stream().allMatch(Double::isFinite),
          "positions must be finite numbers but were %s",
          positions);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      require(0 <= axis && axis < input.rank(), "%s has no dimension %d", input, axis);
      return input.with(axis, positions.size());
    }
  }

  /**
   * Repeated to a larger shape: dimensions of size 1 are, and those that are missing in front, so
   * that values of different shapes can be combined.
   *
   * @param shape the result's
   */
  record Expand(Shape shape) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = only(inputs);
      int missing = shape.rank() - input.rank();
      boolean fits = missing >= 0;
      for (int d = 0; fits && d < input.rank(); d++) {
        fits = input.size(d) == 1 || input.size(d) == shape.size(d + missing);
      }
      require(fits, "%s cannot be expanded to %s", input, shape);
      return shape;
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
    MAX,
    /** The smallest; the first that attains it takes the gradient. */
    MIN,
    /** a / b. */
    QUOTIENT
  }

  /**
   * Equally shaped values combined place by place.
   *
   * @param combination how
   */
  record Combine(Combination combination) implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      boolean ordered = combination == Combination.SUBTRACT || combination == Combination.QUOTIENT;
      require(
          ordered ? inputs.size() == 2 : !inputs.isEmpty(),
          "a %s cannot take %d inputs",
          combination.name().toLowerCase(Locale.ROOT),
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

  /**
   * A model that answers by itself and cannot be differentiated.
   *
   * @param outputs number of logits
   * @param access what its answers allow methods to ask for: logits, or decisions where only the
   *     largest of them says anything
   * @param logits from {@code [rows][values]} to {@code [rows][outputs]}; may be asked by several
   *     threads
   */
  record Prediction(int outputs, Access access, UnaryOperator<double[][]> logits)
      implements Operation {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      only(inputs);
      return Shape.of(outputs);
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

  private static Shape image(List<Shape> inputs, Window window) {
    if (window.rank() == 2) {
      return image(inputs);
    }
    Shape shape = only(inputs);
    require(
        shape.rank() == window.rank() + 1,
        "channels and %d dimensions were expected but it was %s",
        window.rank(),
        shape);
    return shape;
  }

  private static void requireGroups(int groups, int channels) {
    require(
        groups >= 1 && channels % groups == 0,
        "%d channels cannot be in %d groups",
        channels,
        groups);
  }

  private static void requireKernel(Parameter weights, Window window) {
    boolean fits = weights.shape().rank() == window.rank() + 2;
    for (int i = 0; fits && i < window.rank(); i++) {
      fits = weights.shape().size(i + 2) == window.axes().get(i).kernel();
    }
    require(fits, "weights of shape %s do not fit the window %s", weights.shape(), window);
  }

  private static void requireBias(Optional<Parameter> bias, int outputs) {
    bias.ifPresent(
        b ->
            require(
                b.shape().equals(Shape.of(outputs)),
                "a bias of %d outputs must have as many values but %s has shape %s",
                outputs,
                b.name(),
                b.shape()));
  }

  private static void requireExponent(Reduction reduction, double p) {
    require(
        reduction != Reduction.PNORM || p >= 1,
        "the exponent of a norm must be at least 1 but was %s",
        p);
  }

  private static Shape slid(Shape image, int channels, Window window) {
    int[] sizes = image.sizes();
    long padded = image.channels();
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      padded = Math.multiplyExact(padded, axis.padded(sizes[i + 1]));
      require(
          padded <= InferenceGraph.MOST_VALUES,
          "a value may have at most %d values but %s has %d with its padding",
          InferenceGraph.MOST_VALUES,
          image,
          padded);
    }
    for (int i = 0; i < window.rank(); i++) {
      sizes[i + 1] = window.axes().get(i).places(sizes[i + 1]);
    }
    sizes[0] = channels;
    return Shape.of(sizes);
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
