package io.sextant.gradients;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What values one input feature may take, and how an attacker may move it.
 *
 * @param name for reports
 * @param kind the values between the bounds that exist
 * @param minimum smallest value, in the input's own units
 * @param maximum largest value, above {@code minimum}
 * @param scale one unit of distance, above 0, in the input's own units
 * @param mutable whether an attacker may change it
 * @param direction the way in which it may change
 * @param price what it costs an attacker to move it by one unit of its scale, or to switch it on or
 *     off where it is binary, at least 0; in a one-hot group the feature that becomes 1 is paid for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Feature(
    String name,
    Kind kind,
    double minimum,
    double maximum,
    double scale,
    boolean mutable,
    Direction direction,
    double price) {

  /** Which values exist. */
  public enum Kind {
    /** Any number. */
    REAL,
    /** Whole numbers. */
    INTEGER,
    /** 0 and 1, members of a one-hot group included. */
    BINARY
  }

  /** The way in which a feature may change. */
  public enum Direction {
    /** Up and down. */
    BOTH,
    /** Never below its clean value. */
    INCREASE,
    /** Never above its clean value. */
    DECREASE
  }

  /** A feature of price 1. */
  public Feature(
      String name,
      Kind kind,
      double minimum,
      double maximum,
      double scale,
      boolean mutable,
      Direction direction) {
    this(name, kind, minimum, maximum, scale, mutable, direction, 1);
  }

  public Feature {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(direction, "direction");
    if (!(minimum < maximum) || !Double.isFinite(minimum) || !Double.isFinite(maximum)) {
      throw new IllegalArgumentException(
          "feature %s: minimum must be below maximum, both finite, but they were %s and %s"
              .formatted(name, minimum, maximum));
    }
    if (!(scale > 0) || !Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "feature %s: scale must be above 0 but was %s".formatted(name, scale));
    }
    if (!(price >= 0) || !Double.isFinite(price)) {
      throw new IllegalArgumentException(
          "feature %s: price must be at least 0 but was %s".formatted(name, price));
    }
  }

  /** This feature for attackers who may change it, or not. */
  public Feature withMutable(boolean newMutable) {
    return new Feature(name, kind, minimum, maximum, scale, newMutable, direction, price);
  }

  /** This feature at another price. */
  public Feature withPrice(double newPrice) {
    return new Feature(name, kind, minimum, maximum, scale, mutable, direction, newPrice);
  }

  /** A real feature that may move freely, with distance in its own units. */
  public static Feature real(String name, double minimum, double maximum) {
    return new Feature(name, Kind.REAL, minimum, maximum, 1, true, Direction.BOTH);
  }
}
