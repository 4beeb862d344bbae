package io.sextant.attacks;

import io.sextant.gradients.Query;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;

/** An attack that is a function, for tests of what an attack is handed. */
public record Searching(Function<Trial, Step<Trial>> how) implements Attack {
  private static final Declaration<Searching> DECLARATION =
      Declaration.of("searching", Kind.FIXED_RADIUS, Searching.class)
          .norms(EnumSet.allOf(Norm.class))
          .made(() -> new Searching(Trial::over));

  @Override
  public Declaration<Searching> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1000, 1000);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return how.apply(trial);
  }

  /** Another attack, with every point that it asks about, in order; for one example. */
  public static Searching traced(Attack attack, List<double[]> points) {
    return new Searching(trial -> traced(attack.search(trial), points));
  }

  private static <T> Step<T> traced(Step<T> step, List<double[]> points) {
    return step instanceof Step.Ask<?, T> ask ? traced(ask, points) : step;
  }

  private static <R extends io.sextant.gradients.Reply, T> Step<T> traced(
      Step.Ask<R, T> ask, List<double[]> points) {
    Query<R> query = ask.query();
    return new Step.Ask<>(
        query,
        reply -> {
          points.add(query.point().clone());
          return traced(ask.follow().apply(reply), points);
        });
  }
}
