package io.sextant.explainers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Noisy copies of an input and the explainer that looks at each of them.
 *
 * <p>The noise of a draw depends on the seed, the example's id and the draw's number alone, so it
 * is the same for every base explainer, model, batch size and order: results can be compared pair
 * by pair. Noisy inputs are not clipped to the input domain.
 *
 * @param base explains each noisy copy, for the class chosen at the example itself
 * @param draws number of noisy copies, at least 2; with antithetic pairs even and at least 4
 * @param scale the noise's standard deviation
 * @param antithetic whether draws come in pairs of opposite noise, which cancels the odd part of
 *     the sampling error
 * @param seed names the noise
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Smoothing(
    Explainer base, int draws, NoiseScale scale, boolean antithetic, long seed) {
  /**
   * Vanilla gradients at 32 draws in antithetic pairs, 15% of the range (of each column for tables,
   * of the example's values otherwise), seed 42.
   */
  public static final Smoothing DEFAULT =
      new Smoothing(new VanillaGradient(), 32, NoiseScale.automatic(0.15), true, 42);

  public Smoothing {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(scale, "scale");
    if (antithetic && (draws < 4 || draws % 2 != 0)) {
      throw new IllegalArgumentException(
          ("samples must be even and at least 4 with antithetic pairs, for a standard error, but"
                  + " were %d; change the number or switch the pairs off")
              .formatted(draws));
    }
    if (draws < 2) {
      throw new IllegalArgumentException(
          "samples must be at least 2, for a standard error, but were " + draws);
    }
  }

  /** The same around another explainer. */
  public Smoothing withBase(Explainer newBase) {
    return new Smoothing(newBase, draws, scale, antithetic, seed);
  }

  /** The same with another number of draws. */
  public Smoothing withDraws(int newDraws) {
    return new Smoothing(base, newDraws, scale, antithetic, seed);
  }

  /** The same with wider or narrower noise. */
  public Smoothing withScale(NoiseScale newScale) {
    return new Smoothing(base, draws, newScale, antithetic, seed);
  }

  /** The same with or without antithetic pairs. */
  public Smoothing withAntithetic(boolean newAntithetic) {
    return new Smoothing(base, draws, scale, newAntithetic, seed);
  }

  /** The same with other noise. */
  public Smoothing withSeed(long newSeed) {
    return new Smoothing(base, draws, scale, antithetic, newSeed);
  }

  Smoothing fitted(Reference reference) {
    return withBase(base.fitted(reference)).withScale(scale.fitted(reference));
  }

  Map<String, String> configuration() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("base", base.name());
    base.configuration().forEach((key, value) -> settings.put("base." + key, value));
    settings.put("samples", Integer.toString(draws));
    settings.put("noise", scale.text());
    settings.put("antithetic", Boolean.toString(antithetic));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}
