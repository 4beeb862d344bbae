package io.sextant.junit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the caller of a test run says, as opposed to the test itself.
 *
 * @param output the folder of all results
 * @param rules ids of the rules to judge; all when empty
 * @param samples 0-based rows to look at instead of a sample; none for the test's own sample
 * @param updateBaselines whether baselines are recorded again
 * @param ci whether this is a continuous-integration machine, which must not move its own yardstick
 */
record Settings(
    Path output, Set<String> rules, List<Integer> samples, boolean updateBaselines, boolean ci) {
  static final String OUTPUT = "sextant.output";
  static final String RULES = "sextant.rules";
  static final String SAMPLES = "sextant.samples.ids";
  static final String UPDATE = "sextant.updateBaselines";
  private static final Path DEFAULT_OUTPUT = Path.of("target", "sextant", "junit");

  Settings {
    rules = Set.copyOf(rules);
    samples = List.copyOf(samples);
  }

  /** From the system properties. */
  static Settings ofSystem() {
    return of(key -> Optional.ofNullable(System.getProperty(key)));
  }

  /**
   * From parameters.
   *
   * @param parameter value by key
   * @throws IllegalArgumentException if a value is malformed
   */
  static Settings of(Function<String, Optional<String>> parameter) {
    String ci = System.getenv().getOrDefault("CI", "");
    return new Settings(
        parameter.apply(OUTPUT).filter(s -> !s.isBlank()).map(Path::of).orElse(DEFAULT_OUTPUT),
        Set.copyOf(entries(parameter.apply(RULES))),
        entries(parameter.apply(SAMPLES)).stream().map(Settings::row).toList(),
        parameter.apply(UPDATE).map(Settings::flag).orElse(false),
        !ci.isBlank() && !ci.equals("false"));
  }

  /** Whether some rules or rows are looked at again, rather than the test run as it stands. */
  boolean isReproduction() {
    return !rules.isEmpty() || !samples.isEmpty();
  }

  private static List<String> entries(Optional<String> text) {
    return text.stream()
        .flatMap(t -> Arrays.stream(t.split(",", -1)))
        .map(String::trim)
        .filter(entry -> !entry.isEmpty())
        .collect(Collectors.toUnmodifiableList());
  }

  private static int row(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must list 0-based rows such as 3,17 but had '%s'".formatted(SAMPLES, text), e);
    }
  }

  private static boolean flag(String text) {
    return switch (text.trim()) {
      case "", "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s must be true or false but was '%s'".formatted(UPDATE, text));
    };
  }
}
