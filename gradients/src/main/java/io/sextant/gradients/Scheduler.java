package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of many examples together. Their questions share batches, as full as memory
 * allows, whatever they ask and however far each has come; examples are begun as room appears, so
 * that memory is bounded whatever their number.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Scheduler {
  // Both are constants so that the make-up of batches does not depend on the machine: enough rows
  // to fill the batches of several threads, and at most 8 MiB per array of that many rows.
  private static final int MOST_ROWS = 1024;
  private static final int MOST_VALUES = 1 << 20;
  // Values of rows below which another thread costs more than it gives.
  private static final int SHARE = 1 << 14;

  private final GradientService service;
  private final int room;

  /**
   * A scheduler over a service.
   *
   * @param service answers, and counts what is asked for its consumer
   * @throws IllegalArgumentException when the model couples the rows of a batch
   */
  public Scheduler(GradientService service) {
    if (!service.graph().rowsIndependent()) {
      throw new IllegalArgumentException(
          "a method needs a model whose rows are independent, but this one uses the statistics of"
              + " the batch; run the model with stored statistics");
    }
    this.service = service;
    this.room = Math.max(1, Math.min(MOST_ROWS, MOST_VALUES / service.features()));
  }

  /** The most questions that are asked at a time. */
  public int room() {
    return room;
  }

  /**
   * Runs steps to their ends.
   *
   * @param count how many
   * @param atOnce how many may be under way at a time, at least 1
   * @param step what to do, by number from 0; called when there is room, in order
   * @param take receives results in the order in which they come, on the calling thread
   * @throws CancellationException when the calling thread is interrupted, which it stays
   */
  public <T> void run(int count, int atOnce, IntFunction<Step<T>> step, Step.Taker<T> take) {
    if (atOnce < 1) {
      throw new IllegalArgumentException(
          "at least 1 example must be allowed at a time but %d were".formatted(atOnce));
    }
    Deque<Running<T>> ready = new ArrayDeque<>();
    int begun = 0;
    int open = 0;
    List<Asked<T>> asked = new ArrayList<>(room);
    while (true) {
      asked.clear();
      long values = 0;
      while (asked.size() < room && values < MOST_VALUES) {
        if (ready.isEmpty()) {
          if (begun == count || open >= atOnce) {
            break;
          }
          open++;
          ready.add(new Running<>(begun, new Inquiry<>(step.apply(begun++))));
        }
        Running<T> running = ready.getFirst();
        Inquiry.@Nullable Question question = running.inquiry().next();
        if (question != null) {
          asked.add(new Asked<>(running, question));
          values += values(question.query());
          continue;
        }
        ready.removeFirst();
        if (running.inquiry().ended()) {
          open--;
          take.take(running.number(), running.inquiry().result());
        }
      }
      if (asked.isEmpty()) {
        return;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted before all questions were answered");
      }
      List<Reply> replies = service.answer(asked.stream().map(a -> a.question().query()).toList());
      goOn(asked, replies);
      // Those that waited for these answers go before new ones; questions of one are neighbours.
      for (int i = asked.size() - 1; i >= 0; i--) {
        if (!asked.get(i).running().equals(ready.peekFirst())) {
          ready.addFirst(asked.get(i).running());
        }
      }
    }
  }

  /** Values of the longest array of a question and its reply. */
  private int values(Query<?> query) {
    int most = query.point().length;
    if (query instanceof Query.Layer layer) {
      most = Math.max(most, values(layer.layer()));
    } else if (query instanceof Query.Activation activation) {
      most = Math.max(most, values(activation.layer()));
    }
    return most;
  }

  private int values(String layer) {
    InferenceGraph graph = service.graph();
    return graph.nodes().get(graph.index(layer)).shape().elements();
  }

  /** Examples go on with their replies side by side, each on one thread at a time. */
  private <T> void goOn(List<Asked<T>> asked, List<Reply> replies) {
    long values = (long) asked.size() * service.features();
    int shares = (int) Math.min(examples(asked), 1 + values / SHARE);
    service.sideBySide(
        shares,
        share -> {
          int to = beginning(asked, share + 1, shares);
          for (int i = beginning(asked, share, shares); i < to; i++) {
            asked.get(i).running().inquiry().take(asked.get(i).question(), replies.get(i));
          }
        });
  }

  /** How often another example follows, and one. */
  private static <T> int examples(List<Asked<T>> asked) {
    int examples = 1;
    for (int i = 1; i < asked.size(); i++) {
      examples += follows(asked, i) ? 1 : 0;
    }
    return examples;
  }

  /** Whether a question is another example's than the one before. */
  private static <T> boolean follows(List<Asked<T>> asked, int i) {
    return asked.get(i).running().number() != asked.get(i - 1).running().number();
  }

  /** Where a share begins: with the questions of another example than the one before. */
  private static <T> int beginning(List<Asked<T>> asked, int share, int shares) {
    int at = (int) ((long) asked.size() * share / shares);
    while (at > 0 && at < asked.size() && !follows(asked, at)) {
      at++;
    }
    return at;
  }

  private record Running<T>(int number, Inquiry<T> inquiry) {}

  private record Asked<T>(Running<T> running, Inquiry.Question question) {}
}
