package io.sextant.reports.internal;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Interval;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * How far explanations are from those of the baseline, turned for reading.
 *
 * @param found one per explainer
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Drift(List<AttributionDrift> found) {
  private static final int SAMPLES = 5;

  /**
   * A row of the table.
   *
   * @param drift that was measured
   * @param moved the share that moved
   */
  public record Row(AttributionDrift drift, AttributionDrift.Measured moved) {
    /** The id of the explainer. */
    public String explainer() {
      return drift.explainer();
    }

    /** Examples in both. */
    public int common() {
      return drift.common();
    }

    /** The examples that only one side has; empty where there are none. */
    public String leftOut() {
      return drift.onlyBefore() + drift.onlyAfter() == 0
          ? ""
          : "%d only before, %d only now".formatted(drift.onlyBefore(), drift.onlyAfter());
    }

    /** The interval of the mean. */
    public String interval() {
      return Format.interval(new Interval(moved.mean().low(), moved.mean().high()));
    }

    /** Whether noise does as much, so that nothing is known to have moved. */
    public boolean withinNoise() {
      return moved.noise().isPresent() && moved.mean().mean() <= moved.noise().getAsDouble();
    }

    /** Where most moved; a dash where nothing did. */
    public String samples() {
      return drift.worst().isEmpty()
          ? "–"
          : Format.join(", ", Format.most(SAMPLES, drift.worst()), String::valueOf);
    }
  }

  /**
   * An explainer without figures.
   *
   * @param explainer its id
   * @param why without a full stop
   */
  public record Reason(String explainer, String why) {}

  /** Those that were measured, in the order of the audit. */
  public List<Row> compared() {
    return found.stream()
        .flatMap(drift -> drift.moved().stream().map(moved -> new Row(drift, moved)))
        .toList();
  }

  /** Those that were not. */
  public List<Reason> uncompared() {
    return found.stream()
        .flatMap(
            drift ->
                drift
                    .uncompared()
                    .map(why -> Stream.of(new Reason(drift.explainer(), why.reason())))
                    .orElse(Stream.empty()))
        .toList();
  }
}
