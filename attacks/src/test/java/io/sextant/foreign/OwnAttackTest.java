package io.sextant.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Sign;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What whoever writes an attack elsewhere gets; it sees no more than what is public. */
class OwnAttackTest {
  private static <M extends Attack> Declaration.Builder<M> inLinf(String name, Class<M> type) {
    return Declaration.of(name, Kind.FIXED_RADIUS, type).norms(Set.of(Norm.LINF));
  }

  record SignAscent(int steps) implements Attack {
    private static final Setting<SignAscent, Integer> STEPS =
        Setting.of("steps", Form.count(), "steps of one run", SignAscent::steps);
    private static final Declaration<SignAscent> DECLARATION =
        inLinf("sign-ascent", SignAscent.class)
            .setting(STEPS)
            .made(() -> new SignAscent(4), values -> new SignAscent(values.of(STEPS)));

    @Override
    public Declaration<SignAscent> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(steps + 1L, steps);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return trial.runs(1, run -> climb(trial, trial.clean(), 0));
    }

    private Step<Trial> climb(Trial trial, Iterate x, int t) {
      Objective loss = trial.objective(Loss.MARGIN);
      return t == steps
          ? trial.judge(x)
          : trial.gradient(
              x,
              loss,
              g -> climb(trial, trial.project(trial.ascend(x, g, trial.epsilon() / steps)), t + 1));
    }
  }

  /** Logits (x + 2y - 1.2, 0). */
  private static GradientService service() {
    Parameter w = new Parameter("w", Shape.of(2, 2));
    Parameter b = new Parameter("b", Shape.of(2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node out = builder.add("dense", new Operation.Affine(w, Optional.of(b)), builder.input());
    return GradientService.builder(
            builder
                .weights(w, new double[] {1, 0, 2, 0})
                .weights(b, new double[] {-1.2, 0})
                .build(out))
        .build();
  }

  @Test
  void it_is_judged_counted_and_kept_in_ball_and_box() {
    Examples examples =
        Examples.of(
            new double[][] {{0.5, 0.75}, {1, 1}, {0, 0.5}, {0.05, 0.75}},
            new int[] {0, 0, 0, 0},
            new long[] {3, 1, 4, 1});
    try (GradientService service = service()) {
      AttackResult result =
          new SignAscent(4).run(service, examples, ThreatModel.of(Norm.LINF, "0.4"), 42);
      // The lead falls by 0.3 a step, from 0.8, 1.8, -0.2 and 0.35; the last meets the box at x =
      // 0.
      ExampleResult first = result.examples().get(0);
      assertThat(first.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) first.outcome()).distance()).isCloseTo(0.3, within(1e-6));
      assertThat(first.input()).containsExactly(new double[] {0.2, 0.45}, within(1e-6));
      assertThat(first.forwards()).isEqualTo(4);
      assertThat(result.outcomes().get(1)).isEqualTo(new Outcome.Held());
      assertThat(result.examples().get(1).input())
          .containsExactly(new double[] {0.6, 0.6}, within(1e-6));
      assertThat(result.outcomes().get(2)).isEqualTo(new Outcome.AlreadyWrong());
      assertThat(result.examples().get(3).input()[0]).isZero();
      assertThat(result.outcomes().get(3)).isInstanceOf(Outcome.Broken.class);
      assertThat(service.meter().counts()).containsOnlyKeys("sign-ascent");
      Meter.Count count = service.meter().counts().get("sign-ascent");
      assertThat(count.forwards())
          .isEqualTo(result.examples().stream().mapToLong(ExampleResult::forwards).sum());
    }
  }

  @Test
  void clean_decisions_that_are_handed_in_are_not_asked_for() {
    try (GradientService service = service()) {
      Examples examples =
          Examples.of(new double[][] {{0.5, 0.75}, {0, 0.5}}, new int[] {0, 0}, new long[] {0, 1});
      AttackResult result =
          new SignAscent(4)
              .run(service, examples, new int[] {0, 1}, ThreatModel.of(Norm.LINF, "0.4"), 42);
      assertThat(result.outcomes().get(1)).isEqualTo(new Outcome.AlreadyWrong());
      assertThat(result.examples().get(1).forwards()).isZero();
      AttackResult doubtful =
          new SignAscent(4)
              .run(service, examples, new int[] {0, -1}, ThreatModel.of(Norm.LINF, "0.4"), 42);
      assertThat(doubtful.outcomes().get(1)).isInstanceOf(Outcome.Inconclusive.class);
    }
  }

  /** Asks about the clean input for a reason of its own, and comes back to it. */
  record Wanderer() implements Attack {
    private static final Declaration<Wanderer> DECLARATION =
        inLinf("wanderer", Wanderer.class).made(Wanderer::new);

    @Override
    public Declaration<Wanderer> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(4, 3);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      Objective loss = trial.objective(Loss.MARGIN);
      return trial.ask(
          new Query.Jacobian(trial.clean().row(), new int[] {0, 1}),
          reply ->
              trial.runs(
                  2,
                  run ->
                      run == 0
                          ? trial.judge(trial.uniform())
                          : trial.gradient(trial.clean(), loss, g -> trial.over())));
    }
  }

  @Test
  void the_clean_input_is_judged_however_a_search_begins() {
    Examples examples =
        Examples.of(new double[][] {{0, 0.5}, {0.75, 0.75}}, new int[] {0, 0}, new long[] {0, 1});
    try (GradientService service = service()) {
      int drawn = 0;
      for (long seed = 0; seed < 20; seed++) {
        double[] best =
            new Wanderer()
                .run(service, examples, ThreatModel.of(Norm.LINF, "0.1"), seed)
                .examples()
                .get(1)
                .input();
        // The drawn point where its loss is higher, else the clean one.
        assertThat(best[0] + 2 * best[1]).isLessThanOrEqualTo(2.25);
        drawn += best[0] == 0.75 ? 0 : 1;
      }
      assertThat(drawn).isBetween(1, 19);
      AttackResult result =
          new Wanderer().run(service, examples, ThreatModel.of(Norm.LINF, "0.1"), 42);
      assertThat(result.outcomes().get(0)).isEqualTo(new Outcome.AlreadyWrong());
      ExampleResult held = result.examples().get(1);
      assertThat(held.outcome()).isEqualTo(new Outcome.Held());
      assertThat(held.forwards()).isEqualTo(4);
      assertThat(held.backwards()).isEqualTo(3);
      assertThatThrownBy(
              () ->
                  new Wanderer()
                      .run(service, examples, new int[1], ThreatModel.of(Norm.LINF, "0.1"), 42))
          .hasMessageContaining("1 for 2");
    }
  }

  record Idle() implements Attack {
    private static final Declaration<Idle> DECLARATION = inLinf("idle", Idle.class).made(Idle::new);

    @Override
    public Declaration<Idle> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 0);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return trial.runs(1_000_000, run -> trial.over());
    }
  }

  @Test
  void runs_that_ask_nothing_do_not_fill_the_stack() {
    try (GradientService service = service()) {
      Examples examples = Examples.of(new double[][] {{1, 1}}, new int[] {0}, new long[] {0});
      assertThat(new Idle().run(service, examples, ThreatModel.of(Norm.LINF, "0.1"), 1).outcomes())
          .containsExactly(new Outcome.Held());
    }
  }

  /** Asks about a point without having it judged, and gives up. */
  record Careless(double x) implements Attack {
    @Override
    public Declaration<Careless> declaration() {
      return inLinf("careless", Careless.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(3, 0);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return trial.runs(
          1,
          run ->
              trial.ask(
                  new Query.Logits(new double[] {x, 0.1}), reply -> trial.judge(trial.clean())));
    }
  }

  @Test
  void what_is_found_and_lost_leaves_a_sign() {
    Examples examples = Examples.of(new double[][] {{0.5, 0.5}}, new int[] {0}, new long[] {0});
    try (GradientService service = service()) {
      // The lead is 0.3 at the clean input and -0.5 at (0.5, 0.1).
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.4");
      ExampleResult lost = new Careless(0.5).run(service, examples, threat, 1).examples().get(0);
      assertThat(lost.outcome()).isEqualTo(new Outcome.Held());
      assertThat(lost.signs()).containsExactly(Sign.SILENT_SUCCESS);
      ExampleResult beyond = new Careless(0.05).run(service, examples, threat, 1).examples().get(0);
      assertThat(beyond.outcome()).isEqualTo(new Outcome.Held());
      assertThat(beyond.signs()).as("beyond the radius").isEmpty();
    }
  }
}
