package io.sextant.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A model file and what stands between its input and the data.
 *
 * @param id names the model in results
 * @param source where the model comes from
 * @param preprocessing what the model needs beyond x in [0, 1]
 * @param output which output, for graphs with several
 * @param logits whether the outputs are logits of classes although no classification loss says so
 * @param normalizerUnits what numbers the file's own normaliser takes; found out where certain
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ModelSpec(
    String id,
    Source source,
    Optional<Preprocessing> preprocessing,
    Optional<String> output,
    boolean logits,
    Optional<NormalizerUnits> normalizerUnits) {
  /** The id of the model of a spec that names none. */
  public static final String ONLY = "model";

  /** What numbers a saved normaliser takes. */
  public enum NormalizerUnits {
    /** Bytes from 0 to 255. */
    BYTES,
    /** The inputs as they are. */
    AS_IS;

    /**
     * Reads the word of specs.
     *
     * @param text {@code bytes} or {@code as-is}
     */
    public static NormalizerUnits parse(String text) {
      return switch (text) {
        case "bytes" -> BYTES;
        case "as-is" -> AS_IS;
        default ->
            throw new IllegalArgumentException(
                "normalizer-units must be bytes (the model's normaliser takes bytes from 0 to 255)"
                    + " or as-is (it takes the inputs as they are) but was "
                    + text);
      };
    }
  }

  /**
   * Reads the word for what a model's outputs are.
   *
   * @param text {@code logits}, or {@code auto}: what the file says
   * @return whether they are logits by word
   */
  public static boolean parseLogits(String text) {
    return switch (text) {
      case "logits" -> true;
      case "auto" -> false;
      default ->
          throw new IllegalArgumentException(
              "output-kind must be logits or auto (what the file says) but was " + text);
    };
  }

  /** A model of which nothing is said but its source, preprocessing and output. */
  public ModelSpec(
      String id, Source source, Optional<Preprocessing> preprocessing, Optional<String> output) {
    this(id, source, preprocessing, output, false, Optional.empty());
  }

  public ModelSpec {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw new IllegalArgumentException(
          "a model id must be letters, digits, '.', '_' and '-', at most 64, but was '%s'"
              .formatted(id));
    }
  }

  /** Where a model comes from. */
  public sealed interface Source {}

  /**
   * A model file.
   *
   * @param path of a DL4J zip or a Keras file
   */
  public record File(Path path) implements Source {}

  /**
   * A class that makes the model.
   *
   * @param className of a {@code java.util.function.Supplier} with a constructor without parameters
   */
  public record Supplied(String className) implements Source {
    public Supplied {
      requireClassName(className);
    }
  }

  static void requireClassName(String name) {
    if (!name.matches("[\\p{javaJavaIdentifierPart}]+([.][\\p{javaJavaIdentifierPart}]+)*")) {
      throw new IllegalArgumentException(
          "a supplier must be a class name such as demo.TestSet but was '%s'".formatted(name));
    }
  }

  /** A map per channel, or for all values. */
  public interface Preprocessing {
    /** The factors of {@code factor * x + offset}. */
    List<Double> factors();

    /** The offsets of {@code factor * x + offset}. */
    List<Double> offsets();
  }

  /**
   * (x - mean) / std.
   *
   * @param mean one for all, or one per channel or feature
   * @param std as many, each above 0
   */
  public record Standardize(List<Double> mean, List<Double> std) implements Preprocessing {
    public Standardize {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
      if (mean.isEmpty() || mean.size() != std.size()) {
        throw new IllegalArgumentException(
            "mean and std must be equally many but were %d and %d"
                .formatted(mean.size(), std.size()));
      }
      for (double s : std) {
        if (!(s > 0)) {
          throw new IllegalArgumentException("std must be above 0 but was " + s);
        }
      }
    }

    @Override
    public List<Double> factors() {
      return std.stream().map(s -> 1 / s).toList();
    }

    @Override
    public List<Double> offsets() {
      java.util.ArrayList<Double> offsets = new java.util.ArrayList<>();
      for (int i = 0; i < mean.size(); i++) {
        offsets.add(-mean.get(i) / std.get(i));
      }
      return offsets;
    }
  }

  /**
   * [0, 1] stretched to [a, b].
   *
   * @param from what 0 becomes
   * @param to what 1 becomes
   */
  public record Stretch(double from, double to) implements Preprocessing {
    @Override
    public List<Double> factors() {
      return List.of(to - from);
    }

    @Override
    public List<Double> offsets() {
      return List.of(from);
    }
  }
}
