package io.sextant.spec;

import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How adapted models are attacked.
 *
 * @param epsilons radii in L∞; empty for those of the spec's threats in L∞, and without such ones
 *     for {@link #USUAL}
 * @param shares of a batch that are malicious, each above 0 and at most a half
 * @param samples rows of a batch that are attacked one by one, and explained; 0 leaves all attacks
 *     out
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AdaptedAttackSpec(Optional<List<Epsilon>> epsilons, List<Limit> shares, int samples) {
  private static final int MOST_SAMPLES = 100_000;
  private static final BigDecimal HALF = new BigDecimal("0.5");

  /** Radii of images in [0, 1] that published attacks have. */
  public static final List<Epsilon> USUAL = List.of(Epsilon.parse("8/255"), Epsilon.parse("0.1"));

  /** What is done where nothing is said. */
  public static final AdaptedAttackSpec DEFAULT =
      new AdaptedAttackSpec(
          Optional.empty(), List.of(Limit.parse("1%"), Limit.parse("5%"), Limit.parse("10%")), 20);

  public AdaptedAttackSpec {
    epsilons = epsilons.map(List::copyOf);
    shares = List.copyOf(shares);
    if (samples < 0 || samples > MOST_SAMPLES) {
      throw new SpecException(
          "adaptation.attacks: samples must be from 0 to %d but was %d"
              .formatted(MOST_SAMPLES, samples));
    }
    for (Limit share : shares) {
      if (share.value().signum() == 0 || share.value().compareTo(HALF) > 0) {
        throw new SpecException(
            "adaptation.attacks: shares must be above 0 and at most 50% but one was " + share);
      }
    }
    requireOnce("epsilons", epsilons.orElse(List.of()));
    requireOnce("shares", shares);
    if (epsilons.isPresent() && epsilons.get().isEmpty()) {
      throw new SpecException(
          "adaptation.attacks: epsilons must list at least one radius; samples: 0 leaves the attacks"
              + " out");
    }
  }

  private static void requireOnce(String key, List<?> values) {
    if (new HashSet<>(values).size() != values.size()) {
      throw new SpecException(
          "adaptation.attacks: %s must each be listed once but were %s".formatted(key, values));
    }
  }

  /** The radii, given those of the spec's threats in L∞. */
  public List<Epsilon> epsilons(List<Epsilon> ofThreats) {
    return epsilons.orElse(ofThreats.isEmpty() ? USUAL : ofThreats);
  }
}
