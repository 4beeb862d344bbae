package io.sextant.corruptions;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import org.apiguardian.api.API;

/**
 * The corruptions by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Corruptions {
  private Corruptions() {}

  /** All corruptions on the class path, those of others among them. */
  public static Catalogue<Corruption> catalogue() {
    return Catalogue.of(Kind.Family.CORRUPTION, Corruption.class);
  }

  /**
   * A corruption of images at a strength.
   *
   * @param name as in the {@link #catalogue()}
   * @throws IllegalArgumentException when there is none of this name, or it is none of images
   */
  public static ImageCorruption image(String name, Strength strength) {
    if (catalogue().create(name) instanceof ImageCorruption corruption) {
      return corruption.at(strength);
    }
    throw new IllegalArgumentException(
        "%s is a corruption of tables; images need one of images".formatted(name));
  }
}
