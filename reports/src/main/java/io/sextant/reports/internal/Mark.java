package io.sextant.reports.internal;

import io.sextant.results.Gate;
import io.sextant.results.ValidityCheck;
import io.sextant.results.Verdict;
import io.sextant.results.gate.Finding;
import org.apiguardian.api.API;

/**
 * A state as icon, word and colour: never colour alone.
 *
 * @param word for people
 * @param tone class of the style sheet: good, warn, bad, unsure, waived, plain
 * @param icon path in a box of 16 x 16
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Mark(String word, String tone, String icon) {
  private static final String TICK = "M3 8.5 L6.5 12 L13 4.5";
  private static final String CROSS = "M4 4 L12 12 M12 4 L4 12";
  private static final String ALERT = "M8 3 V9.5 M8 12.4 V12.6";
  private static final String ASK = "M5 5.6 A3 3 0 1 1 8 8.6 V9.9 M8 13.2 V13.4";
  private static final String DASH = "M4 8 H12";
  private static final String EMPTY = "M8 3 A5 5 0 1 0 8.01 3";
  private static final String CLOCK = "M8 2.5 A5.5 5.5 0 1 0 8.01 2.5 M8 5 V8.2 L10.2 9.6";

  /** The mark of a rule or an audit. */
  public static Mark of(Verdict verdict) {
    return switch (verdict) {
      case PASS -> new Mark("Pass", "good", TICK);
      case WARN -> new Mark("Warning", "warn", ALERT);
      case FAIL -> new Mark("Fail", "bad", CROSS);
      case INCONCLUSIVE -> new Mark("Inconclusive", "unsure", ASK);
      case NOT_MEASURED -> new Mark("Not measured", "unsure", EMPTY);
      case SKIPPED -> new Mark("Skipped", "plain", DASH);
      case WAIVED -> new Mark("Waived", "waived", CLOCK);
    };
  }

  /** The mark of a gate, judged or not. */
  public static Mark of(Gate gate) {
    return gate.verdict().map(Mark::of).orElseGet(Mark::unjudged);
  }

  /** The mark of what has no rules. */
  public static Mark unjudged() {
    return new Mark("Not judged", "plain", DASH);
  }

  /** The mark of a finding beside the rules. */
  public static Mark of(Finding finding) {
    return finding.fails() ? new Mark("Fail", "bad", CROSS) : new Mark("Note", "plain", ALERT);
  }

  /** The mark of a validity check. */
  public static Mark of(ValidityCheck.Status status) {
    return switch (status) {
      case PASS -> new Mark("Pass", "good", TICK);
      case WARN -> new Mark("Look", "warn", ALERT);
      case FAIL -> new Mark("Tripped", "bad", CROSS);
      case SKIPPED -> new Mark("Skipped", "plain", DASH);
      case NOT_RUN -> new Mark("Not run", "warn", DASH);
    };
  }

  /** The mark of a yes or no. */
  public static Mark of(boolean fine) {
    return fine ? new Mark("Yes", "good", TICK) : new Mark("No", "bad", CROSS);
  }
}
