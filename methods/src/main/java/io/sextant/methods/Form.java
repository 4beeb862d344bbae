package io.sextant.methods;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * How the values of a setting are written.
 *
 * @param description what a value must be, to follow "must be": {@code true or false}
 * @param read reads a value, or refuses it with an {@link IllegalArgumentException}
 * @param write the text that {@code read} makes the same value of
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Form<T>(String description, Function<String, T> read, Function<T, String> write) {
  /** The largest count. */
  public static final int MOST = 1_000_000;

  /** Counts from 1 to a million: beyond that no run ends, and sums of passes might overflow. */
  public static Form<Integer> count() {
    return integer(1, MOST);
  }

  /** Whole numbers within bounds, both included. */
  public static Form<Integer> integer(int least, int most) {
    return new Form<>(
        "a whole number from %d to %d".formatted(least, most),
        text -> {
          int value = Integer.parseInt(text);
          if (value < least || value > most) {
            throw new IllegalArgumentException();
          }
          return value;
        },
        Object::toString);
  }

  /** Any whole number of 64 bits, such as a seed. */
  public static Form<Long> seed() {
    return new Form<>("a whole number", Long::parseLong, Object::toString);
  }

  /** Numbers between two bounds, neither of them included. */
  public static Form<Double> between(double least, double most) {
    return new Form<>(
        "a number above %s and below %s".formatted(plain(least), plain(most)),
        text -> {
          double value = Double.parseDouble(text);
          if (!(value > least && value < most)) {
            throw new IllegalArgumentException();
          }
          return value;
        },
        Object::toString);
  }

  /** Numbers within bounds, both included. */
  public static Form<Double> within(double least, double most) {
    return new Form<>(
        "a number from %s to %s".formatted(plain(least), plain(most)),
        text -> {
          double value = Double.parseDouble(text);
          if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException();
          }
          return value;
        },
        Object::toString);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** {@code true} or {@code false}. */
  public static Form<Boolean> flag() {
    return choice(List.of(true, false), Object::toString);
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  public static <E extends Enum<E>> Form<E> choice(Class<E> type) {
    return choice(
        Arrays.asList(type.getEnumConstants()),
        constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** One of some values, each with its word. */
  public static <T> Form<T> choice(List<T> values, Function<T, String> word) {
    List<String> words = values.stream().map(word).toList();
    String last = words.get(words.size() - 1);
    String description =
        words.size() == 1
            ? last
            : words.stream().limit(words.size() - 1L).collect(Collectors.joining(", "))
                + " or "
                + last;
    return new Form<>(
        description,
        text -> {
          int at = words.indexOf(text);
          if (at < 0) {
            throw new IllegalArgumentException();
          }
          return values.get(at);
        },
        word);
  }
}
