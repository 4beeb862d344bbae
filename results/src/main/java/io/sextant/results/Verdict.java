package io.sextant.results;

import org.apiguardian.api.API;

/**
 * The state of a rule or of a whole audit. What was not measured is never green.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Verdict {
  /** Within its limits. */
  PASS,
  /** Outside its limits, with a severity below error. */
  WARN,
  /** Outside its limits. */
  FAIL,
  /** Within its limits, but the audit is unreliable or incomplete. */
  INCONCLUSIVE,
  /** There is no figure to judge. */
  NOT_MEASURED,
  /** Left out, for a reason. */
  SKIPPED,
  /** Outside its limits, and accepted for a time. */
  WAIVED
}
