package io.sextant.corruptions;

import io.sextant.corruptions.image.Image;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Corrupts the images of a data set. What it makes of an image depends on the image, the seed, the
 * kind, the severity and the example's id, and on nothing else: not on the order of calls, the
 * other images, or threads.
 *
 * <pre>{@code
 * Corrupter fog =
 *     Corrupter.of("fog", new Strength(ParameterSet.CIFAR_C, 5), 1);
 * Examples foggy = fog.examples(clean, Shape.of(1, 28, 28));
 * }</pre>
 *
 * @param corruption with its parameters
 * @param severity part of the key of random numbers; 0 for parameters of one's own
 * @param seed of the random numbers
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Corrupter(ImageCorruption corruption, int severity, long seed) {
  public Corrupter {
    Objects.requireNonNull(corruption, "corruption");
    if (severity < 0 || severity > Strength.SEVERITIES) {
      throw new IllegalArgumentException(
          "severity must be from 0 to %d but was %d".formatted(Strength.SEVERITIES, severity));
    }
  }

  /**
   * A kind at a strength.
   *
   * @throws IllegalArgumentException when there is no such corruption of images
   */
  public static Corrupter of(String kind, Strength strength, long seed) {
    return new Corrupter(Corruptions.image(kind, strength), strength.severity(), seed);
  }

  /** The key of the random numbers of one example. */
  public static RandomKey key(long seed, String kind, int severity, long id) {
    return RandomKey.of(seed).with("corruption").with(kind).with(severity).with(id);
  }

  /**
   * An image of a data set, corrupted.
   *
   * @param image in [0, 1]
   * @param id of the example
   * @throws IllegalArgumentException when the corruption cannot change images of so many channels
   */
  public Image image(Image image, long id) {
    if (!corruption.applies(image.channels())) {
      throw new IllegalArgumentException(
          "%s cannot change images with %d %s; leave it out"
              .formatted(
                  corruption.name(),
                  image.channels(),
                  image.channels() == 1 ? "channel" : "channels"));
    }
    return corruption.corrupt(image, key(seed, corruption.name(), severity, id));
  }

  /**
   * Examples, corrupted; each keeps label and id.
   *
   * @param clean flat rows in [0, 1]
   * @param shape of one image, {@code [channels, height, width]} or {@code [height, width]}
   * @throws IllegalArgumentException when a row is no image in [0, 1] of this shape
   */
  public Examples examples(Examples clean, Shape shape) {
    float[][] rows = new float[clean.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = image(Image.of(shape, clean.row(i)), clean.id(i)).floats();
    }
    return Examples.ofFloats(rows, clean.labels(), clean.ids());
  }
}
