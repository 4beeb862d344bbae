package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A bound that an audit is judged by.
 *
 * @param id name in every output
 * @param metric what is bounded
 * @param condition under which examples are judged, any threat when absent
 * @param attack the one attack to judge, the worst case over all when absent
 * @param className the one class to judge, all together when absent, each of them when {@value
 *     #EVERY_CLASS}
 * @param slice the named part of the examples to judge, all of them when absent
 * @param explainer the one explainer to judge, each of them when absent
 * @param minimum smallest acceptable value
 * @param maximum largest acceptable value
 * @param maxRegression largest acceptable fall below the baseline, in points; a fall must also be
 *     significant to break the rule
 * @param statistic what of a share is held against the limits
 * @param severity what a broken rule means
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Rule(
    String id,
    Metric metric,
    Optional<Conditions> condition,
    Optional<String> attack,
    @JsonProperty("class") Optional<String> className,
    Optional<String> slice,
    Optional<String> explainer,
    Optional<Limit> minimum,
    Optional<Limit> maximum,
    Optional<Limit> maxRegression,
    Statistic statistic,
    Severity severity) {
  /** The class name with which a rule asks for each class, so that the worst one decides. */
  public static final String EVERY_CLASS = "*";

  public Rule {
    Check.notBlank("rule id", id);
    if (id.indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "a rule id must not have a comma, as commands separate ids by commas, but was '%s'"
              .formatted(id));
    }
    if (minimum.isEmpty() && maximum.isEmpty() && maxRegression.isEmpty()) {
      throw new IllegalArgumentException(
          "rule %s must have a minimum or a maximum or a maxRegression; add for example minimum: 50%%"
              .formatted(id));
    }
    if (minimum.isPresent()
        && maximum.isPresent()
        && minimum.get().value().compareTo(maximum.get().value()) > 0) {
      throw new IllegalArgumentException(
          "rule %s: minimum must not be above maximum but they were %s and %s"
              .formatted(id, minimum.get(), maximum.get()));
    }
    Map<Selector, Optional<?>> selected =
        Map.of(
            Selector.NORM,
            condition.flatMap(Conditions::sharedNorm),
            Selector.EPSILON,
            condition.flatMap(Conditions::sharedRadius),
            Selector.ATTACK,
            attack,
            Selector.CORRUPTION,
            condition.filter(Conditions::areCorruptions),
            Selector.CLASS,
            className,
            Selector.SLICE,
            slice,
            Selector.EXPLAINER,
            explainer);
    for (Selector selector : Selector.values()) {
      if (selected.getOrDefault(selector, Optional.empty()).isPresent()
          && !metric.selectors().contains(selector)) {
        throw new IllegalArgumentException(
            "rule %s: %s does not belong to %s; remove it"
                .formatted(id, selector.key(), metric.key()));
      }
    }
    if (!metric.isShare() && maxRegression.isPresent()) {
      throw new IllegalArgumentException(
          "rule %s: maxRegression does not belong to %s, which is not a share of examples; remove it"
              .formatted(id, metric.key()));
    }
    if (!metric.isShare() && statistic != Statistic.POINT) {
      throw new IllegalArgumentException(
          "rule %s: statistic %s does not belong to %s, which has no interval; remove it"
              .formatted(id, statistic.key(), metric.key()));
    }
    if (Stream.of(attack, className, slice).filter(Optional::isPresent).count() > 1) {
      throw new IllegalArgumentException(
          "rule %s must name at most one of attack, class and slice but names %s; classes and slices are measured in the worst case"
              .formatted(
                  id,
                  Stream.of(Selector.ATTACK, Selector.CLASS, Selector.SLICE)
                      .filter(s -> selected.getOrDefault(s, Optional.empty()).isPresent())
                      .map(Selector::key)
                      .collect(Collectors.joining(" and "))));
    }
  }

  /**
   * Whether it could pass because attacks are weak. A maximum alone could not: what is broken is
   * broken.
   */
  public boolean restsOnAttacks() {
    return metric.isUpperBound() && (minimum.isPresent() || maxRegression.isPresent());
  }

  /** The norm that it asks for, any when absent. */
  public Optional<Norm> norm() {
    return condition.flatMap(Conditions::sharedNorm);
  }

  /** The radius that it asks for, any when absent. */
  public Optional<Epsilon> epsilon() {
    return condition.flatMap(Conditions::sharedRadius);
  }

  /** Whether it asks for accuracy under a condition: near clean inputs, or of corrupted ones. */
  public boolean asksFor(Condition asked) {
    boolean about =
        switch (metric) {
          case ROBUST_ACCURACY -> asked instanceof Condition.Within;
          case CORRUPTED_ACCURACY -> asked instanceof Condition.Corrupted;
          case CLEAN_ACCURACY, COMPLETENESS_GAP, ATTRIBUTION_DRIFT -> false;
        };
    return about && condition.map(own -> own.include(asked)).orElse(true);
  }

  /** What it asks for under a condition: its attack, or the worst case. */
  public Cell cell(Condition asked) {
    return new Cell(asked, attack.orElse(SampleRow.WORST_CASE));
  }

  /** A rule on the whole clean accuracy, for example {@code 85%}. */
  public static Rule cleanAccuracy(String id, String minimum) {
    return builder(id, Metric.CLEAN_ACCURACY).minimum(Limit.parse(minimum)).build();
  }

  /** A rule on the worst-case robust accuracy at one radius, for example {@code linf 8/255}. */
  public static Rule robustAccuracy(String id, String condition, String minimum) {
    return builder(id, Metric.ROBUST_ACCURACY)
        .condition(Conditions.parse(condition))
        .minimum(Limit.parse(minimum))
        .build();
  }

  /** Starts a rule with severity error on the share itself; it still needs a limit. */
  public static Builder builder(String id, Metric metric) {
    return new Builder(id, metric);
  }

  /** What the rule is about, for example {@code robust accuracy, L∞ 8/255, worst case}. */
  public String subject(Scope shown) {
    String scope = shown.describe();
    return metric.key().replace('-', ' ') + (scope.isEmpty() ? "" : ", " + scope);
  }

  /** What the rule selects, before anything is measured. */
  public Scope scope() {
    return new Scope(condition, attack, className, slice, explainer);
  }

  /** The same rule under another id. */
  public Rule withId(String other) {
    return new Rule(
        other,
        metric,
        condition,
        attack,
        className,
        slice,
        explainer,
        minimum,
        maximum,
        maxRegression,
        statistic,
        severity);
  }

  /**
   * Collects the parts of a rule.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static final class Builder {
    private final String id;
    private final Metric metric;
    private Optional<Conditions> condition = Optional.empty();
    private Optional<String> attack = Optional.empty();
    private Optional<String> className = Optional.empty();
    private Optional<String> slice = Optional.empty();
    private Optional<String> explainer = Optional.empty();
    private Optional<Limit> minimum = Optional.empty();
    private Optional<Limit> maximum = Optional.empty();
    private Optional<Limit> maxRegression = Optional.empty();
    private Statistic statistic = Statistic.POINT;
    private Severity severity = Severity.ERROR;

    private Builder(String id, Metric metric) {
      this.id = id;
      this.metric = metric;
    }

    /** The one condition, or several, instead of a norm and a radius. */
    public Builder condition(Conditions value) {
      condition = Optional.of(value);
      return this;
    }

    /** Norm of the threat. */
    public Builder norm(Norm value) {
      condition =
          Optional.of(
              condition
                  .flatMap(Conditions::sharedRadius)
                  .<Conditions>map(value::within)
                  .orElseGet(() -> new Conditions.OfNorm(value)));
      return this;
    }

    /** Radius of the threat. */
    public Builder epsilon(Epsilon value) {
      condition =
          Optional.of(
              condition
                  .flatMap(Conditions::sharedNorm)
                  .<Conditions>map(norm -> norm.within(value))
                  .orElseGet(() -> new Conditions.OfRadius(value)));
      return this;
    }

    /** The one attack to judge. */
    public Builder attack(String value) {
      attack = Optional.of(value);
      return this;
    }

    /** The one class to judge, or {@value Rule#EVERY_CLASS}. */
    public Builder className(String value) {
      className = Optional.of(value);
      return this;
    }

    /** The named part of the examples to judge. */
    public Builder slice(String value) {
      slice = Optional.of(value);
      return this;
    }

    /** The one explainer to judge. */
    public Builder explainer(String value) {
      explainer = Optional.of(value);
      return this;
    }

    /** Smallest acceptable value. */
    public Builder minimum(Limit value) {
      minimum = Optional.of(value);
      return this;
    }

    /** Largest acceptable value. */
    public Builder maximum(Limit value) {
      maximum = Optional.of(value);
      return this;
    }

    /** Largest acceptable fall below the baseline. */
    public Builder maxRegression(Limit value) {
      maxRegression = Optional.of(value);
      return this;
    }

    /** What is held against the limits. */
    public Builder statistic(Statistic value) {
      statistic = value;
      return this;
    }

    /** What a broken rule means. */
    public Builder severity(Severity value) {
      severity = value;
      return this;
    }

    /**
     * The rule.
     *
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    public Rule build() {
      return new Rule(
          id,
          metric,
          condition,
          attack,
          className,
          slice,
          explainer,
          minimum,
          maximum,
          maxRegression,
          statistic,
          severity);
    }
  }
}
