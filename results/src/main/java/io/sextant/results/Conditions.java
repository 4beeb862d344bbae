package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * What a rule asks for: one {@link Condition}, all threats that share a norm or a radius, or all
 * corruptions of a kind or a severity. Its text is that of the condition, the norm alone ({@code
 * linf}), {@code any 8/255}, {@code corrupted fog}, {@code corrupted any 3}, or {@code corrupted}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Conditions
    permits Condition, Conditions.OfNorm, Conditions.OfRadius, Conditions.OfCorruption {
  /** Whether a condition is one of these. */
  boolean include(Condition condition);

  /** The form in files. */
  @JsonValue
  String text();

  /** The form for people, for example {@code L∞ 8/255}. */
  String describe();

  /** Whether all of them are corruptions. */
  default boolean areCorruptions() {
    return this instanceof OfCorruption || this instanceof Condition.Corrupted;
  }

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
    Optional<Conditions> corruptions = OfCorruption.find(trimmed);
    if (corruptions.isPresent()) {
      return corruptions.get();
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

  /**
   * Every corruption, those of one kind, or those of one severity.
   *
   * @param kind of corruption, any when absent
   * @param severity of corruption, any when absent
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfCorruption(Optional<String> kind, OptionalInt severity) implements Conditions {
    private static final String TEXT = "corrupted";
    private static final String ANY = "any";

    private static Optional<Conditions> find(String text) {
      String[] words = text.split("\\s+");
      if (!words[0].equals(TEXT) || words.length > 3) {
        return Optional.empty();
      } else if (words.length == 1) {
        return Optional.of(new OfCorruption(Optional.empty(), OptionalInt.empty()));
      } else if (words.length == 2 && !words[1].equals(ANY)) {
        return Optional.of(new OfCorruption(Optional.of(words[1]), OptionalInt.empty()));
      } else if (words.length == 3 && words[1].equals(ANY)) {
        // Read as a condition, so that a wrong severity has one message.
        Condition.Corrupted read = (Condition.Corrupted) Condition.parse(text);
        return Optional.of(new OfCorruption(Optional.empty(), OptionalInt.of(read.severity())));
      }
      return Optional.empty();
    }

    @Override
    public boolean include(Condition condition) {
      return condition instanceof Condition.Corrupted corrupted
          && kind.map(corrupted.kind()::equals).orElse(true)
          && (severity.isEmpty() || severity.getAsInt() == corrupted.severity());
    }

    @Override
    public String text() {
      return severity.isPresent()
          ? "%s %s %s".formatted(TEXT, ANY, severity.getAsInt())
          : kind.map(own -> TEXT + " " + own).orElse(TEXT);
    }

    @Override
    public String describe() {
      return severity.isPresent()
          ? "any corruption, severity %s".formatted(severity.getAsInt())
          : kind.orElse("any corruption");
    }
  }
}
