package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A bound that an audit is judged by.
 *
 * @param id name in every output
 * @param metric what is bounded
 * @param norm of the threat, any when absent
 * @param epsilon radius of the threat, any when absent
 * @param attack the one attack to judge, the worst case over all when absent
 * @param className the one class to judge, all when absent
 * @param minimum smallest acceptable value
 * @param maximum largest acceptable value
 * @param severity what a broken rule means
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Rule(
    String id,
    Metric metric,
    Optional<Norm> norm,
    Optional<Epsilon> epsilon,
    Optional<String> attack,
    @JsonProperty("class") Optional<String> className,
    Optional<Limit> minimum,
    Optional<Limit> maximum,
    Severity severity) {
  public Rule {
    Check.notBlank("rule id", id);
    if (minimum.isEmpty() && maximum.isEmpty()) {
      throw new IllegalArgumentException(
          "rule %s must have a minimum or a maximum; add for example minimum: 50%%".formatted(id));
    }
    if (minimum.isPresent()
        && maximum.isPresent()
        && minimum.get().value().compareTo(maximum.get().value()) > 0) {
      throw new IllegalArgumentException(
          "rule %s: minimum must not be above maximum but they were %s and %s"
              .formatted(id, minimum.get(), maximum.get()));
    }
    if (metric != Metric.ROBUST_ACCURACY
        && (norm.isPresent() || epsilon.isPresent() || attack.isPresent())) {
      throw new IllegalArgumentException(
          "rule %s: norm, epsilon and attack belong to robust-accuracy, not to %s; remove them"
              .formatted(id, metric.key()));
    }
    if (metric == Metric.COMPLETENESS_GAP && className.isPresent()) {
      throw new IllegalArgumentException(
          "rule %s: class does not belong to completeness-gap; remove it".formatted(id));
    }
    if (attack.isPresent() && className.isPresent()) {
      throw new IllegalArgumentException(
          "rule %s must not name both an attack and a class; classes are measured in the worst case"
              .formatted(id));
    }
  }

  /** A rule on the whole clean accuracy, for example {@code 85%}. */
  public static Rule cleanAccuracy(String id, String minimum) {
    return new Rule(
        id,
        Metric.CLEAN_ACCURACY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Limit.parse(minimum)),
        Optional.empty(),
        Severity.ERROR);
  }

  /** A rule on the worst-case robust accuracy at one radius. */
  public static Rule robustAccuracy(String id, Norm norm, Epsilon epsilon, String minimum) {
    return new Rule(
        id,
        Metric.ROBUST_ACCURACY,
        Optional.of(norm),
        Optional.of(epsilon),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Limit.parse(minimum)),
        Optional.empty(),
        Severity.ERROR);
  }
}
