package io.sextant.attacks;

import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;

/** An attack that is a function, for tests of what an attack is handed. */
public record Searching(Function<Trial, Step<Trial>> how, Kind kind) implements Attack {
  /** At a fixed radius. */
  public Searching(Function<Trial, Step<Trial>> how) {
    this(how, Kind.FIXED_RADIUS);
  }

  @Override
  public Declaration<Searching> declaration() {
    return Declaration.of("searching", kind, Searching.class)
        .norms(EnumSet.allOf(Norm.class))
        .made(() -> new Searching(Trial::over, kind));
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
    return new Searching(
        trial -> traced(attack.search(trial), points), attack.declaration().kind());
  }

  /** The same with a list for each example, in the order in which these begin. */
  public static Searching tracedEach(Attack attack, List<List<double[]>> points) {
    return new Searching(
        trial -> {
          List<double[]> own = new ArrayList<>();
          points.add(own);
          return traced(attack.search(trial), own);
        },
        attack.declaration().kind());
  }

  private static <T> Step<T> traced(Step<T> step, List<double[]> points) {
    return heard(
        step,
        new Ear() {
          @Override
          public <R extends Reply> R hear(Query<R> query, R reply) {
            points.add(query.point().clone());
            return reply;
          }
        });
  }

  /** Hears what is asked and answered, and may answer otherwise. */
  @FunctionalInterface
  public interface Ear {
    /** What the search is told. */
    <R extends Reply> R hear(Query<R> query, R reply);
  }

  /** Another attack, with an ear between it and the model. */
  public static Searching heard(Attack attack, Ear ear) {
    return new Searching(trial -> heard(attack.search(trial), ear), attack.declaration().kind());
  }

  private static <T> Step<T> heard(Step<T> step, Ear ear) {
    if (step instanceof Step.Ask<?, T> ask) {
      return heard(ask, ear);
    }
    return step instanceof Step.All<?, T> all ? heard(all, ear) : step;
  }

  private static <A, T> Step<T> heard(Step.All<A, T> all, Ear ear) {
    return new Step.All<>(
        all.count(),
        all.atOnce(),
        i -> heard(all.part().apply(i), ear),
        all.take(),
        () -> heard(all.follow().get(), ear));
  }

  private static <R extends Reply, T> Step<T> heard(Step.Ask<R, T> ask, Ear ear) {
    return new Step.Ask<>(
        ask.query(), reply -> heard(ask.follow().apply(ear.hear(ask.query(), reply)), ear));
  }
}
