package io.sextant.maven.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A part of the audit to look at again.
 *
 * @param rules ids of the rules to judge, all when empty
 * @param samples 0-based rows of the data to use, as the spec says when empty
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Selection(Set<String> rules, List<Integer> samples) {
  /** All of it. */
  public static final Selection EVERYTHING = new Selection(Set.of(), List.of());

  public Selection {
    // Copied by hand to keep the order.
    rules = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(rules));
    samples = List.copyOf(samples);
  }

  /**
   * Reads the settings of a build.
   *
   * @param rules ids
   * @param samples row numbers
   * @throws IllegalArgumentException if a row number is none
   */
  public static Selection parse(List<String> rules, List<String> samples) {
    LinkedHashSet<String> ids = new LinkedHashSet<>();
    rules.stream().map(String::trim).filter(id -> !id.isEmpty()).forEach(ids::add);
    return new Selection(
        ids,
        samples.stream()
            .map(String::trim)
            .filter(row -> !row.isEmpty())
            .map(Selection::row)
            .distinct()
            .toList());
  }

  private static int row(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "sextant.samples.ids must be row numbers such as 17,204 but has '%s'".formatted(text));
    }
    return Integer.parseInt(text);
  }

  /** Whether this is the whole audit. */
  public boolean isEverything() {
    return rules.isEmpty() && samples.isEmpty();
  }
}
