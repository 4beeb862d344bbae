package io.sextant.attacks;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes inputs that keep the relations of the domain and the budget of the threat, near to what a
 * search asks for. Numbers are rounded and then corrected one by one, those first that the search
 * has moved least; or they are moved onto the relations together, as if all were real, and then
 * rounded and corrected. The nearer of the two is taken. Where neither is allowed, numbers are
 * drawn back towards the clean input, which keeps everything. What it returns is always an input
 * that exists and is allowed.
 */
final class Repair {
  /** Rounds over relations, of numbers as if they were real. */
  private static final int ROUNDS = 30;

  /** Rounds over relations, of numbers as they are. */
  private static final int CORRECTIONS = 3;

  /** The parts of a perturbation that are tried before all of it is given up. */
  private static final double[] RETREAT = {0.75, 0.5, 0.25, 0.125, 0};

  private static final int BISECTIONS = 60;

  private final Reach reach;
  private final InputDomain domain;
  private final double budget;

  Repair(Reach reach, double budget) {
    this.reach = reach;
    this.domain = reach.coordinates().domain();
    this.budget = budget;
  }

  /** Whether there is nothing to keep that ball and box do not keep by themselves. */
  boolean isIdle() {
    return domain.relations().isEmpty() && Double.isInfinite(budget);
  }

  /**
   * The point for a perturbation in ball and box.
   *
   * @param perturbation modified
   * @param switches the best first
   */
  Iterate iterate(double[] perturbation, List<Switch> switches, Ball ball) {
    List<Switch> paid = affordable(switches);
    double[] switched = reach.row(new double[perturbation.length], paid);
    double left = budget - domain.price(reach.clean(), switched);
    spend(perturbation, left);
    double[] asked = reach.row(perturbation, paid);
    if (isAllowed(asked, ball)) {
      return new Iterate(perturbation, paid, asked);
    }
    double[] aligned = perturbation.clone();
    for (int round = 0; round < ROUNDS && align(aligned, switched); round++) {
      ball.project(aligned, reach.low(), reach.high());
    }
    spend(aligned, left);
    return Stream.of(perturbation, aligned)
        .map(v -> new Iterate(v, paid, corrected(v, paid, ball.radius())))
        .filter(x -> isAllowed(x.row(), ball))
        .min(Comparator.comparingDouble(x -> gap(perturbation, x.row())))
        .orElseGet(() -> drawnBack(aligned, paid, ball));
  }

  /** How far a row is from what was asked for. */
  private double gap(double[] asked, double[] row) {
    double[] got = reach.coordinates().difference(reach.clean(), row);
    double squares = 0;
    for (int i = 0; i < got.length; i++) {
      squares += (got[i] - asked[i]) * (got[i] - asked[i]);
    }
    return squares;
  }

  private Iterate drawnBack(double[] perturbation, List<Switch> paid, Ball ball) {
    for (double part : RETREAT) {
      double[] nearer = Arrays.stream(perturbation).map(value -> part * value).toArray();
      double[] row = corrected(nearer, paid, ball.radius());
      if (isAllowed(row, ball)) {
        return new Iterate(nearer, paid, row);
      }
    }
    return new Iterate(new double[perturbation.length], List.of(), reach.clean());
  }

  private boolean isAllowed(double[] row, Ball ball) {
    return domain.relations().stream().allMatch(relation -> relation.excess(row) == 0)
        && domain.price(reach.clean(), row) <= budget
        && ball.length(reach.coordinates().difference(reach.clean(), row)) <= ball.radius();
  }

  private List<Switch> affordable(List<Switch> switches) {
    if (Double.isInfinite(budget)) {
      return switches;
    }
    List<Switch> paid = new ArrayList<>();
    double[] row = reach.clean().clone();
    for (Switch change : switches) {
      double[] next = row.clone();
      change.apply(next);
      if (domain.price(reach.clean(), next) <= budget) {
        paid.add(change);
        row = next;
      }
    }
    return paid;
  }

  /** How much a relation's sum changes with a feature's perturbation; 0 where that is fixed. */
  private double slope(InputDomain.Relation.Term term) {
    int i = term.feature();
    return reach.low()[i] < reach.high()[i] ? reach.coordinates().scaled(i, term.coefficient()) : 0;
  }

  /**
   * Moves numbers onto each relation in turn, in Euclidean distance, among those that the box lets
   * move that way; false when all were kept.
   */
  private boolean align(double[] v, double[] switched) {
    boolean moved = false;
    for (InputDomain.Relation relation : domain.relations()) {
      double sum = relation.sum(switched);
      for (InputDomain.Relation.Term term : relation.terms()) {
        sum += slope(term) * v[term.feature()];
      }
      double excess = excess(relation, sum);
      if (excess == 0) {
        continue;
      }
      double squares = 0;
      for (InputDomain.Relation.Term term : relation.terms()) {
        squares += mayFall(term, excess, v) ? slope(term) * slope(term) : 0;
      }
      for (InputDomain.Relation.Term term : relation.terms()) {
        if (mayFall(term, excess, v)) {
          v[term.feature()] -= slope(term) * excess / squares;
          moved = true;
        }
      }
    }
    return moved;
  }

  private static double excess(InputDomain.Relation relation, double sum) {
    return sum > relation.maximum()
        ? sum - relation.maximum()
        : Math.min(0, sum - relation.minimum());
  }

  /** Whether the box leaves a feature room to take its part of an excess away. */
  private boolean mayFall(InputDomain.Relation.Term term, double excess, double[] v) {
    int i = term.feature();
    double direction = -slope(term) * excess;
    return direction > 0 ? v[i] < reach.high()[i] : direction < 0 && v[i] > reach.low()[i];
  }

  /**
   * Projects on what can be paid for: sizes are lowered by a multiple of their prices, so that what
   * is dear and small goes first.
   */
  private void spend(double[] v, double left) {
    if (Double.isInfinite(left) || paid(v, 0) <= left) {
      return;
    }
    double small = 0;
    double large = 1;
    while (paid(v, large) > left) {
      large *= 2;
    }
    for (int n = 0; n < BISECTIONS; n++) {
      double middle = (small + large) / 2;
      if (paid(v, middle) > left) {
        small = middle;
      } else {
        large = middle;
      }
    }
    for (int i = 0; i < v.length; i++) {
      v[i] = Math.copySign(lowered(v, i, large), v[i]) + 0.0;
    }
  }

  private double lowered(double[] v, int i, double multiple) {
    return Math.max(0, Math.abs(v[i]) - multiple * domain.feature(i).price());
  }

  private double paid(double[] v, double multiple) {
    double paid = 0;
    for (int i = 0; i < v.length; i++) {
      paid += domain.feature(i).price() * lowered(v, i, multiple);
    }
    return paid;
  }

  /** The row of a perturbation, moved onto one relation after the other until all are kept. */
  private double[] corrected(double[] v, List<Switch> switches, double radius) {
    double[] row = reach.row(v, switches);
    for (int round = 0; round < CORRECTIONS; round++) {
      boolean kept = true;
      for (InputDomain.Relation relation : domain.relations()) {
        if (relation.excess(row) != 0) {
          List<InputDomain.Relation.Term> terms = new ArrayList<>(relation.terms());
          terms.sort(Comparator.comparingDouble(term -> Math.abs(v[term.feature()])));
          // Whole numbers first, as far as whole steps go; reals take the rest.
          terms.forEach(term -> correct(relation, term, Feature.Kind.INTEGER, row, radius));
          terms.forEach(term -> correct(relation, term, Feature.Kind.REAL, row, radius));
          kept = false;
        }
      }
      if (kept) {
        break;
      }
    }
    return row;
  }

  private void correct(
      InputDomain.Relation relation,
      InputDomain.Relation.Term term,
      Feature.Kind kind,
      double[] row,
      double radius) {
    int i = term.feature();
    double excess = excess(relation, relation.sum(row));
    if (excess == 0 || slope(term) == 0 || domain.feature(i).kind() != kind) {
      return;
    }
    double step = -excess / term.coefficient();
    if (kind == Feature.Kind.INTEGER) {
      // The whole number that takes all of it away; of an equation, none that goes past.
      double size = Math.abs(step);
      boolean equation = relation.minimum() == relation.maximum();
      step = Math.copySign(equation ? Math.floor(size + 1e-9) : Math.ceil(size - 1e-9), step);
    }
    double clean = reach.clean()[i];
    double scale = domain.feature(i).scale();
    double low = Math.max(-radius, reach.low()[i]);
    double high = Math.min(radius, reach.high()[i]);
    double moved = Math.max(low, Math.min(high, (row[i] + step - clean) / scale));
    // Rounded towards the clean value, as all numbers are.
    row[i] = reach.coordinates().value(i, clean, moved);
  }
}
