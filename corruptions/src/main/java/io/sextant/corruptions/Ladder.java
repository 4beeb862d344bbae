package io.sextant.corruptions;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import org.apiguardian.api.API;

/**
 * One corruption at every strength.
 *
 * @param mild severities 1 to 5 of {@link ParameterSet#CIFAR_C}
 * @param strong severities 1 to 5 of {@link ParameterSet#MNIST_C}
 * @param <C> the corruption
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Ladder<C>(List<C> mild, List<C> strong) {
  public Ladder {
    mild = List.copyOf(mild);
    strong = List.copyOf(strong);
    if (mild.size() != Strength.SEVERITIES || strong.size() != Strength.SEVERITIES) {
      throw new IllegalArgumentException(
          "a ladder must have %d severities in each set but had %d and %d"
              .formatted(Strength.SEVERITIES, mild.size(), strong.size()));
    }
  }

  /** A corruption with one number as its parameter. */
  public static <C> Ladder<C> of(DoubleFunction<C> maker, double[] mild, double[] strong) {
    return new Ladder<>(
        Arrays.stream(mild).mapToObj(maker).toList(),
        Arrays.stream(strong).mapToObj(maker).toList());
  }

  /** Numbers in a row, for {@link #of}. */
  public static double[] numbers(double... all) {
    return all;
  }

  /** The corruption at a strength. */
  public C at(Strength strength) {
    return switch (strength.parameters()) {
      case CIFAR_C -> mild.get(strength.severity() - 1);
      case MNIST_C -> strong.get(strength.severity() - 1);
    };
  }
}
