package io.sextant.attacks;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Where a search around one example may go: the points that the threat and the domain allow, where
 * a run may begin, and the steps between them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract sealed class Neighbourhood permits Trial {
  private final Shape shape;
  private final Norm norm;
  private final Ball ball;
  private final Reach reach;
  private final Repair repair;
  private final RandomKey key;
  private final int changes;
  private final List<List<Switch>> alternatives;
  private final Iterate clean;

  /**
   * A neighbourhood.
   *
   * @param shape of an input
   * @param reach what exists around the clean row
   * @param key of the random numbers around this example
   */
  Neighbourhood(Shape shape, ThreatModel threat, Reach reach, RandomKey key) {
    this.shape = shape;
    this.norm = threat.norm();
    this.ball = Ball.of(norm, Math.min(Ball.BEYOND, threat.radius()));
    this.reach = reach;
    this.repair = new Repair(reach, threat.budget());
    this.key = key;
    this.changes = threat.categoryChanges();
    this.alternatives =
        changes == 0 ? List.of() : Switch.alternatives(reach.coordinates().domain(), reach.clean());
    this.clean = new Iterate(new double[reach.clean().length], List.of(), reach.clean());
  }

  /** The number of the run that is under way, from 0: it names the run's random numbers. */
  public abstract int run();

  /** The clean input. */
  public Iterate clean() {
    return clean;
  }

  /** The shape of an input: channels, height and width where it is an image. */
  public Shape shape() {
    return shape;
  }

  /** The features that may be moved, in order; categories are not among them. */
  public int[] movable() {
    return IntStream.range(0, reach.clean().length)
        .filter(i -> reach.low()[i] < reach.high()[i])
        .toArray();
  }

  /** The measure of a perturbation. */
  public Norm norm() {
    return norm;
  }

  /** The distance of the point of the domain that is farthest from the clean input. */
  public double farthest() {
    double[] corner = new double[reach.clean().length];
    for (int i = 0; i < corner.length; i++) {
      corner[i] = Math.max(-reach.low()[i], reach.high()[i]);
    }
    return ball.length(corner);
  }

  /**
   * Random numbers that belong to this example, seed and run.
   *
   * @param draw what for, from 0; the same numbers each time
   */
  public RandomGenerator random(long draw) {
    return key.with(run()).with(draw + 1).random();
  }

  /** The threat's radius; for minimum-norm attacks farther than the domain reaches. */
  public double epsilon() {
    return ball.radius();
  }

  /** How far an iterate is from the clean input, in the threat's norm. */
  public double distance(Iterate x) {
    return ball.length(perturbation(x.row()));
  }

  /** How large a perturbation is, in the threat's norm. */
  public double length(double[] perturbation) {
    return ball.length(perturbation);
  }

  /**
   * How far each feature may be moved down, {@code [features]}, in units of its scale and at most
   * 0; not to be modified. What may not be moved is 0 here and in {@link #high}.
   */
  public double[] low() {
    return reach.low();
  }

  /**
   * How far each feature may be moved up, {@code [features]}, in units of its scale and at least 0;
   * not to be modified.
   */
  public double[] high() {
    return reach.high();
  }

  /**
   * A gradient with respect to the perturbation, in units of the features' scale, and 0 where
   * nothing may move; a new array.
   *
   * @param gradient with respect to the input, {@code [features]}; not modified
   */
  public double[] slope(double[] gradient) {
    return reach.slope(gradient);
  }

  /**
   * How fast an objective can rise: by how much at most, to first order, for each unit of the
   * threat's norm. It is the dual norm of the gradient.
   *
   * @param gradient with respect to the input, {@code [features]}; not modified
   */
  public double steepness(double[] gradient) {
    return ball.dual(reach.slope(gradient));
  }

  /**
   * A point drawn uniformly in the ball, then clipped to the domain; categories stay as they are.
   */
  public Iterate uniform() {
    return uniform(ball.radius());
  }

  /**
   * A point drawn uniformly within a radius, then clipped to the domain; categories stay as they
   * are.
   *
   * @param radius above 0, in the threat's norm
   */
  public Iterate uniform(double radius) {
    double[] perturbation = new double[reach.clean().length];
    Ball within = Ball.of(norm, radius);
    within.draw(start(), perturbation, reach.low(), reach.high());
    return project(new Move(perturbation, List.of()), within);
  }

  /** A point drawn uniformly in the ball with numbers of one's own, then clipped to the domain. */
  public Iterate uniform(RandomGenerator random) {
    double[] perturbation = new double[reach.clean().length];
    ball.draw(random, perturbation, reach.low(), reach.high());
    return project(new Move(perturbation, List.of()));
  }

  private RandomGenerator start() {
    return key.with(run()).with(0).random();
  }

  /**
   * A point drawn on the surface of a ball, then clipped to the domain; categories stay as they
   * are. In L∞ a uniform draw from the cube and in L2 a Gaussian one, each stretched to the radius;
   * in L1 a Gaussian one, projected.
   *
   * @param radius above 0, in the threat's norm
   */
  public Iterate surface(double radius) {
    double[] perturbation = new double[reach.clean().length];
    Ball around = Ball.of(norm, radius);
    around.surface(start(), perturbation, reach.low(), reach.high());
    return project(new Move(perturbation, List.of()), around);
  }

  /**
   * The clean input with every feature moved up or down, by the toss of a coin: in L∞ a corner of
   * the ball, otherwise the point of its surface in the direction of such a corner. Then clipped to
   * the domain; categories stay as they are.
   */
  public Iterate corner() {
    double[] perturbation = new double[reach.clean().length];
    RandomGenerator random = start();
    for (int i = 0; i < perturbation.length; i++) {
      boolean up = random.nextBoolean();
      perturbation[i] = reach.low()[i] < reach.high()[i] ? up ? 1 : -1 : 0;
    }
    double length = ball.length(perturbation);
    for (int i = 0; i < perturbation.length && length > 0; i++) {
      perturbation[i] *= ball.radius() / length;
    }
    return project(new Move(perturbation, List.of()));
  }

  /** A point drawn uniformly in the box of the domain; categories stay as they are. */
  public Iterate anywhere(RandomGenerator random) {
    double[] perturbation = new double[reach.clean().length];
    for (int i : movable()) {
      perturbation[i] = reach.low()[i] + random.nextDouble() * (reach.high()[i] - reach.low()[i]);
    }
    return at(perturbation);
  }

  /**
   * The nearest point to a perturbation, in Euclidean distance, that the threat and the domain
   * allow; categories stay as they are.
   *
   * @param perturbation how far each feature is moved, {@code [features]}, in units of its scale;
   *     not modified
   */
  public Iterate at(double[] perturbation) {
    return project(new Move(perturbation.clone(), List.of()));
  }

  /** How many categories may differ from the clean input: groups, and binary features in none. */
  public int categoryChanges() {
    return Math.min(changes, alternatives.size());
  }

  /** Of each category that may be switched, how many other values it may take. */
  public int[] categories() {
    return alternatives.stream().mapToInt(List::size).toArray();
  }

  /**
   * The nearest point to a perturbation that the threat and the domain allow, with categories
   * switched.
   *
   * @param perturbation as for {@link #at(double[])}; not modified
   * @param choices one for each of the {@link #categories()}: 0 leaves it as it is, k switches to
   *     its k-th other value; at most {@link #categoryChanges()} of them above 0
   */
  public Iterate at(double[] perturbation, int[] choices) {
    List<Switch> switches = new ArrayList<>();
    for (int i = 0; i < choices.length; i++) {
      if (choices[i] > 0) {
        switches.add(alternatives.get(i).get(choices[i] - 1));
      }
    }
    if (switches.size() > categoryChanges()) {
      throw new IllegalArgumentException(
          "at most %d categories may be switched but %d were"
              .formatted(categoryChanges(), switches.size()));
    }
    return project(new Move(perturbation.clone(), switches));
  }

  /** How the categories of an iterate are switched, as {@link #at(double[], int[])} takes it. */
  public int[] choices(Iterate x) {
    return alternatives.stream()
        .mapToInt(
            values ->
                1
                    + IntStream.range(0, values.size())
                        .filter(k -> x.switches().contains(values.get(k)))
                        .findFirst()
                        .orElse(-1))
        .toArray();
  }

  /**
   * The norm's steepest step up a gradient: a d(g). It has its length inside the domain; none of it
   * is spent on features that the domain holds back. Categories are switched to where the gradient
   * promises most.
   *
   * @param x where it begins
   * @param gradient with respect to the input, {@code [features]}, finite; not modified
   * @param size a, the length of the step in the threat's norm
   */
  public Move ascend(Iterate x, double[] gradient, double size) {
    double[] next = x.perturbation().clone();
    ball.ascend(reach.slope(gradient), size, next, reach.low(), reach.high());
    return new Move(next, Switch.best(alternatives, gradient, changes));
  }

  /**
   * The same step shared by few features.
   *
   * @param features how many of the steepest, at least 1; where these have too little room, the
   *     next steep ones take part. Only in L1, whose step is sparse, does it make a difference.
   */
  public Move ascend(Iterate x, double[] gradient, double size, int features) {
    double[] next = x.perturbation().clone();
    ball.ascend(reach.slope(gradient), size, features, next, reach.low(), reach.high());
    return new Move(next, Switch.best(alternatives, gradient, changes));
  }

  /**
   * A step along a gradient, whatever the norm: its Euclidean length inside the domain is a.
   *
   * @param x where it begins
   * @param gradient with respect to the input, {@code [features]}, finite; not modified
   * @param size a
   */
  public Move follow(Iterate x, double[] gradient, double size) {
    double[] next = x.perturbation().clone();
    Ball.of(Norm.L2, Ball.BEYOND)
        .ascend(reach.slope(gradient), size, next, reach.low(), reach.high());
    return new Move(next, Switch.best(alternatives, gradient, changes));
  }

  /**
   * A step of one's own. Categories are switched to where the gradient promises most.
   *
   * @param perturbation where it leads, {@code [features]}, in units of the features' scale; not
   *     modified
   * @param gradient with respect to the input, {@code [features]}, finite; not modified
   */
  public Move move(double[] perturbation, double[] gradient) {
    return new Move(perturbation.clone(), Switch.best(alternatives, gradient, changes));
  }

  /**
   * A point on the line from the clean input to an iterate, in the iterate's categories.
   *
   * @param share 1 for the iterate itself
   */
  public Iterate along(Iterate x, double share) {
    double[] perturbation = x.perturbation().clone();
    for (int i = 0; i < perturbation.length; i++) {
      perturbation[i] *= share;
    }
    return project(new Move(perturbation, x.switches()));
  }

  /**
   * The point in the direction of a move, seen from the clean input, that is at a Euclidean
   * distance: what the domain holds back of the length goes to the other features. Farther away
   * than the domain reaches it is where the direction ends.
   *
   * @param length above 0
   */
  public Iterate extend(Move move, double length) {
    double[] ray = new double[move.perturbation().length];
    Ball.of(Norm.L2, Ball.BEYOND)
        .ascend(move.perturbation(), length, ray, reach.low(), reach.high());
    return project(new Move(ray, move.switches()));
  }

  /** The nearest point, in Euclidean distance, that the threat and the domain allow: P. */
  public Iterate project(Move move) {
    return project(move, ball);
  }

  /**
   * The nearest point, in Euclidean distance, within a radius and the domain. A search may pass
   * through points beyond the threat's radius; they never count.
   *
   * @param radius above 0, in the threat's norm
   */
  public Iterate project(Move move, double radius) {
    return project(move, Ball.of(norm, Math.min(radius, Ball.BEYOND)));
  }

  private Iterate project(Move move, Ball ball) {
    double[] perturbation = move.perturbation();
    ball.project(perturbation, reach.low(), reach.high());
    return repair.isIdle()
        ? new Iterate(perturbation, move.switches(), reach.row(perturbation, move.switches()))
        : repair.iterate(perturbation, move.switches(), ball);
  }

  /** Whether an input is one that the threat and the domain allow, categories aside. */
  boolean allows(double[] row) {
    return ball.length(perturbation(row)) <= ball.radius()
        && reach.coordinates().domain().violation(row).isEmpty();
  }

  /** The perturbation that leads to a row; categories are left out. */
  double[] perturbation(double[] row) {
    return reach.coordinates().difference(reach.clean(), row);
  }

  /** What exists around the clean row. */
  Reach reach() {
    return reach;
  }
}
