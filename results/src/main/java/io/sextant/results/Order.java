package io.sextant.results;

import java.util.Comparator;
import java.util.List;

/** The order of conditions. */
final class Order {
  private static final List<Class<? extends Condition>> KINDS =
      List.of(
          Condition.Clean.class,
          Condition.Within.class,
          Condition.Nearest.class,
          Condition.Corrupted.class);

  static final Comparator<Condition> CONDITIONS =
      Comparator.comparingInt((Condition c) -> KINDS.indexOf(c.getClass()))
          .thenComparing(c -> c.sharedNorm().map(Norm::ordinal).orElse(0))
          .thenComparing((one, other) -> radii(one, other))
          .thenComparing(c -> c instanceof Condition.Corrupted x ? x.kind() : "")
          .thenComparing(c -> c instanceof Condition.Corrupted x ? x.severity() : 0);

  private Order() {}

  /** By value; of one kind of condition all have a radius or none. */
  private static int radii(Condition one, Condition other) {
    return one.sharedRadius().flatMap(own -> other.sharedRadius().map(own::compareTo)).orElse(0);
  }
}
