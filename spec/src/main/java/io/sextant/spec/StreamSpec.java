package io.sextant.spec;

import io.sextant.methods.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A stream of examples, to which a model is adapted.
 *
 * @param kind what comes
 * @param concentration of labels in runs; present for {@link Kind#RUNS} alone
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StreamSpec(Kind kind, Optional<String> concentration) {
  /** The name of streams of one corruption each. */
  public static final String SINGLE = "single";

  private static final String RUNS = "runs-";
  private static final List<String> NAMES =
      List.of("clean", SINGLE, "continual", "mixed", "runs-0.1", "runs-0.01");

  /** What comes in a stream. */
  public enum Kind {
    /** Examples as they are, in random order. */
    CLEAN,
    /** One corruption, in random order; a stream for each. */
    SINGLE,
    /** One corruption after another, each in random order. */
    CONTINUAL,
    /** All corruptions, in random order. */
    MIXED,
    /** One corruption after another, the labels of each in runs. */
    RUNS
  }

  /** All that are usual, in this order. */
  public static List<StreamSpec> usual() {
    return NAMES.stream().map(StreamSpec::parse).toList();
  }

  /**
   * Reads a stream.
   *
   * @param text such as {@code mixed}, or {@code runs-0.1}
   * @throws IllegalArgumentException when there is none of this name
   */
  public static StreamSpec parse(String text) {
    if (text.startsWith(RUNS)) {
      String concentration = text.substring(RUNS.length());
      if (concentration.matches("[0-9]{1,4}(\\.[0-9]{1,6})?")
          && Double.parseDouble(concentration) > 0) {
        return new StreamSpec(Kind.RUNS, Optional.of(concentration));
      }
      throw new IllegalArgumentException(
          "the concentration of runs must be a number above 0, as in runs-0.1, but was '%s'"
              .formatted(concentration));
    }
    return switch (text) {
      case "clean" -> new StreamSpec(Kind.CLEAN, Optional.empty());
      case SINGLE -> new StreamSpec(Kind.SINGLE, Optional.empty());
      case "continual" -> new StreamSpec(Kind.CONTINUAL, Optional.empty());
      case "mixed" -> new StreamSpec(Kind.MIXED, Optional.empty());
      default ->
          throw new IllegalArgumentException(
              "a stream must be one of %s but was '%s'%s"
                  .formatted(String.join(", ", NAMES), text, Suggestion.question(text, NAMES)));
    };
  }

  /** As it is written in specs. */
  public String text() {
    return concentration.map(RUNS::concat).orElseGet(() -> kind.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return text();
  }
}
