package io.sextant.results;

import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Whether the audit can be believed.
 *
 * @param reliable whether no check tripped
 * @param checks all of them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Validity(boolean reliable, List<ValidityCheck> checks) {
  public Validity {
    checks = List.copyOf(checks);
    boolean tripped = checks.stream().anyMatch(c -> c.status() == ValidityCheck.Status.FAIL);
    if (reliable && tripped) {
      throw new IllegalArgumentException(
          "an audit with a tripped check must not be called reliable");
    }
  }

  /**
   * The ids of the checks that take the trust away, with commas between; empty when nothing does.
   */
  public String tripped() {
    return checks.stream()
        .filter(c -> c.status() == ValidityCheck.Status.FAIL)
        .map(ValidityCheck::id)
        .collect(Collectors.joining(", "));
  }

  /** The audit is reliable when no check tripped. */
  public static Validity of(List<ValidityCheck> checks) {
    return new Validity(
        checks.stream().noneMatch(c -> c.status() == ValidityCheck.Status.FAIL), checks);
  }
}
