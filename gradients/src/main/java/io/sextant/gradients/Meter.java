package io.sextant.gradients;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apiguardian.api.API;

/**
 * Counts what each consumer asked of the service, per example: one forward is one example through
 * the network once, one backward is one example's cotangent pulled back once. What was asked does
 * not depend on what had been computed before; how much of it was {@linkplain #saved remembered},
 * and so not computed, is counted beside it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Meter {
  private final Map<String, Adders> consumers = new ConcurrentHashMap<>();
  private final Map<String, Adders> savers = new ConcurrentHashMap<>();

  Meter() {}

  private record Adders(LongAdder forwards, LongAdder backwards) {}

  /**
   * Work for one consumer.
   *
   * @param forwards examples through the network
   * @param backwards cotangents pulled back
   */
  public record Count(long forwards, long backwards) {
    /**
     * What was added to an earlier count.
     *
     * @param before not more than this
     */
    public Count since(Count before) {
      return new Count(forwards - before.forwards, backwards - before.backwards);
    }
  }

  void add(String consumer, long forwards, long backwards) {
    add(consumers, consumer, forwards, backwards);
  }

  /** Passes among those added that were remembered. */
  void save(String consumer, long forwards, long backwards) {
    if (forwards > 0) {
      add(savers, consumer, forwards, backwards);
    }
  }

  private static void add(Map<String, Adders> to, String consumer, long forwards, long backwards) {
    Adders adders =
        to.computeIfAbsent(consumer, name -> new Adders(new LongAdder(), new LongAdder()));
    adders.forwards().add(forwards);
    adders.backwards().add(backwards);
  }

  /** All passes that were asked for so far, forwards and backwards. */
  public long total() {
    return consumers.values().stream()
        .mapToLong(adders -> adders.forwards().sum() + adders.backwards().sum())
        .sum();
  }

  /** What one consumer asked for so far. */
  public Count of(String consumer) {
    Adders adders = consumers.get(consumer);
    return adders == null
        ? new Count(0, 0)
        : new Count(adders.forwards().sum(), adders.backwards().sum());
  }

  /** What was asked for so far, by consumer in alphabetical order. */
  public Map<String, Count> counts() {
    return sums(consumers);
  }

  /**
   * What of it was remembered and not computed ({@link GradientService#remembering}), by consumer
   * in alphabetical order; those that saved nothing are left out.
   */
  public Map<String, Count> saved() {
    return sums(savers);
  }

  private static Map<String, Count> sums(Map<String, Adders> of) {
    Map<String, Count> counts = new TreeMap<>();
    of.forEach(
        (name, adders) ->
            counts.put(name, new Count(adders.forwards().sum(), adders.backwards().sum())));
    return counts;
  }
}
