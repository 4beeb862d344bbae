package io.sextant.adaptation.alarm;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Sounds when an adapted model visibly fares worse beside the trained one than on source data: when
 * the lower bound of a proxy's mean exceeds the upper bound from source data by more than the
 * tolerance. An immutable value.
 *
 * <p>On a stream where each row's expected proxies, given all that came before, are at most those
 * of source data plus the tolerance, the probability that it ever sounds is at most the level of
 * the bounds: half of it is spent on the bounds, half on the stream; each is shared among the
 * proxies; and the watch begins anew after each alarm and after 1000 rows, so that it hears what
 * goes wrong late, the k-th one with 6 / (pi k)² of the stream's share. It needs no label, and so
 * cannot see a model that is wrong, sure, and wrong in many ways. All proxies are held against the
 * trained model on the same rows: data that are hard for both are no cause.
 *
 * <p>After Schirmer, Jazbec, Naesseth, Nalisnick, "Monitoring Risks in Test-Time Adaptation",
 * NeurIPS 2025, arXiv:2507.08721, which bounds the risk itself through a proxy and labelled source
 * data; here the proxies themselves are bounded, so that no label is needed.
 *
 * @param bounds from source data
 * @param tolerance that is no cause for alarm, in units of the proxies
 * @param alarms so far
 * @param watches that were begun so far
 * @param reading of the stream since the last alarm
 * @param sequences of the proxies in this watch
 * @param sounding why it sounded at the last batch; empty when it did not
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CollapseAlarm(
    Bounds bounds,
    double tolerance,
    int alarms,
    int watches,
    Reading reading,
    Map<Proxy, ConfidenceSequence> sequences,
    Optional<String> sounding) {
  /** Rows of a watch, at least. */
  private static final long WATCH = 1000;

  public CollapseAlarm {
    sequences = Map.copyOf(sequences);
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "the tolerance of an alarm must be in [0, 1) but was " + tolerance);
    }
  }

  /** Before the first batch of a stream. */
  public static CollapseAlarm of(Bounds bounds, double tolerance, int classes) {
    return new CollapseAlarm(
        bounds, tolerance, 0, 1, Reading.start(classes), watch(bounds, 1), Optional.empty());
  }

  private static Map<Proxy, ConfidenceSequence> watch(Bounds bounds, int number) {
    int proxies = Proxy.values().length;
    double part = 6 / Math.pow(Math.PI * number, 2);
    Map<Proxy, ConfidenceSequence> sequences = new EnumMap<>(Proxy.class);
    for (Proxy proxy : Proxy.values()) {
      sequences.put(proxy, ConfidenceSequence.of(part * bounds.level() / (2 * proxies)));
    }
    return sequences;
  }

  ConfidenceSequence sequence(Proxy proxy) {
    return Objects.requireNonNull(sequences.get(proxy));
  }

  /**
   * Whether any stream could make it sound before its first watch is over: where source data are
   * few, their bounds leave no room above them.
   *
   * @param batchSize rows of the stream's batches, at least 1: a watch ends with a batch
   */
  public boolean canSound(int batchSize) {
    double least = Arrays.stream(Proxy.values()).mapToDouble(bounds::upper).min().orElse(1);
    long rows = (WATCH + batchSize - 1) / batchSize * batchSize;
    ConfidenceSequence loudest = Objects.requireNonNull(watch(bounds, 1).get(Proxy.DOUBT));
    // No lower bound of what is at most 1 comes to 1.
    for (long row = 0; row < rows && least + tolerance < 1; row++) {
      loudest = loudest.with(1);
      if (loudest.lower() > least + tolerance) {
        return true;
      }
    }
    return false;
  }

  /** Whether it sounded at the last batch. */
  public boolean sounds() {
    return sounding.isPresent();
  }

  /**
   * After a batch.
   *
   * @param adapted logits of the adapted model, {@code [rows][classes]}
   * @param trained logits of the trained model for the same rows
   */
  public CollapseAlarm after(double[][] adapted, double[][] trained) {
    List<Proxies> seen = reading.of(adapted, trained);
    Map<Proxy, ConfidenceSequence> next = new EnumMap<>(sequences);
    for (Proxy proxy : Proxy.values()) {
      double most = bounds.upper(proxy) + tolerance;
      for (Proxies row : seen) {
        ConfidenceSequence sequence = Objects.requireNonNull(next.get(proxy)).with(row.of(proxy));
        if (sequence.lower() > most) {
          return new CollapseAlarm(
              bounds,
              tolerance,
              alarms + 1,
              watches + 1,
              Reading.start(adapted[0].length),
              watch(bounds, watches + 1),
              Optional.of(
                  "%s: at least %.3f, on source data at most %.3f"
                      .formatted(proxy.words(), sequence.lower(), bounds.upper(proxy))));
        }
        next.put(proxy, sequence);
      }
    }
    boolean over = sequence(Proxy.DOUBT).count() + seen.size() >= WATCH;
    return new CollapseAlarm(
        bounds,
        tolerance,
        alarms,
        over ? watches + 1 : watches,
        reading.after(adapted, trained),
        over ? watch(bounds, watches + 1) : next,
        Optional.empty());
  }
}
