package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** A contract that cannot be broken holds nothing. */
class BrokenContractTest {
  /** Names of the tests that a method fails. */
  private static List<String> failed(Method method) {
    List<String> failed = new ArrayList<>();
    tests(MethodContract.of(method))
        .forEach(
            test -> {
              try {
                test.getExecutable().execute();
              } catch (Throwable broken) {
                failed.add(test.getDisplayName());
              }
            });
    return failed;
  }

  private static Stream<DynamicTest> tests(Stream<? extends DynamicNode> nodes) {
    return nodes.flatMap(
        node ->
            node instanceof DynamicContainer container
                ? tests(container.getChildren())
                : Stream.of((DynamicTest) node));
  }

  private static <M extends Attack> Declaration.Builder<M> attack(Class<M> type) {
    return Declaration.of("bad", Kind.FIXED_RADIUS, type).norms(Set.of(Norm.LINF));
  }

  /** Climbs, but says that it only looks at logits, and that it costs next to nothing. */
  record Liar() implements Attack {
    @Override
    public Declaration<Liar> declaration() {
      return attack(Liar.class).access(Access.LOGITS).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 0);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return Pgd.DEFAULT.withSteps(3).search(trial);
    }
  }

  /** Takes another step for each example that it sees. */
  record Moody(AtomicInteger seen) implements Attack {
    @Override
    public Declaration<Moody> declaration() {
      return attack(Moody.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(10, 10);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      double size = trial.epsilon() / (1 + seen.getAndIncrement() % 7);
      return trial.gradient(
          trial.clean(),
          trial.objective(Loss.CROSS_ENTROPY),
          g -> trial.judge(trial.project(trial.ascend(trial.clean(), g, size))));
    }
  }

  @Test
  void an_attack_that_says_too_little_of_what_it_asks_breaks_it() {
    assertThat(failed(new Liar()))
        .anyMatch(name -> name.startsWith("L∞ on pixels"))
        .anyMatch(name -> name.startsWith("says what it is"))
        .doesNotContain("refuses L2");
  }

  @Test
  void an_attack_that_depends_on_what_else_it_sees_breaks_it() {
    assertThat(failed(new Moody(new AtomicInteger())))
        .anyMatch(name -> name.startsWith("L∞: the same alone"))
        .doesNotContain("stops when its thread is interrupted");
  }

  /** Adds something to the gradient, and vouches for it. */
  record Embellished(AtomicInteger seen, double error) implements Explainer {
    @Override
    public Declaration<Embellished> declaration() {
      return Declaration.of("bad", Kind.ATTRIBUTION, Embellished.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 1);
    }

    @Override
    public Step<Attribution> attribute(Explained x) {
      return x.gradientAtInput()
          .then(
              at -> {
                double[] values = at.gradient().clone();
                values[0] += error * seen.incrementAndGet();
                return Step.done(
                    new Attribution(
                        values,
                        x.certificate(
                            1,
                            at.value(),
                            OptionalDouble.of(0),
                            OptionalDouble.of(0),
                            Optional.empty())));
              });
    }
  }

  @Test
  void an_explainer_that_is_not_complete_or_not_the_same_breaks_it() {
    assertThat(failed(new Embellished(new AtomicInteger(), 0)))
        .anyMatch(name -> name.startsWith("pixels: one finite attribution"))
        .doesNotContain("the same alone, in any order, batch and number of threads");
    assertThat(failed(new Embellished(new AtomicInteger(), 0.1)))
        .contains("the same alone, in any order, batch and number of threads", "degenerate inputs");
  }
}
