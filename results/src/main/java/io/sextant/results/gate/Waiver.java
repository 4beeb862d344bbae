package io.sextant.results.gate;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A broken rule that somebody accepts for a time.
 *
 * @param rule id of the rule
 * @param model id of the model, any when absent
 * @param reason why this is acceptable
 * @param owner who answers for it
 * @param until last day on which it counts
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Waiver(
    String rule, Optional<String> model, String reason, String owner, LocalDate until) {
  /** What a paste-ready waiver has in place of its reason and owner. */
  static final String BLANK = "...";

  public Waiver {
    require("rule", rule, rule);
    model.ifPresent(id -> require("model", id, rule));
    require("reason", reason, rule);
    require("owner", owner, rule);
  }

  private static void require(String name, String value, String rule) {
    if (value.isBlank() || value.trim().equals(BLANK)) {
      throw new IllegalArgumentException(
          "the waiver of rule %s must give its %s but was '%s'; fill it in"
              .formatted(rule, name, value));
    }
  }

  /**
   * Reads a date.
   *
   * @param text for example {@code 2026-12-31}
   * @throws IllegalArgumentException if it is none
   */
  public static LocalDate date(String text) {
    try {
      return LocalDate.parse(text.trim());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "until must be a date such as 2026-12-31 but was '%s'".formatted(text), e);
    }
  }

  /** Whether it is about a rule of a model. */
  boolean covers(String ruleId, String modelId) {
    return rule.equals(ruleId) && model.map(modelId::equals).orElse(true);
  }

  /** Whether its last day is over. */
  boolean isExpired(LocalDate today) {
    return today.isAfter(until);
  }

  /**
   * The lines of a waiver to paste into a spec, with reason and owner to fill in.
   *
   * @param rule id
   * @param model id
   * @param until last day
   */
  static String yaml(String rule, String model, LocalDate until) {
    return """
        waivers:
          - rule: %s
            model: %s
            reason: "%s"
            owner: "%s"
            until: %s
        """
        .formatted(quoted(rule), quoted(model), BLANK, BLANK, until);
  }

  /** The same for a POM. */
  static String xml(String rule, String model, LocalDate until) {
    return """
        <waiver>
          <rule>%s</rule>
          <model>%s</model>
          <reason>%s</reason>
          <owner>%s</owner>
          <until>%s</until>
        </waiver>
        """
        .formatted(escaped(rule), escaped(model), BLANK, BLANK, until);
  }

  /** The same for an assertion in code. */
  static String code(String rule, LocalDate until) {
    return ".waiving(%s, \"%s\", \"%s\", \"%s\")".formatted(quoted(rule), BLANK, BLANK, until);
  }

  /** A JSON string is a YAML string, and one of Java. */
  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
