package io.sextant.maven.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Norm;
import io.sextant.results.Severity;
import io.sextant.results.gate.AggregateRule;
import org.junit.jupiter.api.Test;

class AggregateRuleConfigurationTest {
  private static AggregateRuleConfiguration configuration() {
    AggregateRuleConfiguration configuration = new AggregateRuleConfiguration();
    configuration.id = "all";
    configuration.metric = "ROBUST_ACCURACY";
    configuration.norm = "LINF";
    configuration.epsilon = "8/255";
    configuration.minimumWorst = "40%";
    return configuration;
  }

  @Test
  void becomes_a_rule_per_bound() {
    AggregateRuleConfiguration configuration = configuration();
    configuration.severity = "WARN";

    AggregateRule rule = configuration.rule();

    assertThat(rule.mean()).isEmpty();
    assertThat(rule.worst())
        .hasValueSatisfying(
            worst -> {
              assertThat(worst.norm()).hasValue(Norm.LINF);
              assertThat(worst.epsilon().orElseThrow().text()).isEqualTo("8/255");
              assertThat(worst.minimum().orElseThrow().text()).isEqualTo("40%");
              assertThat(worst.severity()).isEqualTo(Severity.WARN);
            });
  }

  @Test
  void must_be_whole() {
    AggregateRuleConfiguration unbounded = configuration();
    unbounded.minimumWorst = null;
    assertThatThrownBy(unbounded::rule)
        .hasMessageContaining("<minimumWorst> or <minimumMean> but rule all lacks one");

    AggregateRuleConfiguration malformed = configuration();
    malformed.minimumMean = "40";
    assertThatThrownBy(malformed::rule)
        .hasMessageStartingWith("<aggregateRules>, rule all: a limit must be at most 100%");

    AggregateRuleConfiguration gap = configuration();
    gap.metric = "completeness-gap";
    gap.norm = null;
    gap.epsilon = null;
    assertThatThrownBy(gap::rule).hasMessageContaining("not a share of examples");
  }
}
