package io.sextant.spec;

import io.sextant.results.Condition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Corruptions and shifts of the data that an audit measures.
 *
 * @param kinds of corruption, in the order in which results list them; perhaps none
 * @param severities of each kind, from 1
 * @param parameters the set that says how strong severities are
 * @param shifts of the data, for tables; perhaps none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CorruptionSpec(
    List<String> kinds, List<Integer> severities, String parameters, List<Shift> shifts) {
  /** The set of parameters of specs that name none. */
  public static final String PARAMETERS = "cifar-c";

  /** The severities of specs that name none. */
  public static final List<Integer> SEVERITIES = List.of(1, 2, 3, 4, 5);

  public CorruptionSpec {
    kinds = List.copyOf(kinds);
    severities = List.copyOf(severities);
    shifts = List.copyOf(shifts);
    if (new HashSet<>(kinds).size() != kinds.size()) {
      throw new IllegalArgumentException("kinds must differ but were " + kinds);
    }
    if (new HashSet<>(severities).size() != severities.size() || severities.isEmpty()) {
      throw new IllegalArgumentException(
          "severities must be at least one, each once, but were " + severities);
    }
    for (int severity : severities) {
      if (severity < 1 || severity > SEVERITIES.size()) {
        throw new IllegalArgumentException(
            "severities must be from 1 to %d but one was %d"
                .formatted(SEVERITIES.size(), severity));
      }
    }
    if (shifts.stream().map(Shift::name).distinct().count() != shifts.size()) {
      throw new IllegalArgumentException("shifts must differ but one is listed twice");
    }
    if (kinds.isEmpty() && shifts.isEmpty()) {
      throw new IllegalArgumentException("there must be a kind or a shift but there was neither");
    }
  }

  /**
   * A part of the user's own data as a shifted set: rows within bounds of a column, or rows drawn
   * so that large values of it are more frequent.
   *
   * @param column its name
   * @param from smallest value of the shifted rows
   * @param to largest value of the shifted rows
   * @param tilt by how much the logarithm of a row's weight grows with one standard deviation of
   *     the column, not 0; instead of bounds
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Shift(String column, OptionalDouble from, OptionalDouble to, OptionalDouble tilt) {
    public Shift {
      boolean bounded = from.isPresent() || to.isPresent();
      if (bounded == tilt.isPresent()) {
        throw new IllegalArgumentException(
            "a shift by column %s must have from, to or both, or tilt alone".formatted(column));
      }
      if (from.isPresent() && to.isPresent() && from.getAsDouble() > to.getAsDouble()) {
        throw new IllegalArgumentException(
            "a shift by column %s: from must be at most to but they were %s and %s"
                .formatted(column, text(from), text(to)));
      }
      if (tilt.isPresent() && (tilt.getAsDouble() == 0 || Math.abs(tilt.getAsDouble()) > 10)) {
        throw new IllegalArgumentException(
            "a shift by column %s: tilt must be from -10 to 10 and not 0 but was %s"
                .formatted(column, text(tilt)));
      }
    }

    /** For example {@code age from 40}. */
    public String name() {
      return column
          + (from.isPresent() ? " from " + text(from) : "")
          + (to.isPresent() ? " to " + text(to) : "")
          + (tilt.isPresent() ? " tilt " + text(tilt) : "");
    }

    static String text(OptionalDouble number) {
      double value = number.getAsDouble();
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** Each kind at each severity, in order. */
  public List<Condition.Corrupted> conditions() {
    return kinds.stream()
        .flatMap(
            kind -> severities.stream().map(severity -> new Condition.Corrupted(kind, severity)))
        .toList();
  }

  /** The conditions of what may be asked for. */
  static Stream<Condition> conditions(Optional<CorruptionSpec> spec) {
    return spec.stream().flatMap(own -> own.conditions().stream());
  }
}
