package io.sextant.gradients;

import io.sextant.gradients.graph.Shape;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The inputs that a model is examined on: the shape of one, the values that exist, and their units.
 *
 * @param shape of one example, channels first
 * @param domain the inputs that exist, one feature per value
 * @param units what a value of 1 stands for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ModelInput(Shape shape, InputDomain domain, Units units) {
  /** What stands behind the numbers. */
  public enum Units {
    /** Bytes divided by 255: 1 stands for the byte 255. */
    BYTES,
    /** The numbers that were measured or stored. */
    AS_STORED
  }

  public ModelInput {
    Objects.requireNonNull(units, "units");
    if (domain.size() != shape.elements()) {
      throw new IllegalArgumentException(
          "the domain must have a feature per value of the input but has %d, and the shape %s has %d values"
              .formatted(domain.size(), shape, shape.elements()));
    }
  }

  /**
   * Numbers as they are stored.
   *
   * @param shape of one example
   * @param domain the inputs that exist
   */
  public static ModelInput of(Shape shape, InputDomain domain) {
    return new ModelInput(shape, domain, Units.AS_STORED);
  }

  /**
   * Images of bytes, divided by 255 so that they lie in [0, 1].
   *
   * @param shape of one example
   */
  public static ModelInput bytes(Shape shape) {
    return new ModelInput(shape, InputDomain.box(shape.elements(), 0, 1), Units.BYTES);
  }
}
