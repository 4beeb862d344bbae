package io.sextant.gradients;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Names a stream of random numbers by what it is for: (seed, consumer, example, restart, step).
 *
 * <p>Two keys that differ in any part give unrelated streams, and a key gives the same stream
 * always. So no result depends on the batch size, the order of examples, the number of threads or
 * an interruption.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RandomKey {
  private final long state;

  private RandomKey(long state) {
    this.state = state;
  }

  /** The root key of a seed. */
  public static RandomKey of(long seed) {
    return new RandomKey(mix(seed + GOLDEN));
  }

  /** The key below this one for a number: an example's id, a restart, a step, a draw. */
  public RandomKey with(long part) {
    return new RandomKey(mix(state ^ mix(part + GOLDEN)) + GOLDEN);
  }

  /** The key below this one for a name: an attack, an explainer. */
  public RandomKey with(String part) {
    long hash = part.length();
    for (int i = 0; i < part.length(); i++) {
      hash = mix(hash + GOLDEN + part.charAt(i));
    }
    return with(hash);
  }

  /** A fresh generator at the start of this key's stream. */
  public RandomGenerator random() {
    return new SplittableRandom(state);
  }

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), a bijection of 64 bits. */
  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
