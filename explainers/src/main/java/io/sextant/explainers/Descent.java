package io.sextant.explainers;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The way of one example down its output, and what was lost on it. */
final class Descent {
  private static final String NOT_THERE =
      "a path of mfaba ended before the decision changed and explains a part of the way; more"
          + " steps or longer ones go farther";

  private final Explained x;
  private final Mfaba method;
  private final double[] least;
  private final double[] most;
  private final double[] scales;
  private final double[] attribution;
  private boolean sawGradient;

  Descent(Explained x, Mfaba method) {
    this.x = x;
    this.method = method;
    int size = x.input().length;
    least = new double[size];
    most = new double[size];
    scales = new double[size];
    attribution = new double[size];
    for (int i = 0; i < size; i++) {
      bound(i, x.domain().feature(i));
    }
    for (InputDomain.OneHot group : x.domain().groups()) {
      group.members().forEach(this::freeze);
    }
  }

  private void bound(int i, Feature feature) {
    double own = x.input()[i];
    scales[i] = feature.scale();
    // An input that lies outside its bounds may come back, and go no farther.
    least[i] =
        feature.direction() == Feature.Direction.INCREASE ? own : Math.min(own, feature.minimum());
    most[i] =
        feature.direction() == Feature.Direction.DECREASE ? own : Math.max(own, feature.maximum());
    if (!feature.mutable() || feature.kind() == Feature.Kind.BINARY) {
      freeze(i);
    }
  }

  private void freeze(int i) {
    least[i] = x.input()[i];
    most[i] = x.input()[i];
  }

  Step<Attribution> attribution() {
    return x.gradientAtInput()
        .then(first -> from(1, x.input(), first, first.value(), first.decision()));
  }

  /**
   * Goes on from a point.
   *
   * @param points that were asked about
   * @param decision at the input
   */
  private Step<Attribution> from(
      int points, double[] point, Reply.Gradient at, double fInput, int decision) {
    boolean crossed = at.decision() != decision;
    double[] next = crossed ? point : next(point, at.gradient());
    if (crossed || points > method.steps() || Arrays.equals(next, point)) {
      return Step.done(attribution(points, fInput, at.value(), crossed));
    }
    return x.gradient(next)
        .then(
            there -> {
              for (int i = 0; i < point.length; i++) {
                double mean = (at.gradient()[i] + there.gradient()[i]) / 2;
                attribution[i] += mean * (point[i] - next[i]);
              }
              return from(points + 1, next, there, fInput, decision);
            });
  }

  private double[] next(double[] point, double[] gradient) {
    double norm = 0;
    for (int i = 0; i < point.length; i++) {
      double slope = movable(i) ? gradient[i] * scales[i] : 0;
      norm += slope * slope;
    }
    sawGradient |= norm > 0;
    double length = Math.sqrt(norm);
    double[] next = point.clone();
    for (int i = 0; i < next.length && length > 0; i++) {
      double part =
          method.direction() == Mfaba.Direction.SIGN
              ? Math.signum(gradient[i])
              : gradient[i] * scales[i] / length;
      double moved = point[i] - method.stepSize() * scales[i] * part;
      next[i] = Math.max(least[i], Math.min(most[i], moved));
    }
    return next;
  }

  private boolean movable(int i) {
    return least[i] < most[i];
  }

  private Attribution attribution(int points, double fInput, double fEnd, boolean crossed) {
    return new Attribution(
            attribution,
            x.certificate(
                points,
                fInput,
                OptionalDouble.of(fEnd),
                OptionalDouble.of(Arrays.stream(attribution).sum() - (fInput - fEnd)),
                sawGradient || crossed ? Optional.empty() : Optional.of(false)))
        .withRemarks(crossed ? List.of() : List.of(NOT_THERE));
  }
}
