package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What part of an audit a figure is about; what is absent is not narrowed down.
 *
 * @param condition the one condition of a figure, or those that a rule asks for
 * @param attack the one attack, the worst case over all when absent
 * @param className the one class
 * @param slice the named part of the examples
 * @param explainer the one explainer
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Scope(
    Optional<Conditions> condition,
    Optional<String> attack,
    @JsonProperty("class") Optional<String> className,
    Optional<String> slice,
    Optional<String> explainer) {
  /** The whole audit. */
  public static final Scope ALL =
      new Scope(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** One cell of the measurement. */
  public static Scope at(Cell cell) {
    return new Scope(
        Optional.of(cell.condition()),
        Optional.of(cell.method()).filter(method -> !cell.isWorstCase()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** What one explainer says. */
  public static Scope of(String explainer) {
    return new Scope(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(explainer));
  }

  /** The same of one class. */
  public Scope ofClass(String name) {
    return new Scope(condition, attack, Optional.of(name), slice, explainer);
  }

  /** The same over all classes. */
  public Scope ofAllClasses() {
    return new Scope(condition, attack, Optional.empty(), slice, explainer);
  }

  /** The same of a named part. */
  public Scope ofSlice(String name) {
    return new Scope(condition, attack, className, Optional.of(name), explainer);
  }

  /** For example {@code L∞ 8/255, worst case, class cat}; empty for the whole audit. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    condition.ifPresent(
        c -> {
          text.append(c.describe());
          if (!c.areCorruptions()) {
            text.append(", ").append(attack.orElse("worst case"));
          }
        });
    className.ifPresent(
        name -> text.append(text.isEmpty() ? "" : ", ").append("class ").append(name));
    slice.ifPresent(name -> text.append(text.isEmpty() ? "" : ", ").append("slice ").append(name));
    explainer.ifPresent(name -> text.append(text.isEmpty() ? "" : ", ").append(name));
    return text.toString();
  }
}
