package io.sextant.results;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The judgement of an audit.
 *
 * <p>A failing rule stays {@link Verdict#FAIL} when the audit is unreliable: robust accuracy is an
 * upper bound, so a bound below the limit is certain. Unreliability only takes away what is green.
 *
 * @param rules each with its verdict, in the order of the spec
 * @param verdict of the whole audit, absent without rules: measured, not judged
 * @param exitCode of {@code sextant audit}: 0, 1 (a rule fails) or 3 (inconclusive or not measured)
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Gate(List<RuleVerdict> rules, Optional<Verdict> verdict, int exitCode) {
  public Gate {
    rules = List.copyOf(rules);
    if (exitCode != 0 && exitCode != 1 && exitCode != 3) {
      throw new IllegalArgumentException("exitCode must be 0, 1 or 3 but was " + exitCode);
    }
  }

  /** The gate of verdicts on single rules: the worst one speaks for all. */
  public static Gate of(List<RuleVerdict> verdicts) {
    Optional<Verdict> overall = worst(verdicts.stream().map(RuleVerdict::verdict).toList());
    return new Gate(verdicts, overall, overall.map(Gate::exitCode).orElse(0));
  }

  /** The verdict that speaks for several, absent without any. */
  public static Optional<Verdict> worst(List<Verdict> verdicts) {
    return verdicts.stream().min(Comparator.comparingInt(Gate::rank));
  }

  /** The exit code that a verdict stands for. */
  private static int exitCode(Verdict verdict) {
    return switch (verdict) {
      case FAIL -> 1;
      case INCONCLUSIVE, NOT_MEASURED -> 3;
      case PASS, WARN, SKIPPED, WAIVED -> 0;
    };
  }

  /** The worst verdict speaks for the audit; a skipped rule alone must not look like a pass. */
  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case FAIL -> 0;
      case INCONCLUSIVE -> 1;
      case NOT_MEASURED -> 2;
      case WARN -> 3;
      case WAIVED -> 4;
      case SKIPPED -> 5;
      case PASS -> 6;
    };
  }
}
