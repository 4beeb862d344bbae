package io.sextant.gradients;

import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * What a method does next: it asks and goes on with the reply, does several things at once, or has
 * its result. A method is written as its recurrence, one example at a time:
 *
 * <pre>{@code
 * Step<double[]> climb(double[] x, int t) {
 *   return t == steps
 *       ? Step.done(x)
 *       : Step.ask(new Query.Gradient(x, loss), reply -> climb(next(x, reply.gradient()), t + 1));
 * }
 * }</pre>
 *
 * <p>{@link Scheduler} runs the steps of many examples together, in full batches. A step does not
 * see what else is in flight. What follows a reply runs once, after it, on one thread at a time for
 * each example but on several for several; steps may share state that belongs to their example
 * alone.
 *
 * @param <T> what comes of it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Step<T> {
  /** Nothing more to do. */
  static <T> Step<T> done(T result) {
    return new Done<>(result);
  }

  /** One question, and what to do with its reply. */
  static <R extends Reply, T> Step<T> ask(Query<R> query, Function<R, Step<T>> then) {
    return new Ask<>(query, then);
  }

  /** One question, and what is made of its reply. */
  static <R extends Reply, T> Step<T> answer(Query<R> query, Function<R, T> result) {
    return new Ask<>(query, reply -> done(result.apply(reply)));
  }

  /**
   * Several things side by side.
   *
   * @param count how many
   * @param atOnce how many may be under way, or wait for their turn to be taken, at a time, at
   *     least 1: a bound on memory
   * @param part what to do, by number from 0; called when there is room, in order
   * @param take what to do with each part's result; called in the order of the numbers, whatever
   *     the order in which they end
   * @param result what is made of it in the end
   */
  static <A, T> Step<T> all(
      int count, int atOnce, IntFunction<Step<A>> part, Taker<A> take, Supplier<T> result) {
    return new All<>(count, atOnce, part, take, () -> done(result.get()));
  }

  /** Takes the results of parts. */
  @FunctionalInterface
  interface Taker<A> {
    /**
     * A part has ended.
     *
     * @param number of the part, from 0
     * @param result what came of it
     */
    void take(int number, A result);
  }

  /** This, and then what its result asks for. */
  <U> Step<U> then(Function<T, Step<U>> next);

  /**
   * Nothing more to do.
   *
   * @param result what came of it
   */
  record Done<T>(T result) implements Step<T> {
    @Override
    public <U> Step<U> then(Function<T, Step<U>> next) {
      return next.apply(result);
    }
  }

  /**
   * A question.
   *
   * @param query what is asked
   * @param follow what to do with the reply
   */
  record Ask<R extends Reply, T>(Query<R> query, Function<R, Step<T>> follow) implements Step<T> {
    @Override
    public <U> Step<U> then(Function<T, Step<U>> next) {
      return new Ask<>(query, reply -> follow.apply(reply).then(next));
    }
  }

  /**
   * Several things side by side.
   *
   * @param count how many
   * @param atOnce how many may be under way at a time
   * @param part what to do, by number
   * @param take takes results, in the order of the numbers
   * @param follow what to do after all of them
   */
  record All<A, T>(
      int count, int atOnce, IntFunction<Step<A>> part, Taker<A> take, Supplier<Step<T>> follow)
      implements Step<T> {
    public All {
      if (count < 0 || atOnce < 1) {
        throw new IllegalArgumentException(
            "there must be 0 parts or more and 1 at a time or more but were %d and %d"
                .formatted(count, atOnce));
      }
    }

    @Override
    public <U> Step<U> then(Function<T, Step<U>> next) {
      return new All<>(count, atOnce, part, take, () -> follow.get().then(next));
    }
  }
}
