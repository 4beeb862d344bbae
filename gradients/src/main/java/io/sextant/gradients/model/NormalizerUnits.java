package io.sextant.gradients.model;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What numbers a saved normaliser takes. It was fitted to numbers that the file does not name, so
 * the same image may have to reach it as bytes or as byte / 255.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum NormalizerUnits {
  /** Bytes from 0 to 255. */
  BYTES,
  /** The inputs as they are. */
  AS_IS;

  private static final double LARGEST_BYTE = 255;

  /** Fitted values up to here are of inputs in [0, 1]: three deviations above a mean of 1/2. */
  private static final double UNIT = 2;

  /** Fitted values above this are not of inputs in [0, 1]. */
  private static final double BEYOND_UNIT = 4;

  /** The word for it in specs and on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What a model's own normaliser takes of these inputs, where that is certain: the values that it
   * was fitted to say it.
   *
   * @param file names the model in messages
   * @param normalizer the model's own
   * @param input what the model is given
   * @return the units
   * @throws IllegalArgumentException when the inputs and the normaliser do not fit each other, so
   *     that the units must be said
   */
  public static NormalizerUnits of(String file, Normalizer normalizer, ModelInput input) {
    Optional<Double> fitted = normalizer.largestFitted();
    if (fitted.isEmpty()) {
      return AS_IS;
    }
    double largest = fitted.get();
    if (input.units() == ModelInput.Units.BYTES) {
      if (largest > BEYOND_UNIT) {
        return BYTES;
      }
      if (largest <= UNIT) {
        return AS_IS;
      }
    } else if (!(unit(input.domain()) && largest > BEYOND_UNIT)
        && !(input.shape().rank() == 3 && bytes(input.domain()) && largest <= UNIT)) {
      return AS_IS;
    }
    throw new IllegalArgumentException(
        ("%s: its normaliser was fitted to values up to about %.3g but the inputs lie in [%s, %s], so"
                + " their units must be said: normalizer-units: bytes (it takes bytes from 0 to 255)"
                + " or as-is (it takes the inputs as they are)")
            .formatted(file, largest, lowest(input.domain()), highest(input.domain())));
  }

  /**
   * The map from inputs to the network's inputs.
   *
   * @param normalizer the model's own
   * @param input what the model is given
   */
  public Normalizer.Affine before(Normalizer normalizer, ModelInput input) {
    Normalizer.Affine affine = normalizer.affine(input.shape());
    return this == BYTES && unit(input.domain()) ? affine.afterScale(LARGEST_BYTE) : affine;
  }

  private static boolean unit(InputDomain domain) {
    return highest(domain) <= 1;
  }

  private static boolean bytes(InputDomain domain) {
    return highest(domain) > UNIT * BEYOND_UNIT;
  }

  private static double highest(InputDomain domain) {
    return domain.features().stream().mapToDouble(Feature::maximum).max().orElseThrow();
  }

  private static double lowest(InputDomain domain) {
    return domain.features().stream().mapToDouble(Feature::minimum).min().orElseThrow();
  }
}
