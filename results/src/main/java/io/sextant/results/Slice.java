package io.sextant.results;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * A named part of the examples, for example those taken at night.
 *
 * @param name in rules
 * @param samples 0-based rows of the data, at least one, ascending
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Slice(String name, SortedSet<Integer> samples) {
  public Slice {
    Check.notBlank("slice name", name);
    samples = Collections.unmodifiableSortedSet(new TreeSet<>(samples));
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(
          "slice %s must have at least one example but has none".formatted(name));
    }
    Check.notNegative("slice " + name + ": sample", samples.first());
  }

  /** A slice of the given rows, in any order. */
  public static Slice of(String name, Collection<Integer> samples) {
    return new Slice(name, new TreeSet<>(samples));
  }
}
