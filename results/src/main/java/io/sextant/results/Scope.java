package io.sextant.results;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What part of an audit a figure is about; what is absent is not narrowed down.
 *
 * @param norm of the threat
 * @param epsilon radius of the threat, compared by value
 * @param attack the one attack, the worst case over all when absent
 * @param className the one class
 * @param slice the named part of the examples
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Scope(
    Optional<Norm> norm,
    Optional<Epsilon> epsilon,
    Optional<String> attack,
    Optional<String> className,
    Optional<String> slice) {
  /** The whole audit. */
  public static final Scope ALL =
      new Scope(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The part at one threat and radius. */
  static Scope at(Norm norm, Epsilon epsilon, Optional<String> attack) {
    return new Scope(
        Optional.of(norm), Optional.of(epsilon), attack, Optional.empty(), Optional.empty());
  }

  Scope ofClass(String name) {
    return new Scope(norm, epsilon, attack, Optional.of(name), slice);
  }

  Scope ofSlice(String name) {
    return new Scope(norm, epsilon, attack, className, Optional.of(name));
  }

  /** For example {@code L∞ 8/255, worst case, class cat}; empty for the whole audit. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    norm.ifPresent(
        n ->
            text.append(n.symbol())
                .append(epsilon.map(e -> " " + e.text()).orElse(""))
                .append(", ")
                .append(attack.orElse("worst case")));
    className.ifPresent(
        name -> text.append(text.isEmpty() ? "" : ", ").append("class ").append(name));
    slice.ifPresent(name -> text.append(text.isEmpty() ? "" : ", ").append("slice ").append(name));
    return text.toString();
  }
}
