package io.sextant.evaluation;

import io.sextant.results.curtail.Curtail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * How much of an audit may be left out. What is left out is told, and a verdict never gets better
 * by it.
 *
 * @param curtail which verdicts end the evaluation of a rule, once they are certain by counting
 * @param timeBudget no unit of work is begun after this time; present also means that a later run
 *     on the same folder goes on where this one stopped
 * @param compared ids of rules that are held against a baseline, which needs complete figures
 * @param waived ids of rules whose failure somebody accepts for now: it does not end the audit
 * @param last the output folder of an earlier audit, or what is kept of its evidence: inputs that
 *     broke that model are tried first
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Effort(
    Curtail curtail,
    Optional<Duration> timeBudget,
    Set<String> compared,
    Set<String> waived,
    Optional<Path> last) {
  /** Everything is run. */
  public static final Effort FULL =
      new Effort(Curtail.NONE, Optional.empty(), Set.of(), Set.of(), Optional.empty());

  public Effort {
    compared = Set.copyOf(compared);
    waived = Set.copyOf(waived);
    timeBudget
        .filter(budget -> budget.isNegative() || budget.isZero())
        .ifPresent(
            budget -> {
              throw new IllegalArgumentException(
                  "the time budget must be above 0 but was " + budget);
            });
  }

  /** Whether everything is run in one go. */
  boolean full() {
    return curtail == Curtail.NONE && timeBudget.isEmpty() && last.isEmpty();
  }

  /** What figures depend on. The time is not part of it: more time only adds to what was done. */
  String key() {
    return "%s %s %s %s"
        .formatted(
            curtail.key(), timeBudget.isPresent(), new TreeSet<>(compared), new TreeSet<>(waived));
  }
}
