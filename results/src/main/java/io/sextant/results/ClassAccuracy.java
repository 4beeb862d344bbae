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
 * @param robust held in the worst case, per condition
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

  /** Worst-case accuracy of the class under a condition, where it was measured. */
  public Optional<Proportion> robust(Condition condition) {
    return robust.stream()
        .filter(at -> at.condition().equals(condition))
        .map(at -> new Proportion(at.held(), n))
        .findFirst();
  }

  /**
   * Examples of the class that held in the worst case.
   *
   * @param condition the condition
   * @param held at most the class's {@code n}
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Held(Condition condition, int held) {}
}
