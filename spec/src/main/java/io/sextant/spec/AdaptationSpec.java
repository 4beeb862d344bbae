package io.sextant.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a model is to be adapted, and to what.
 *
 * @param methods beside batch statistics and RDumb, which stand in every table; empty for the usual
 *     ones that can adapt the model
 * @param corruptions kinds; empty for the usual ones, which for tables are none
 * @param parameters the corruptions' set of parameters
 * @param severity of the corruptions, from 1 to 5
 * @param streams in the order in which they are listed
 * @param batchSizes rows of a batch
 * @param seeds orders in which each stream comes
 * @param sourceSamples rows, none of the audit's examples, that calibrate alarms
 * @param attacks on the adapted models
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AdaptationSpec(
    Optional<List<Configured>> methods,
    Optional<List<String>> corruptions,
    String parameters,
    int severity,
    List<StreamSpec> streams,
    List<Integer> batchSizes,
    int seeds,
    int sourceSamples,
    AdaptedAttackSpec attacks) {
  /** The largest batch. */
  private static final int MOST_ROWS = 100_000;

  public AdaptationSpec {
    methods = methods.map(List::copyOf);
    corruptions = corruptions.map(List::copyOf);
    streams = List.copyOf(streams);
    batchSizes = List.copyOf(batchSizes);
    require("severity", severity, 1, 5);
    require("seeds", seeds, 1, 1000);
    require("source-samples", sourceSamples, 0, 1_000_000);
    batchSizes.forEach(rows -> require("batch-sizes", rows, 1, MOST_ROWS));
    requireOnce("streams", streams);
    requireOnce("batch-sizes", batchSizes);
    requireOnce("corruptions", corruptions.orElse(List.of()));
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new SpecException(
          "adaptation: %s must be from %d to %d but was %d".formatted(key, least, most, value));
    }
  }

  private static void requireOnce(String key, List<?> values) {
    if (new HashSet<>(values).size() != values.size()) {
      throw new SpecException(
          "adaptation: %s must each be listed once but were %s".formatted(key, values));
    }
  }
}
