package io.sextant.gradients;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A step and all that follows from it, as questions in the order in which they can be asked. One
 * thread at a time.
 */
final class Inquiry<T> {
  // Questions that can be asked at once; they go before new parts, which only add to what is open.
  private final Deque<Line> ready = new ArrayDeque<>();
  // The innermost first.
  private final Deque<Parts> unstarted = new ArrayDeque<>();
  private @Nullable T result;
  private boolean ended;

  Inquiry(Step<T> step) {
    advance(new Line(null, 0), step);
  }

  boolean ended() {
    return ended;
  }

  /** What came of it, once it has ended. */
  @SuppressWarnings("NullAway") // ended() says whether it is there; a result may itself be null
  T result() {
    return result;
  }

  /** The next question, or null while (or since) there is none to ask. */
  @Nullable Question next() {
    while (ready.isEmpty()) {
      Parts parts = unstarted.stream().filter(Parts::mayStart).findFirst().orElse(null);
      if (parts == null) {
        return null;
      }
      parts.start();
    }
    Line line = ready.remove();
    return new Question(line, line.query());
  }

  /** Goes on with the reply to a question of this inquiry. */
  void take(Question question, Reply reply) {
    question.line().take(reply);
  }

  /** A question and where its reply belongs. */
  record Question(Object asker, Query<?> query) {
    @SuppressWarnings("rawtypes")
    private Inquiry.Line line() {
      return (Inquiry.Line) asker;
    }
  }

  private void advance(Line line, Step<?> first) {
    Step<?> step = first;
    while (true) {
      Objects.requireNonNull(step, "a method must return a step, but returned null");
      if (step instanceof Step.Ask<?, ?> ask) {
        line.waitsFor(ask);
        ready.add(line);
        return;
      }
      if (step instanceof Step.All<?, ?> all) {
        if (all.count() > 0) {
          unstarted.push(new Parts(line, all));
          return;
        }
        step = all.follow().get();
      } else if (step instanceof Step.Done<?> done) {
        Parts within = line.within;
        if (within == null) {
          end(done.result());
          return;
        }
        if (!within.took(line.number, done.result())) {
          return;
        }
        step = within.follow.get();
        line = within.line;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private void end(Object value) {
    result = (T) value;
    ended = true;
  }

  /** Steps that follow one another. */
  private final class Line {
    private final @Nullable Parts within;
    private final int number;
    private @Nullable Query<?> query;
    private @Nullable Function<Reply, ? extends Step<?>> follow;

    Line(@Nullable Parts within, int number) {
      this.within = within;
      this.number = number;
    }

    @SuppressWarnings("unchecked")
    void waitsFor(Step.Ask<?, ?> ask) {
      query = ask.query();
      follow = (Function<Reply, ? extends Step<?>>) ask.follow();
    }

    Query<?> query() {
      return Objects.requireNonNull(query);
    }

    void take(Reply reply) {
      advance(this, Objects.requireNonNull(follow).apply(reply));
    }
  }

  /** Parts side by side within a line. */
  private final class Parts {
    private final Line line;
    private final Step.All<?, ?> all;
    private final IntFunction<? extends Step<?>> part;
    private final Step.Taker<Object> take;
    private final Supplier<? extends Step<?>> follow;
    private final Map<Integer, Object> early = new HashMap<>();
    private int started;
    private int taken;

    @SuppressWarnings("unchecked")
    Parts(Line line, Step.All<?, ?> all) {
      this.line = line;
      this.all = all;
      this.part = all.part();
      this.take = (Step.Taker<Object>) all.take();
      this.follow = all.follow();
    }

    boolean mayStart() {
      return started < all.count() && started - taken < all.atOnce();
    }

    void start() {
      int number = started++;
      if (started == all.count()) {
        unstarted.remove(this);
      }
      advance(new Line(this, number), part.apply(number));
    }

    /** Takes a part's result, and those that waited for it; true when that was the last. */
    boolean took(int number, Object value) {
      early.put(number, value);
      while (early.containsKey(taken)) {
        take.take(taken, early.remove(taken));
        taken++;
      }
      return taken == all.count();
    }
  }
}
