package io.sextant.gradients.graph;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What one step of a recurrent layer does. x is the step's input and h the state before it; W, U
 * and b are the columns of {@link Operation.Recurrent}'s weights that belong to a gate, each as
 * wide as the state, in the order in which the gates are named here.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Cell {
  /** How many gates the weights are for. */
  int gates();

  /** The parameters that the cell has beside those of every recurrent layer. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Refuses parameters that do not fit a state of this size. */
  default void requireUnits(int units) {}

  /**
   * h' = f(x W + h U + b).
   *
   * <p>Elman, "Finding Structure in Time", Cognitive Science 14, 1990.
   *
   * @param activation f
   */
  record Simple(Function activation) implements Cell {
    @Override
    public int gates() {
      return 1;
    }
  }

  /**
   * Long short-term memory: with gates i (input), f (forget), g (candidate) and o (output), c' = f
   * c + i g and h' = o output(c').
   *
   * <p>Hochreiter, Schmidhuber, "Long Short-Term Memory", Neural Computation 9, 1997; peepholes:
   * Gers, Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000.
   *
   * @param gate of i, f and o
   * @param candidate of g
   * @param output of c'
   * @param peepholes {@code [3, units]}: p_i c and p_f c are added in the gates i and f, and p_o c'
   *     in o
   */
  record Lstm(Function gate, Function candidate, Function output, Optional<Parameter> peepholes)
      implements Cell {
    @Override
    public int gates() {
      return 4;
    }

    @Override
    public List<Parameter> parameters() {
      return peepholes.stream().toList();
    }

    @Override
    public void requireUnits(int units) {
      require(peepholes, Shape.of(3, units));
    }
  }

  /**
   * Gated recurrent unit: with gates z (update), r (reset) and g (candidate), h' = z h + (1 - z) g.
   *
   * <p>Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014,
   * arXiv:1406.1078, up to the names of z and 1 - z.
   *
   * @param gate of z and r
   * @param candidate of g
   * @param resetAfter true for g = candidate(x W + b + r (h U + after)), as in cuDNN, PyTorch and
   *     Keras 2 and later; false for g = candidate(x W + b + (r h) U), as in the paper
   * @param after {@code [units]}; only where the reset gate acts after the product
   */
  record Gru(Function gate, Function candidate, boolean resetAfter, Optional<Parameter> after)
      implements Cell {
    public Gru {
      if (!resetAfter && after.isPresent()) {
        throw new IllegalArgumentException(
            "a bias inside the reset gate needs a reset after the product");
      }
    }

    @Override
    public int gates() {
      return 3;
    }

    @Override
    public List<Parameter> parameters() {
      return after.stream().toList();
    }

    @Override
    public void requireUnits(int units) {
      require(after, Shape.of(units));
    }
  }

  private static void require(Optional<Parameter> parameter, Shape shape) {
    parameter
        .filter(p -> !p.shape().equals(shape))
        .ifPresent(
            p -> {
              throw new IllegalArgumentException(
                  "parameter %s must be %s but is %s".formatted(p.name(), shape, p.shape()));
            });
  }
}
