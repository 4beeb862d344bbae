package io.sextant.gradients;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apiguardian.api.API;

/**
 * Counts what each consumer asked of the service, per example: one forward is one example through
 * the network once, one backward is one example's cotangent pulled back once.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Meter {
  private final Map<String, Adders> consumers = new ConcurrentHashMap<>();

  Meter() {}

  private record Adders(LongAdder forwards, LongAdder backwards) {}

  /**
   * Work done for one consumer.
   *
   * @param forwards examples run forward
   * @param backwards cotangents pulled back
   */
  public record Count(long forwards, long backwards) {}

  void add(String consumer, long forwards, long backwards) {
    Adders adders =
        consumers.computeIfAbsent(consumer, name -> new Adders(new LongAdder(), new LongAdder()));
    adders.forwards().add(forwards);
    adders.backwards().add(backwards);
  }

  /** All passes so far, forwards and backwards. */
  public long total() {
    return consumers.values().stream()
        .mapToLong(adders -> adders.forwards().sum() + adders.backwards().sum())
        .sum();
  }

  /** The counts so far, by consumer in alphabetical order. */
  public Map<String, Count> counts() {
    Map<String, Count> counts = new TreeMap<>();
    consumers.forEach(
        (name, adders) ->
            counts.put(name, new Count(adders.forwards().sum(), adders.backwards().sum())));
    return counts;
  }
}
