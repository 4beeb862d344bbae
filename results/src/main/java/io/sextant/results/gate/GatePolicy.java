package io.sextant.results.gate;

import io.sextant.results.Limit;
import io.sextant.results.Severity;
import java.math.BigDecimal;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How strict a gate is where rules do not say it.
 *
 * @param failIfNotMeasured whether a rule without a figure fails the build
 * @param failOnInconclusive whether a rule that cannot be decided fails the build
 * @param failOnUnusedWaiver whether a waiver that is not needed, or over, fails the build
 * @param maxRegression largest acceptable fall of rules with a minimum that have a baseline and no
 *     own {@code maxRegression}; without it those are not compared
 * @param significance level of the one-sided McNemar test, in (0, 1)
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GatePolicy(
    boolean failIfNotMeasured,
    boolean failOnInconclusive,
    boolean failOnUnusedWaiver,
    Optional<Limit> maxRegression,
    BigDecimal significance) {
  /** Safe: nothing unmeasured or undecided passes, and no significant fall is tolerated. */
  public static final GatePolicy DEFAULT =
      new GatePolicy(true, true, false, Optional.of(Limit.parse("0")), new BigDecimal("0.05"));

  public GatePolicy {
    if (significance.signum() <= 0 || significance.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "significance must be above 0 and below 1 but was " + significance);
    }
  }

  /**
   * Whether a rule that came out like this fails a build. One that only warns when it is broken
   * does not fail a build for being undecided.
   */
  public boolean fails(RuleReport report) {
    boolean counts = report.rule().severity() == Severity.ERROR;
    return switch (report.verdict()) {
      case FAIL -> true;
      case INCONCLUSIVE -> counts && failOnInconclusive;
      case NOT_MEASURED -> counts && failIfNotMeasured;
      case PASS, WARN, SKIPPED, WAIVED -> false;
    };
  }

  /** With another answer to rules without a figure. */
  public GatePolicy withFailIfNotMeasured(boolean value) {
    return new GatePolicy(
        value, failOnInconclusive, failOnUnusedWaiver, maxRegression, significance);
  }

  /** With another answer to rules that cannot be decided. */
  public GatePolicy withFailOnInconclusive(boolean value) {
    return new GatePolicy(
        failIfNotMeasured, value, failOnUnusedWaiver, maxRegression, significance);
  }

  /** With another answer to waivers that are not needed, or over. */
  public GatePolicy withFailOnUnusedWaiver(boolean value) {
    return new GatePolicy(
        failIfNotMeasured, failOnInconclusive, value, maxRegression, significance);
  }

  /** With another tolerance, or none. */
  public GatePolicy withMaxRegression(Optional<Limit> value) {
    return new GatePolicy(
        failIfNotMeasured, failOnInconclusive, failOnUnusedWaiver, value, significance);
  }

  /** With another level. */
  public GatePolicy withSignificance(BigDecimal value) {
    return new GatePolicy(
        failIfNotMeasured, failOnInconclusive, failOnUnusedWaiver, maxRegression, value);
  }
}
