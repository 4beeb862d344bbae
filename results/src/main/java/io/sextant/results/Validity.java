package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Whether the audit can be believed.
 *
 * @param reliable whether no check tripped
 * @param checks all of them
 * @param criteria what the literature asks, answered by the checks
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Validity(
    boolean reliable,
    List<ValidityCheck> checks,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Criterion> criteria) {
  public Validity {
    checks = List.copyOf(checks);
    criteria = List.copyOf(criteria);
    boolean tripped = checks.stream().anyMatch(c -> c.status() == ValidityCheck.Status.FAIL);
    if (reliable && tripped) {
      throw new IllegalArgumentException(
          "an audit with a tripped check must not be called reliable");
    }
  }

  /**
   * Why what passes is not to be trusted, in words; empty when it is.
   *
   * @param rule that passes: only the checks that its figures rest on count, and those that were
   *     left out only where it could pass because attacks are weak
   */
  public Optional<String> doubt(Rule rule) {
    List<ValidityCheck> own = checks.stream().filter(check -> check.bearsOn(rule)).toList();
    Optional<String> tripped = tripped(own);
    if (tripped.isPresent()) {
      return tripped;
    }
    String missing = ids(own, ValidityCheck.Status.NOT_RUN);
    return missing.isEmpty() || !rule.restsOnAttacks()
        ? Optional.empty()
        : Optional.of(
            "validity checks were not run: %s; run the attacks to the end".formatted(missing));
  }

  /** The checks that tripped, each with its remedy, without a full stop; empty when none did. */
  public Optional<String> tripped() {
    return tripped(checks);
  }

  private static Optional<String> tripped(List<ValidityCheck> checks) {
    String told =
        checks.stream()
            .filter(check -> check.status() == ValidityCheck.Status.FAIL)
            .map(check -> check.id() + check.remedy().map(" (%s)"::formatted).orElse(""))
            .collect(Collectors.joining(", "));
    return told.isEmpty() ? Optional.empty() : Optional.of("a validity check tripped: " + told);
  }

  /** Whether no check was left out that would have applied. */
  public boolean complete() {
    return ids(checks, ValidityCheck.Status.NOT_RUN).isEmpty();
  }

  private static String ids(List<ValidityCheck> checks, ValidityCheck.Status status) {
    return checks.stream()
        .filter(c -> c.status() == status)
        .map(ValidityCheck::id)
        .collect(Collectors.joining(", "));
  }

  /** The audit is reliable when no check tripped. */
  public static Validity of(List<ValidityCheck> checks) {
    return new Validity(
        checks.stream().noneMatch(c -> c.status() == ValidityCheck.Status.FAIL),
        checks,
        Criteria.answered(checks));
  }
}
