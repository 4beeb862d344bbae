package io.sextant.evaluation;

import io.sextant.attacks.Beginning;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What an attack left of each example at the smallest radius so far, on its way inwards. */
final class Inwards {
  private final Map<Integer, Beginning> left = new HashMap<>();

  /** What larger radii left of a unit's examples; of those not attacked there, the clean row. */
  List<Beginning> of(Unit unit) {
    return IntStream.range(0, unit.examples().size())
        .mapToObj(
            i ->
                left.getOrDefault(
                    Math.toIntExact(unit.examples().id(i)),
                    new Beginning(unit.examples().row(i), false)))
        .toList();
  }

  /** Takes in what came of a unit. */
  void take(Unit.Done done) {
    List<Beginning> all = done.beginnings();
    for (int i = 0; i < all.size(); i++) {
      left.put(done.attempts().get(i).sample(), all.get(i));
    }
  }
}
