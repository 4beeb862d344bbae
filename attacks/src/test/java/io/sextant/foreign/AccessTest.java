package io.sextant.foreign;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Models;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Query;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A method sees no more of the model than it declares. */
class AccessTest {
  private record Curious(Access declared, Function<Trial, Step<Trial>> question) implements Attack {
    @Override
    public Declaration<Curious> declaration() {
      return Declaration.of("curious", Kind.FIXED_RADIUS, Curious.class)
          .norms(Set.of(Norm.LINF))
          .access(declared)
          .made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(2, 1);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return question.apply(trial);
    }
  }

  private static void run(Access declared, Function<Trial, Step<Trial>> question) {
    try (GradientService service = Models.exact(Models.binary(-1, 1, 1))) {
      Examples example = Examples.of(new double[][] {{0.1, 0.2}}, new int[] {0}, new long[] {0});
      new Curious(declared, question).run(service, example, ThreatModel.of(Norm.LINF, "0.1"), 1);
    }
  }

  private static void requireRefused(Access declared, Function<Trial, Step<Trial>> question) {
    assertThatThrownBy(() -> run(declared, question))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("curious declares that it asks for " + declared.title())
        .hasMessageContaining("declare access");
  }

  @Test
  void who_declares_decisions_sees_no_logits() {
    requireRefused(
        Access.DECISIONS, t -> t.score(t.uniform(), t.objective(Loss.MARGIN), loss -> t.over()));
    requireRefused(Access.DECISIONS, t -> t.judge(t.uniform()));
    requireRefused(
        Access.DECISIONS,
        t -> t.scoreAll(2, i -> t.uniform(), t.objective(Loss.MARGIN), (x, loss) -> {}, t::over));
    requireRefused(
        Access.DECISIONS, t -> t.ask(new Query.Logits(t.clean().row()), reply -> t.over()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"LOGITS", "DECISIONS"})
  void who_declares_a_black_box_gets_no_gradients(Access declared) {
    requireRefused(declared, t -> t.gradient(t.clean(), t.objective(Loss.MARGIN), g -> t.over()));
    requireRefused(
        declared,
        t ->
            t.ask(
                new Query.Gradient(t.clean().row(), t.objective(Loss.MARGIN)), reply -> t.over()));
  }

  @Test
  void who_declares_nothing_gets_no_decisions() {
    requireRefused(Access.NOTHING, t -> t.decide(t.uniform(), adversarial -> t.over()));
  }

  @ParameterizedTest
  @EnumSource(value = Access.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void decisions_are_for_all_others(Access declared) {
    run(declared, t -> t.decide(t.uniform(), adversarial -> t.over()));
    run(declared, t -> t.decideAll(3, i -> t.uniform(), (x, adversarial) -> {}, t::over));
  }
}
