package io.sextant.maven.judge;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * A form in which a judgement is written. The results themselves, {@code result.json} and {@code
 * samples.csv}, are always there.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public enum Format {
  /** {@code report.html} for people, and {@code index.html} over several models. */
  HTML,
  /** {@code gate.json} for other tools. */
  JSON,
  /** {@code TEST-sextant.xml} for build servers: a case per rule. */
  JUNIT,
  /** {@code summary.md} for a comment on a change. */
  MARKDOWN,
  /** {@code rules.csv} for spreadsheets: a row per rule. */
  CSV,
  /** {@code sextant.sarif} for code hosts: a result per rule. */
  SARIF;

  /**
   * Reads names.
   *
   * @throws IllegalArgumentException if there is an unknown one; the known ones are listed
   */
  public static Set<Format> parse(List<String> names) {
    Set<Format> formats = EnumSet.noneOf(Format.class);
    for (String name : names) {
      String wanted = name.trim().toUpperCase(Locale.ROOT);
      if (!wanted.isEmpty()) {
        formats.add(
            Arrays.stream(values())
                .filter(format -> format.name().equals(wanted))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "sextant.formats must be some of %s but has '%s'"
                                .formatted(
                                    Arrays.stream(values())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(", ")),
                                    name))));
      }
    }
    return formats;
  }
}
