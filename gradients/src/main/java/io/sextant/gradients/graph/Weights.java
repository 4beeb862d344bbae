package io.sextant.gradients.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * The values of a graph's parameters, immutable and shared by every worker.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Weights {
  private final Map<String, Values> values;

  private Weights(Map<String, Values> values) {
    this.values = values;
  }

  /** No parameters at all. */
  public static Weights empty() {
    return new Weights(Map.of());
  }

  /**
   * These weights with one parameter set or replaced.
   *
   * @param parameter the parameter
   * @param data its values in row-major order; copied
   * @return new weights
   */
  public Weights with(Parameter parameter, double[] data) {
    Map<String, Values> more = new LinkedHashMap<>(values);
    bind(more, parameter, Values.of(data));
    return new Weights(Collections.unmodifiableMap(more));
  }

  /** Weights of these values by name; the map is copied. */
  static Weights of(Map<String, Values> values) {
    return new Weights(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** Sets or replaces a parameter in a map from names to values. */
  static void bind(Map<String, Values> values, Parameter parameter, Values data) {
    if (data.length() != parameter.shape().elements()) {
      throw new IllegalArgumentException(
          "parameter %s must have %d values but had %d"
              .formatted(parameter.name(), parameter.shape().elements(), data.length()));
    }
    values.put(parameter.name(), data);
  }

  /**
   * The values of a parameter in row-major order, a copy.
   *
   * @throws IllegalArgumentException when it is not bound
   */
  public double[] values(Parameter parameter) {
    Values data = values.get(parameter.name());
    if (data == null) {
      throw new IllegalArgumentException("parameter " + parameter.name() + " has no values");
    }
    return data.doubles();
  }

  /** The names of the parameters that have values. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Whether a parameter has values. */
  public boolean has(Parameter parameter) {
    return values.containsKey(parameter.name());
  }

  /** Number of values over all parameters. */
  public long count() {
    return values.values().stream().mapToLong(Values::length).sum();
  }
}
