package io.sextant.results;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The figures of one class.
 *
 * @param label index of the class
 * @param n examples of it
 * @param cleanCorrect right without an attack
 * @param robust held in the worst case, per threat and radius
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ClassAccuracy(int label, int n, int cleanCorrect, List<Held> robust) {
  public ClassAccuracy {
    Check.notNegative("label", label);
    robust = List.copyOf(robust);
    if (cleanCorrect < 0 || cleanCorrect > n) {
      throw new IllegalArgumentException(
          "cleanCorrect must be in [0, %d] but was %d".formatted(n, cleanCorrect));
    }
  }

  /** Clean accuracy of the class. */
  public Proportion clean() {
    return new Proportion(cleanCorrect, n);
  }

  /** Worst-case robust accuracy of the class, where it was measured. */
  public Optional<Proportion> robust(Norm norm, Epsilon epsilon) {
    return robust.stream()
        .filter(cell -> cell.norm() == norm && cell.epsilon().equals(epsilon))
        .map(cell -> new Proportion(cell.held(), n))
        .findFirst();
  }

  /**
   * Examples of the class that held in the worst case.
   *
   * @param norm of the threat
   * @param epsilon radius of the threat
   * @param held at most the class's {@code n}
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Held(Norm norm, Epsilon epsilon, int held) {}
}
