package io.sextant.corruptions;

import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import org.apiguardian.api.API;

/**
 * A corruption of images.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ImageCorruption extends Corruption {
  /**
   * A corrupted image.
   *
   * @param image {@code [channels, height, width]} in [0, 1], left as it is
   * @param key of all random numbers of this image
   * @return an image of the same size, in [0, 1]
   */
  Image corrupt(Image image, RandomKey key);

  @Override
  ImageCorruption at(Strength strength);

  /** Whether it can change images of so many channels at all. */
  default boolean applies(int channels) {
    return true;
  }
}
