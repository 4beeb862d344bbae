package io.sextant.explainers;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The draws of expected gradients for one example, in units: the places of a unit lie one in each
 * of equal parts of the way, and its rows are different as long as there are enough.
 */
final class BackgroundDraws {
  private static final String NAME = "expected-gradients";

  private final Explained x;
  private final List<double[]> rows;
  private final double[] deviations;
  private final boolean noisy;
  private final int perUnit;
  private final RandomKey key;
  private final Estimator estimator;
  private final BitSet asked = new BitSet();
  private final double[] outputs;
  private final List<Unit> units = new ArrayList<>();
  private double @Nullable [] sum;
  private boolean moves;
  private boolean sawGradient;

  /** Which rows, and where on the way from each of them. */
  private record Unit(int[] rows, double[] places, double[] total) {}

  /**
   * @param rows the background
   * @param deviations of the noise on each value
   * @param perUnit draws
   */
  BackgroundDraws(Explained x, List<double[]> rows, double[] deviations, int perUnit, long seed) {
    this.x = x;
    this.rows = rows;
    this.deviations = deviations;
    this.noisy = Arrays.stream(deviations).anyMatch(deviation -> deviation > 0);
    this.perUnit = perUnit;
    this.key = RandomKey.of(seed).with(NAME).with(x.id());
    this.estimator = new Estimator.Mean(x.input().length);
    this.outputs = new double[rows.size()];
  }

  Estimator estimator() {
    return estimator;
  }

  /** A draw by its number; those of a unit follow each other. */
  Step<double[]> draw(int number) {
    int place = number % perUnit;
    if (place == 0) {
      units.add(unit(number / perUnit));
    }
    Unit unit = units.get(number / perUnit);
    int row = unit.rows()[place];
    Step<double[]> draw = gradient(rows.get(row), unit.places()[place], noise(number));
    // A row's output is asked for with the first draw that needs it.
    if (noisy || asked.get(row)) {
      return draw;
    }
    asked.set(row);
    return draw.then(
        added ->
            x.value(
                rows.get(row),
                output -> {
                  outputs[row] = output;
                  return Step.done(added);
                }));
  }

  private Unit unit(int number) {
    RandomGenerator random = key.with(number).random();
    if (perUnit == 1) {
      // One of them needs no order of all.
      int only = random.nextInt(rows.size());
      return new Unit(new int[] {only}, new double[] {random.nextDouble()}, new double[1]);
    }
    int[] chosen = new int[perUnit];
    double[] places = new double[perUnit];
    int[] order = new int[0];
    for (int i = 0; i < perUnit; i++) {
      int at = i % rows.size();
      if (at == 0) {
        order = new int[rows.size()];
        Arrays.setAll(order, k -> k);
      }
      // The next of a random order.
      int other = at + random.nextInt(order.length - at);
      chosen[i] = order[other];
      order[other] = order[at];
      places[i] = (i + random.nextDouble()) / perUnit;
    }
    return new Unit(chosen, places, new double[1]);
  }

  private double[] noise(int number) {
    double[] input = x.input();
    if (!noisy) {
      return input;
    }
    RandomGenerator random = key.with("noise").with(number).random();
    double[] moved = new double[input.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = input[i] + deviations[i] * random.nextGaussian();
    }
    return moved;
  }

  private Step<double[]> gradient(double[] row, double place, double[] input) {
    StraightLine line = new StraightLine();
    return x.gradient(line.point(row, input, place))
        .then(
            at -> {
              double[] velocity = line.velocity(row, input, place);
              for (int i = 0; i < velocity.length; i++) {
                moves |= velocity[i] != 0;
                velocity[i] *= at.gradient()[i];
                sawGradient |= velocity[i] != 0;
              }
              return Step.done(velocity);
            });
  }

  void take(int number, double[] attribution) {
    double[] own = sum == null ? new double[attribution.length] : sum;
    double[] total = units.get(number / perUnit).total();
    for (int i = 0; i < own.length; i++) {
      own[i] += attribution[i] / perUnit;
      total[0] += attribution[i] / perUnit;
    }
    if (number % perUnit == perUnit - 1) {
      estimator.add(List.of(own));
      sum = null;
    } else {
      sum = own;
    }
  }

  /** What came of all draws. */
  Attribution attribution(Baseline baseline, double fInput, Optional<Boolean> precise) {
    double[] values = estimator.estimate();
    double[] errors = estimator.standardErrors();
    Moments ends = new Moments(2);
    for (Unit unit : units) {
      double start =
          Arrays.stream(unit.rows()).mapToDouble(row -> outputs[row]).average().orElse(0);
      ends.add(new double[] {start, unit.total()[0] - (fInput - start)});
    }
    Optional<Boolean> met = moves && !sawGradient ? Optional.of(false) : precise;
    Certificate certificate =
        x.certificate(
                (long) units.size() * perUnit,
                fInput,
                noisy ? OptionalDouble.empty() : OptionalDouble.of(ends.mean(0)),
                noisy
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Arrays.stream(values).sum() - (fInput - ends.mean(0))),
                met)
            .withStandardError(Arrays.stream(errors).average().orElse(0));
    return new Attribution(
            values, noisy ? certificate : certificate.withGapError(ends.standardErrors()[1]))
        .withStandardErrors(errors)
        .withRemarks(baseline.remarks(x.domain(), rows));
  }
}
