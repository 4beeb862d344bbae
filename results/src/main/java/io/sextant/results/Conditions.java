package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a rule asks for: one {@link Condition}, or all threats that share a norm or a radius. Its
 * text is that of the condition, the norm alone ({@code linf}), or {@code any 8/255}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Conditions permits Condition, Conditions.OfNorm, Conditions.OfRadius {
  /** Whether a condition is one of these. */
  boolean include(Condition condition);

  /** The form in files. */
  @JsonValue
  String text();

  /** The form for people, for example {@code L∞ 8/255}. */
  String describe();

  /** The norm that all of them have, where there is one. */
  default Optional<Norm> sharedNorm() {
    return Optional.empty();
  }

  /** The radius that all of them have, where there is one. */
  default Optional<Epsilon> sharedRadius() {
    return Optional.empty();
  }

  /**
   * Reads the form in files.
   *
   * @throws IllegalArgumentException if the text is no such form
   */
  @JsonCreator
  static Conditions parse(String text) {
    String trimmed = text.trim();
    if (trimmed.startsWith(OfRadius.ANY)) {
      return new OfRadius(Epsilon.parse(trimmed.substring(OfRadius.ANY.length())));
    }
    return Norm.find(trimmed)
        .<Conditions>map(OfNorm::new)
        .orElseGet(() -> Condition.parse(trimmed));
  }

  /**
   * Every radius of a norm.
   *
   * @param norm of the threats
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfNorm(Norm norm) implements Conditions {
    @Override
    public boolean include(Condition condition) {
      return condition instanceof Condition.Within within && within.norm() == norm;
    }

    @Override
    public String text() {
      return norm.key();
    }

    @Override
    public String describe() {
      return norm.symbol();
    }

    @Override
    public Optional<Norm> sharedNorm() {
      return Optional.of(norm);
    }
  }

  /**
   * One radius in every norm.
   *
   * @param epsilon the radius, compared by value
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfRadius(Epsilon epsilon) implements Conditions {
    private static final String ANY = "any ";

    @Override
    public boolean include(Condition condition) {
      return condition instanceof Condition.Within within && within.epsilon().equals(epsilon);
    }

    @Override
    public String text() {
      return ANY + epsilon.text();
    }

    @Override
    public String describe() {
      return "any norm " + epsilon.text();
    }

    @Override
    public Optional<Epsilon> sharedRadius() {
      return Optional.of(epsilon);
    }
  }
}
