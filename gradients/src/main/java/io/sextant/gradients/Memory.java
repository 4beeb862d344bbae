package io.sextant.gradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What engine calls about known points gave, of the calls that were asked for last. A call is known
 * again by all that goes into it: the same points in the same places, asked the same. An engine may
 * choose its kernels by the size of a call and by the place of a row in it, so that this alone
 * gives the same bits; and since a call is left out as a whole or not at all, no other row has
 * other company than it would have had. From any number of threads.
 */
final class Memory {
  // An object or an array, and a reference to it: about.
  private static final long OVERHEAD = 32;

  private final Examples points;
  private final Map<Integer, List<Integer>> places = new HashMap<>();
  private final long bytes;
  private final Map<Call, Reply[]> calls = new LinkedHashMap<>(16, 0.75f, true);
  private long taken;

  /**
   * An empty memory.
   *
   * @param points what calls must be about
   * @param bytes that replies may take
   */
  Memory(Examples points, long bytes) {
    this.points = points;
    this.bytes = bytes;
    for (int i = 0; i < points.size(); i++) {
      places.computeIfAbsent(Arrays.hashCode(points.row(i)), hash -> new ArrayList<>()).add(i);
    }
  }

  /** All that an engine call depends on. */
  record Call(Object kind, List<Row> rows) {}

  /** One row of it: the number of the point, and what is asked besides it. */
  record Row(int point, Object asked) {}

  /**
   * A call as it is known again; nothing where a row is at no known point, or asks what cannot be
   * compared.
   *
   * @param kind what all its rows have in common
   * @param queries its rows, in their order
   */
  Optional<Call> call(Object kind, Iterator<Query<?>> queries) {
    List<Row> rows = new ArrayList<>();
    while (queries.hasNext()) {
      Query<?> query = queries.next();
      Optional<Object> asked = asked(query);
      // Most points are new, and so is the first of most calls.
      int point = asked.isPresent() ? find(query.point()) : -1;
      if (point < 0) {
        return Optional.empty();
      }
      rows.add(new Row(point, asked.get()));
    }
    return Optional.of(new Call(kind, List.copyOf(rows)));
  }

  private int find(double[] point) {
    for (int place : places.getOrDefault(Arrays.hashCode(point), List.of())) {
      if (Arrays.equals(points.row(place), point)) {
        return place;
      }
    }
    return -1;
  }

  /** What is asked besides point and layer. */
  private static Optional<Object> asked(Query<?> query) {
    if (query instanceof Query.Gradient gradient) {
      return comparable(gradient.objective());
    }
    if (query instanceof Query.Layer layer) {
      return comparable(layer.objective());
    }
    if (query instanceof Query.Jacobian jacobian) {
      return Optional.of(Arrays.stream(jacobian.classes()).boxed().toList());
    }
    return Optional.of("nothing");
  }

  private static Optional<Object> comparable(Objective objective) {
    return objective instanceof Record ? Optional.of(objective) : Optional.empty();
  }

  /** What the call gave, for the caller to keep. */
  Optional<Reply[]> replies(Call call) {
    Reply[] known;
    synchronized (calls) {
      known = calls.get(call);
    }
    return Optional.ofNullable(known).map(Memory::copies);
  }

  /** Keeps what a call gave, unless there is no room for it at all. */
  void keep(Call call, Reply[] replies) {
    long size = size(call, replies);
    if (size > bytes) {
      return;
    }
    Reply[] own = copies(replies);
    synchronized (calls) {
      if (calls.putIfAbsent(call, own) != null) {
        return;
      }
      taken += size;
      Iterator<Map.Entry<Call, Reply[]>> oldest = calls.entrySet().iterator();
      while (taken > bytes) {
        Map.Entry<Call, Reply[]> forgotten = oldest.next();
        taken -= size(forgotten.getKey(), forgotten.getValue());
        oldest.remove();
      }
    }
  }

  /** Bytes that are taken. */
  long taken() {
    synchronized (calls) {
      return taken;
    }
  }

  private static long size(Call call, Reply[] replies) {
    long size = OVERHEAD * (2 + 2L * call.rows().size());
    for (Reply reply : replies) {
      size += size(reply);
    }
    return size;
  }

  private static long size(Reply reply) {
    long size = OVERHEAD + size(reply.logits());
    if (reply instanceof Reply.Gradient gradient) {
      size += size(gradient.gradient());
    } else if (reply instanceof Reply.Layer layer) {
      size += size(layer.activation()) + size(layer.gradient());
    } else if (reply instanceof Reply.Activation activation) {
      size += size(activation.activation());
    } else if (reply instanceof Reply.Jacobian jacobian) {
      size += OVERHEAD + Arrays.stream(jacobian.gradients()).mapToLong(Memory::size).sum();
    }
    return size;
  }

  private static long size(double[] values) {
    return OVERHEAD + (long) values.length * Double.BYTES;
  }

  private static Reply[] copies(Reply[] replies) {
    return Arrays.stream(replies).map(Memory::copy).toArray(Reply[]::new);
  }

  private static Reply copy(Reply reply) {
    double[] logits = reply.logits().clone();
    if (reply instanceof Reply.Gradient gradient) {
      return new Reply.Gradient(logits, gradient.value(), gradient.gradient().clone());
    }
    if (reply instanceof Reply.Layer layer) {
      return new Reply.Layer(
          logits, layer.value(), layer.activation().clone(), layer.gradient().clone());
    }
    if (reply instanceof Reply.Activation activation) {
      return new Reply.Activation(logits, activation.activation().clone());
    }
    if (reply instanceof Reply.Jacobian jacobian) {
      return new Reply.Jacobian(
          logits,
          Arrays.stream(jacobian.gradients()).map(double[]::clone).toArray(double[][]::new));
    }
    return new Reply.Logits(logits);
  }
}
