package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * The boundary between an example's true class and some others, to first order: for each of them
 * the hyperplane on which its logit is that of the true class. Where a class is aimed at, it is the
 * one hyperplane on which that class draws level with the best of the others.
 *
 * @param trial the example
 * @param rivals the other classes; the one aimed at, where there is one
 */
record Boundary(Trial trial, int[] rivals) {
  /**
   * A hyperplane with the shortest way to it.
   *
   * @param plane the hyperplane
   * @param gradient of the lead over the true class with respect to the input, {@code [features]}
   * @param step from the iterate to the hyperplane, inside the box
   * @param length of the step in the threat's norm; infinite when the box ends before the
   *     hyperplane
   */
  record Way(Hyperplane plane, double[] gradient, double[] step, double length) {}

  // The share of the terms of a value that rounding may leave of it.
  private static final double ROUNDING = 1e-9;

  /**
   * Judges an iterate, and goes on with the nearest hyperplane there.
   *
   * @param next what to do, told whether the iterate is adversarial
   */
  Step<Trial> nearest(Iterate x, BiFunction<Boolean, Way, Step<Trial>> next) {
    if (rivals.length == 1) {
      boolean aimed = trial.target().isPresent();
      Objective lead = aimed ? trial.objective(Loss.MARGIN) : over(rivals[0]);
      return trial.look(
          x,
          lead,
          at ->
              at.flat()
                  ? trial.over()
                  : next.apply(at.adversarial(), way(x, at.loss(), at.gradient())));
    }
    int[] classes = IntStream.concat(IntStream.of(trial.label()), Arrays.stream(rivals)).toArray();
    return trial.jacobian(
        x,
        classes,
        reply -> {
          List<Way> ways = new ArrayList<>();
          double[] own = reply.gradients()[0];
          for (int k = 1; k < classes.length; k++) {
            double[] gradient = reply.gradients()[k].clone();
            for (int i = 0; i < gradient.length; i++) {
              gradient[i] -= own[i];
            }
            ways.add(way(x, reply.logits()[classes[k]] - reply.logits()[classes[0]], gradient));
          }
          Way shortest = ways.stream().min(Comparator.comparingDouble(Way::length)).orElseThrow();
          return next.apply(trial.isAdversarial(reply.logits()), shortest);
        });
  }

  /** The lead of a class over the true one. */
  private Objective over(int rival) {
    return (logits, cotangent) -> {
      Arrays.fill(cotangent, 0);
      cotangent[rival] = 1;
      cotangent[trial.label()] = -1;
      return logits[rival] - logits[trial.label()];
    };
  }

  private Way way(Iterate x, double value, double[] gradient) {
    double[] from = x.perturbation();
    Hyperplane plane = Hyperplane.through(value, trial.slope(gradient), from);
    double[] step = plane.step(trial.norm(), from, trial.low(), trial.high());
    double[] end = new double[step.length];
    for (int i = 0; i < end.length; i++) {
      end[i] = from[i] + step[i];
    }
    double terms = Math.max(Math.abs(value), Math.abs(plane.offset()));
    boolean arrives = Math.abs(plane.value(end)) <= ROUNDING * terms;
    return new Way(plane, gradient, step, arrives ? trial.length(step) : Double.POSITIVE_INFINITY);
  }
}
