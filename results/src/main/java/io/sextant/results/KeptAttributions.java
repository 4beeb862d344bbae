package io.sextant.results;

import io.sextant.results.internal.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Attributions of clean inputs for their labels, kept so that those of other models on the same
 * inputs can be compared with them. The label does not depend on the model, so both explain the
 * same class.
 *
 * @param examples that were explained, in the order of the audit, each once
 * @param noise side of the cube around each input from which a noisy one was drawn, as a share of
 *     each feature's scale
 * @param explainers in the order of the spec
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record KeptAttributions(List<Example> examples, double noise, List<Maps> explainers) {
  /** How many values all maps together may have: as text they take 5.3 bytes each. */
  public static final long MOST_VALUES = 8L << 20;

  /** How many values one map may have: as text they are below what readers of JSON take. */
  public static final int MOST_IN_A_MAP = 3 << 20;

  public KeptAttributions {
    examples = List.copyOf(examples);
    explainers = List.copyOf(explainers);
    Check.finite("noise", noise);
    if (examples.stream().map(Example::sample).distinct().count() != examples.size()) {
      throw new IllegalArgumentException("examples must be there once each but one is there twice");
    }
    Set<Integer> known = new HashSet<>();
    examples.forEach(example -> known.add(example.sample()));
    Set<String> names = new HashSet<>();
    long values = 0;
    for (Maps maps : explainers) {
      values += maps.maps().stream().mapToLong(one -> one.map().size()).sum();
      if (values > MOST_VALUES) {
        throw new IllegalArgumentException(
            "all maps together must have at most %d values but have more with explainer %s"
                .formatted(MOST_VALUES, maps.explainer()));
      }
      if (!names.add(maps.explainer())) {
        throw new IllegalArgumentException(
            "explainer %s must be there once but is there twice".formatted(maps.explainer()));
      }
      for (Explained one : maps.maps()) {
        if (!known.contains(one.sample())) {
          throw new IllegalArgumentException(
              "explainer %s has a map of sample %d, which is not among the examples"
                  .formatted(maps.explainer(), one.sample()));
        }
      }
    }
  }

  /**
   * An input.
   *
   * @param sample 0-based row of the data
   * @param label that was explained
   * @param input digest of its values, 64 lower-case hexadecimal digits
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Example(int sample, int label, String input) {
    public Example {
      Check.notNegative("sample", sample);
      Check.notNegative("label", label);
      Check.notBlank("input", input);
    }
  }

  /**
   * What an explainer said.
   *
   * @param explainer its id
   * @param method its name in the catalogue
   * @param configuration every setting
   * @param shape of each map
   * @param maps in the order of the examples; none of those on which the model's output or gradient
   *     was not finite
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Maps(
      String explainer,
      String method,
      Map<String, String> configuration,
      List<Integer> shape,
      List<Explained> maps) {
    public Maps {
      Check.notBlank("explainer", explainer);
      Check.notBlank("method", method);
      configuration = Check.sorted(configuration);
      shape = List.copyOf(shape);
      maps = List.copyOf(maps);
      long values = 1;
      for (int size : shape) {
        // The bound so far is below 2^22, so that no product overflows.
        values *= size;
        if (size < 1 || values > MOST_IN_A_MAP) {
          throw new IllegalArgumentException(
              "a map must have sizes of at least 1 and at most %d values but has shape %s"
                  .formatted(MOST_IN_A_MAP, Text.abbreviate(shape.toString(), 60)));
        }
      }
      Set<Integer> samples = new HashSet<>();
      for (Explained one : maps) {
        if (one.map().size() != values || !samples.add(one.sample())) {
          throw new IllegalArgumentException(
              "the map of sample %d by %s must be there once and have %d values but has %d"
                  .formatted(one.sample(), explainer, values, one.map().size()));
        }
      }
    }
  }

  /**
   * The explanation of an example.
   *
   * @param sample 0-based row of the data
   * @param map of the explainer's shape
   * @param noise what random noise makes of the map; absent where no feature takes real values, or
   *     the model's output or gradient was not finite
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Explained(int sample, Floats map, Optional<MapChange> noise) {}

  /** Those of one explainer, where it was asked. */
  public Optional<Maps> of(String explainer) {
    return explainers.stream().filter(maps -> maps.explainer().equals(explainer)).findFirst();
  }

  /** The same of some explainers. */
  public KeptAttributions only(Set<String> ids) {
    List<Maps> some = new ArrayList<>(explainers);
    some.removeIf(maps -> !ids.contains(maps.explainer()));
    return new KeptAttributions(examples, noise, some);
  }
}
