package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Norm;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VerifierTest {
  @Test
  void an_untargeted_threat_wants_any_class_but_the_right_one() {
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, 3)).isTrue();
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, 2)).isFalse();
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, -1)).as("not finite").isFalse();
  }

  @Test
  void a_targeted_threat_wants_its_target_unless_that_is_right() {
    OptionalInt six = OptionalInt.of(6);
    assertThat(Verifier.fooled(six, 2, 6)).isTrue();
    assertThat(Verifier.fooled(six, 2, 3)).isFalse();
    assertThat(Verifier.fooled(six, 6, 6)).as("the right class").isFalse();
    assertThat(Verifier.fooled(OptionalInt.of(-1), 6, -1)).as("not finite").isFalse();
  }

  private static Feature number(String name) {
    return new Feature(name, Feature.Kind.INTEGER, 0, 10, 10, true, Feature.Direction.BOTH, 4);
  }

  private static Feature flag(String name, double price) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH, price);
  }

  private static InputDomain table() {
    return InputDomain.of(
        List.of(number("a"), number("b"), flag("lone", 0.5), flag("one", 0.5), flag("other", 3)),
        List.of(new InputDomain.OneHot("group", List.of(3, 4))),
        List.of(
            new InputDomain.Relation(
                "sum",
                List.of(new InputDomain.Relation.Term(0, 1), new InputDomain.Relation.Term(1, 1)),
                Double.NEGATIVE_INFINITY,
                12)));
  }

  @Test
  void what_costs_more_than_the_budget_or_breaks_a_relation_does_not_count() {
    double[] clean = {2, 3, 1, 1, 0};
    // Half a scale at 4, the flag at 0.5 though it goes off, and the group's new member at 3.
    double[] dear = {7, 3, 0, 0, 1};
    assertThat(new Verifier(table(), Norm.LINF, 2, 5.5).violation(clean, dear, 1)).isEmpty();
    assertThat(new Verifier(table(), Norm.LINF, 2, 5.4).violation(clean, dear, 1))
        .hasValue("changes cost 5.5, above the budget of 5.4");
    double[] tooMuch = {8, 5, 1, 1, 0};
    assertThat(
            new Verifier(table(), Norm.LINF, 2, Double.POSITIVE_INFINITY)
                .violation(clean, tooMuch, 1))
        .hasValueSatisfying(
            why -> assertThat(why).contains("relation sum must be at most 12.0 but was 13.0"));
  }

  @Test
  void a_domain_with_relations_and_prices_is_the_same_after_it_was_told() {
    InputDomain back = Domains.domain(Domains.info(table()), 5);
    assertThat(back.features()).isEqualTo(table().features());
    assertThat(back.groups()).isEqualTo(table().groups());
    assertThat(back.relations()).isEqualTo(table().relations());
    assertThat(Domains.info(InputDomain.box(3, 0, 1)).relations()).isEmpty();
  }
}
