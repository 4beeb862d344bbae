package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One kind of layer at a time in shapes that {@link Sketch} seldom draws: more channels than a
 * vector has floats, long sequences, every option of a window; between others that lay their values
 * out differently.
 */
@Tag("engine-contract")
class KindContractTest {
  private static final int NETWORKS = 12;
  private static final Function SIGMOID = new Function.Sigmoid();
  private static final Function TANH = new Function.Tanh();

  /** What is drawn. */
  enum Kind {
    SIGNAL_CONVOLUTION(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return convolution(layers, x, random);
      }
    },
    VOLUME_CONVOLUTION(4) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return convolution(layers, x, random);
      }
    },
    SIGNAL_POOLING(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return pool(layers, x, random);
      }
    },
    VOLUME_POOLING(4) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return pool(layers, x, random);
      }
    },
    SIGNAL_TRANSPOSED(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return transposed(layers, x, random);
      }
    },
    IMAGE_TRANSPOSED(3) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return transposed(layers, x, random);
      }
    },
    VOLUME_TRANSPOSED(4) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return transposed(layers, x, random);
      }
    },
    LAYER_NORM(3) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        return layers.layerNorm(x, random.nextInt(1, 4), random.nextBoolean());
      }
    },
    REDUCTION(4) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        int from = random.nextInt(4);
        int[] axes = IntStream.range(from, random.nextInt(from, 4) + 1).toArray();
        Reduction reduction =
            List.of(Reduction.MAX, Reduction.AVERAGE, Reduction.SUM).get(random.nextInt(3));
        return layers.add(
            random.nextBoolean()
                ? Operation.Reduce.keeping(reduction, axes)
                : Operation.Reduce.over(reduction, axes),
            x);
      }
    },
    /** Combined with what is left of itself, spread out again. */
    EXPANSION(4) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        boolean keep = random.nextBoolean();
        int from = keep ? random.nextInt(4) : 0;
        int[] axes = IntStream.range(from, random.nextInt(from, keep ? 4 : 3) + 1).toArray();
        Node small =
            layers.add(
                keep
                    ? Operation.Reduce.keeping(Reduction.AVERAGE, axes)
                    : Operation.Reduce.over(Reduction.AVERAGE, axes),
                x);
        // Away from 0, so that it can divide.
        small = layers.add(new Operation.Elementwise(TANH), small);
        small = layers.add(new Operation.Elementwise(new Function.Exponential()), small);
        Node wide = layers.add(new Operation.Expand(x.shape()), small);
        Combination combination =
            List.of(
                    Combination.PRODUCT,
                    Combination.QUOTIENT,
                    Combination.MAX,
                    Combination.MIN,
                    Combination.SUBTRACT)
                .get(random.nextInt(5));
        return layers.add(new Operation.Combine(combination), x, wide);
      }
    },
    BLEND(3) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        int axis = random.nextInt(3);
        int size = x.shape().size(axis);
        return layers.add(
            random.nextBoolean()
                ? new Operation.Select(axis, random.ints(2L * size, 0, size).boxed().toList())
                : new Operation.Interpolate(
                    axis, random.doubles(2L * size, -1, size).boxed().toList()),
            x);
      }
    },
    SIMPLE_CELL(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        Function function = random.nextBoolean() ? TANH : SIGMOID;
        return cell(layers, x, random, units -> new Cell.Simple(function));
      }
    },
    LSTM(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        boolean peepholes = random.nextBoolean();
        return cell(
            layers,
            x,
            random,
            units ->
                new Cell.Lstm(
                    SIGMOID,
                    TANH,
                    TANH,
                    peepholes ? layers.learned(Shape.of(3, units)) : Optional.empty()));
      }
    },
    GRU(2) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        boolean after = random.nextBoolean();
        boolean biased = after && random.nextBoolean();
        return cell(
            layers,
            x,
            random,
            units ->
                new Cell.Gru(
                    SIGMOID,
                    TANH,
                    after,
                    biased ? layers.learned(Shape.of(units)) : Optional.empty()));
      }
    },
    ATTENTION(3) {
      @Override
      Node layer(Layers layers, Node x, RandomGenerator random) {
        Node scores = layers.add(new Operation.MatrixProduct(false, true), x, x);
        Node shares = layers.add(new Operation.Softmax(random.nextInt(3)), scores);
        Node y = layers.add(new Operation.MatrixProduct(random.nextBoolean(), false), shares, x);
        return layers.add(new Operation.Permute(List.of(1, 0, 2)), y);
      }
    };

    private final int rank;

    Kind(int rank) {
      this.rank = rank;
    }

    abstract Node layer(Layers layers, Node x, RandomGenerator random);

    InferenceGraph draw(RandomKey key) {
      RandomGenerator random = key.random();
      int[] sizes = new int[rank];
      Arrays.setAll(sizes, d -> d == 0 ? random.nextInt(1, 21) : side(rank, random));
      Layers layers = new Layers(Shape.of(sizes), Values.ROUGH, random);
      Node x = around(layers, layers.input(), random);
      Node y = layer(layers, x, random);
      if (random.nextBoolean() && y.shape().equals(x.shape())) {
        y = layers.sum(x, y);
      }
      y = around(layers, y, random);
      return layers.endingIn(layers.dense(y, random.nextInt(1, 6), true));
    }

    private static int side(int rank, RandomGenerator random) {
      return random.nextInt(1, rank == 2 ? 41 : rank == 3 ? 10 : 6);
    }

    /** What may be fused, or lie otherwise. */
    private static Node around(Layers layers, Node x, RandomGenerator random) {
      Node y = random.nextInt(3) == 0 ? layers.batchNorm(x) : x;
      y = random.nextInt(3) == 0 ? layers.relu(y) : y;
      return random.nextInt(4) == 0
          ? layers.affine(y, y.shape().size(y.shape().rank() - 1), true)
          : y;
    }

    private static Window window(Node x, RandomGenerator random, int mostDilation) {
      List<Window.Axis> axes = new ArrayList<>();
      for (int d = 1; d < x.shape().rank(); d++) {
        int size = x.shape().size(d);
        int dilation = random.nextInt(1, mostDilation + 1);
        int kernel = random.nextInt(1, Math.min(5, (size - 1) / dilation + 1) + 1);
        int span = (kernel - 1) * dilation + 1;
        int stride = random.nextInt(1, 4);
        axes.add(
            new Window.Axis(kernel, stride, dilation, random.nextInt(span), random.nextInt(span)));
      }
      return new Window(axes);
    }

    private static int groups(Node x, RandomGenerator random) {
      int channels = x.shape().channels();
      int groups = random.nextInt(3) == 0 ? channels : random.nextInt(1, 4);
      return channels % groups == 0 ? groups : 1;
    }

    Node convolution(Layers layers, Node x, RandomGenerator random) {
      int groups = groups(x, random);
      int outputs = random.nextInt(1, groups > 4 ? 3 : 20);
      return layers.grouped(x, groups, outputs, window(x, random, 2), random.nextBoolean());
    }

    Node transposed(Layers layers, Node x, RandomGenerator random) {
      int groups = groups(x, random);
      Window window = window(x, random, 2);
      List<Integer> extra =
          window.axes().stream().map(axis -> random.nextInt(axis.stride())).toList();
      try {
        return layers.transposed(x, groups, random.nextInt(1, 5), window, extra, true);
      } catch (IllegalArgumentException nothingLeft) {
        return layers.relu(x); // the margins take all
      }
    }

    Node pool(Layers layers, Node x, RandomGenerator random) {
      Reduction reduction = random.nextBoolean() ? Reduction.MAX : Reduction.AVERAGE;
      return layers.add(
          new Operation.Pool(reduction, window(x, random, 1), random.nextBoolean(), 2),
          layers.relu(x));
    }

    Node cell(Layers layers, Node x, RandomGenerator random, IntFunction<Cell> ofUnits) {
      int units = random.nextInt(1, 25);
      return layers.recurrent(
          ofUnits.apply(units), units, random.nextBoolean(), random.nextBoolean(), x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void layers_of_a_kind_agree_with_the_reference_in_double_precision(Kind kind) {
    for (int network = 0; network < NETWORKS; network++) {
      RandomKey key = RandomKey.of(network).with(kind.name());
      Question question = Question.about(kind.draw(key.with("graph")), Values.ROUGH, key);
      assertThat(Agreement.on(question, key).difference()).as("%s", question).isEmpty();
    }
  }
}
