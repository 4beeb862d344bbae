package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Catalogue;
import io.sextant.results.AttackInfo;
import java.util.Optional;

/**
 * Checks that an attack changed no more than the rectangle that it declares, from the two inputs
 * alone.
 */
final class Footprints {
  private Footprints() {}

  /** What an attack of a result declares; empty where this version does not know it. */
  static Optional<Footprint> of(AttackInfo info, Shape shape, double radius) {
    Catalogue<Attack> attacks = Attacks.catalogue();
    if (attacks.names().contains(info.method())) {
      return attacks.create(info.method(), info.configuration()).footprint(shape, radius);
    }
    Catalogue<UniversalAttack> universal = UniversalAttack.catalogue();
    if (universal.names().contains(info.method())) {
      return universal.create(info.method(), info.configuration()).footprint(shape, radius);
    }
    return Optional.empty();
  }

  /** Why an input is not one that the footprint allows, or empty when it is. */
  static Optional<String> violation(
      Footprint footprint, Shape shape, double[] clean, double[] changed) {
    int width = shape.size(shape.rank() - 1);
    int height = shape.rank() < 3 ? 1 : shape.size(shape.rank() - 2);
    int top = height;
    int bottom = -1;
    int left = width;
    int right = -1;
    for (int i = 0; i < clean.length; i++) {
      if (changed[i] != clean[i]) {
        int y = i / width % height;
        int x = i % width;
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
    }
    if (bottom < 0) {
      return Optional.empty();
    }
    int tall = bottom - top + 1;
    int wide = right - left + 1;
    if (tall > footprint.tall() || wide > footprint.wide()) {
      return Optional.of(
          "what was changed spans %d by %d positions but the patch has %d by %d"
              .formatted(tall, wide, footprint.tall(), footprint.wide()));
    }
    int row = Math.min(footprint.row(), height - footprint.tall());
    int column = Math.min(footprint.column(), width - footprint.wide());
    boolean fixed = footprint.row() >= 0;
    boolean inside =
        top >= row
            && bottom < row + footprint.tall()
            && left >= column
            && right < column + footprint.wide();
    return fixed && !inside
        ? Optional.of(
            "row %d, column %d was changed outside the patch at row %d, column %d"
                .formatted(top, left, row, column))
        : Optional.empty();
  }
}
