package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Under what an example is judged. Every finding is filed under a condition and the method that
 * made it, see {@link Cell}.
 *
 * <p>Each condition has one text: {@code clean}, {@code linf 8/255}, {@code nearest l2}, {@code
 * corrupted fog 3}. The order is total: clean first, then radii by norm and value, then nearest by
 * norm, then corruptions by kind and severity.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Condition extends Conditions, Comparable<Condition> {
  /**
   * Whether the input as it is belongs to the condition, so that an example that is wrong from the
   * start is wrong here too.
   */
  boolean includesClean();

  /** Whether outcomes under this condition are outcomes under another one. */
  default boolean countsUnder(Condition other) {
    return equals(other);
  }

  /**
   * Whether an input that broke an example under this condition breaks it under another one.
   *
   * @param other the other condition
   * @param distance of the input, in the norm of this condition; infinite where there is none
   */
  default boolean breaksUnder(Condition other, double distance) {
    return equals(other);
  }

  @Override
  default boolean include(Condition condition) {
    return equals(condition);
  }

  @Override
  default int compareTo(Condition other) {
    return Order.CONDITIONS.compare(this, other);
  }

  /**
   * Reads the form in files.
   *
   * @throws IllegalArgumentException if the text is no such form
   */
  @JsonCreator
  static Condition parse(String text) {
    String[] words = text.trim().split("\\s+", 2);
    String rest = words.length == 2 ? words[1] : "";
    if (words[0].equals(Clean.TEXT) && rest.isEmpty()) {
      return new Clean();
    } else if (words[0].equals(Nearest.TEXT)) {
      return new Nearest(Norm.parse(rest));
    } else if (words[0].equals(Corrupted.TEXT)) {
      return Corrupted.of(rest);
    }
    Optional<Norm> norm = Norm.find(words[0]);
    if (norm.isEmpty() || rest.isEmpty()) {
      throw new IllegalArgumentException(
          "condition must be clean, a norm with a radius (linf 8/255), nearest with a norm (nearest l2), or corrupted with kind and severity (corrupted fog 3), but was '%s'"
              .formatted(Epsilon.abbreviate(text)));
    }
    return norm.get().within(Epsilon.parse(rest));
  }

  /**
   * The inputs as they are.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Clean() implements Condition {
    private static final String TEXT = "clean";

    @Override
    public boolean includesClean() {
      return true;
    }

    @Override
    public String text() {
      return TEXT;
    }

    @Override
    public String describe() {
      return TEXT;
    }
  }

  /**
   * A condition that an attacker makes: an input near the clean one in some norm.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  sealed interface Perturbed extends Condition {
    /** In which distance is measured. */
    Norm norm();

    /** The largest distance; infinite where none is too large. */
    double radius();
  }

  /**
   * The worst input within a radius.
   *
   * @param norm of the threat
   * @param epsilon radius of the threat, compared by value; a whole number in L0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Within(Norm norm, Epsilon epsilon) implements Perturbed {
    public Within {
      if (norm == Norm.L0 && !epsilon.isWhole()) {
        throw new IllegalArgumentException(
            "epsilon in L0 must be a whole number of features, such as 10, but was '%s'"
                .formatted(epsilon.text()));
      }
    }

    /** One condition for each radius, in order. */
    public static List<Within> each(Norm norm, List<Epsilon> radii) {
      return radii.stream().map(norm::within).toList();
    }

    @Override
    public boolean includesClean() {
      return true;
    }

    @Override
    public double radius() {
      return epsilon.value();
    }

    @Override
    public boolean breaksUnder(Condition other, double distance) {
      return other instanceof Within larger
          && larger.norm == norm
          && epsilon.compareTo(larger.epsilon) <= 0;
    }

    @Override
    public String text() {
      return norm.key() + " " + epsilon.text();
    }

    @Override
    public String describe() {
      return norm.symbol() + " " + epsilon.text();
    }

    @Override
    public Optional<Norm> sharedNorm() {
      return Optional.of(norm);
    }

    @Override
    public Optional<Epsilon> sharedRadius() {
      return Optional.of(epsilon);
    }
  }

  /**
   * The nearest input that breaks an example, at whatever distance: what a minimum-norm attack
   * looks for. One run counts at every radius of its norm.
   *
   * @param norm in which distance is measured
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Nearest(Norm norm) implements Perturbed {
    private static final String TEXT = "nearest";

    @Override
    public boolean includesClean() {
      return true;
    }

    @Override
    public double radius() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public boolean countsUnder(Condition other) {
      return equals(other) || other instanceof Within within && within.norm == norm;
    }

    @Override
    public boolean breaksUnder(Condition other, double distance) {
      return equals(other)
          || other instanceof Within within
              && within.norm == norm
              && distance <= within.epsilon.value();
    }

    @Override
    public String text() {
      return TEXT + " " + norm.key();
    }

    @Override
    public String describe() {
      return TEXT + " " + norm.symbol();
    }

    @Override
    public Optional<Norm> sharedNorm() {
      return Optional.of(norm);
    }
  }

  /**
   * An input changed as the world changes inputs, not by an attacker. What the model makes of it is
   * right or wrong; nothing is searched for, and there is no distance.
   *
   * @param kind lower-case letters, digits and hyphens, for example {@code gaussian-noise}
   * @param severity from 1
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Corrupted(String kind, int severity) implements Condition {
    private static final String TEXT = "corrupted";
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]*");

    public Corrupted {
      if (!KIND.matcher(kind).matches()) {
        throw new IllegalArgumentException(
            "the kind of a corruption must be lower-case letters, digits and hyphens, such as fog, but was '%s'"
                .formatted(Epsilon.abbreviate(kind)));
      }
      if (severity < 1) {
        throw new IllegalArgumentException(
            "the severity of %s must be at least 1 but was %s".formatted(kind, severity));
      }
    }

    private static Corrupted of(String text) {
      String[] words = text.split("\\s+");
      try {
        if (words.length == 2) {
          return new Corrupted(words[0], Integer.parseInt(words[1]));
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "the severity of %s must be a whole number but was '%s'"
                .formatted(words[0], Epsilon.abbreviate(words[1])),
            e);
      }
      throw new IllegalArgumentException(
          "corrupted must come with a kind and a severity, such as corrupted fog 3, but had '%s'"
              .formatted(Epsilon.abbreviate(text)));
    }

    @Override
    public boolean includesClean() {
      return false;
    }

    @Override
    public String text() {
      return "%s %s %s".formatted(TEXT, kind, severity);
    }

    @Override
    public String describe() {
      return "%s %s".formatted(kind, severity);
    }
  }
}
