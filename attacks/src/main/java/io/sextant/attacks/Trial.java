package io.sextant.attacks;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One example under attack. It says where a search may go, asks the model for it, judges every
 * iterate that was asked about, keeps the best one, and ends runs that are over. {@link
 * Attack#search} is written with it and knows no other example.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Trial {
  // Probes of one example that may wait for a batch at a time: a bound on memory.
  private static final int PROBES_AT_ONCE = 256;

  private final Attack attack;
  private final Access access;
  private final Shape shape;
  private final Norm norm;
  private final boolean nearest;
  private final Ball ball;
  private final Reach reach;
  private final Repair repair;
  private final long id;
  private final int label;
  private final OptionalInt target;
  private final RandomKey key;
  private final int changes;
  private final List<List<Switch>> alternatives;
  private final Iterate clean;
  private final ThreatModel threat;
  // A minimum-norm search that is a part of another may end once it has come this near.
  private final double enough;
  private final List<StageResult> stages = new ArrayList<>();

  private int predicted;
  private double @Nullable [] cleanLogits;
  // Runs begun so far, and the one under way.
  private int begun;
  private int run;
  // Iterates judged in this run.
  private int step;
  private long forwards;
  private long backwards;
  private boolean zeroGradient;
  // The last question that judges the clean input in passing.
  private @Nullable Query<?> judgesClean;
  private boolean nonFinite;
  private double[] best;
  private double bestMargin = Double.NEGATIVE_INFINITY;
  private Outcome.@Nullable Broken broken;
  private @Nullable Iterate found;
  private @Nullable Outcome settled;

  // The margin of an iterate where only decisions are asked for: it is no better than any other.
  private static final double UNSEEN = Double.NEGATIVE_INFINITY;

  /** The decision on a clean input that nobody has asked for yet. */
  static final int UNKNOWN = Integer.MIN_VALUE;

  /**
   * A trial.
   *
   * @param shape of an input
   * @param reach what exists around the clean row
   * @param id the example's
   * @param label the example's
   * @param predicted the decision on the clean input; -1 when it is not finite, or {@link #UNKNOWN}
   * @param key of the attack's random numbers
   * @param enough the distance at which a search for the nearest input may end; 0 for none
   */
  Trial(
      Attack attack,
      ThreatModel threat,
      Shape shape,
      Ball ball,
      Reach reach,
      long id,
      int label,
      int predicted,
      RandomKey key,
      double enough) {
    this.attack = attack;
    this.threat = threat;
    this.enough = enough;
    this.access = attack.declaration().access();
    this.shape = shape;
    this.norm = threat.norm();
    this.nearest = Double.isInfinite(threat.radius());
    this.ball = ball;
    this.reach = reach;
    this.repair = new Repair(reach, threat.budget());
    this.id = id;
    this.label = label;
    this.target = threat.goal().target(id);
    this.predicted = predicted;
    this.key = key.with(id);
    this.changes = threat.categoryChanges();
    this.alternatives =
        changes == 0 ? List.of() : Switch.alternatives(reach.coordinates().domain(), reach.clean());
    this.clean = new Iterate(new double[reach.clean().length], List.of(), reach.clean());
    this.best = reach.clean();
  }

  /** The clean input. */
  public Iterate clean() {
    return clean;
  }

  /** The true class. */
  public int label() {
    return label;
  }

  /** The class that is aimed at; empty when any wrong class will do. */
  public OptionalInt target() {
    return target;
  }

  /**
   * The number of the run that is under way, from 0. Runs of one attack that follow those of
   * another on the same trial have the next numbers.
   */
  public int run() {
    return run;
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
    return key.with(run).with(draw + 1).random();
  }

  /** The threat's radius; for minimum-norm attacks farther than the domain reaches. */
  public double epsilon() {
    return ball.radius();
  }

  /** How far an iterate is from the clean input, in the threat's norm. */
  public double distance(Iterate x) {
    return ball.length(reach.coordinates().difference(reach.clean(), x.row()));
  }

  /** How large a perturbation is, in the threat's norm. */
  public double length(double[] perturbation) {
    return ball.length(perturbation);
  }

  /** The smallest distance at which an adversarial iterate was found; infinite before the first. */
  public double nearest() {
    return broken == null ? Double.POSITIVE_INFINITY : broken.distance();
  }

  /**
   * The adversarial iterate to return, as far as the search has come: the nearest one where that is
   * looked for, or the one of highest margin.
   */
  public Optional<Iterate> found() {
    return Optional.ofNullable(found);
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

  /** The loss to climb: away from the true class, or towards the one that is aimed at. */
  public Objective objective(Loss loss) {
    return target.isPresent() ? loss.towards(label, target.getAsInt()) : loss.away(label);
  }

  /**
   * The loss to climb towards one class, whatever the goal is.
   *
   * @param towards the class, not the true one
   */
  public Objective objective(Loss loss, int towards) {
    return loss.towards(label, towards);
  }

  /**
   * An objective of one's own to climb: away from the true class, or towards the one that is aimed
   * at. Its cotangents are scaled to a largest entry of 1, as those of losses are.
   *
   * @param support of a class, an objective that grows the more the model is for that class
   */
  public Objective objective(IntFunction<Objective> support) {
    return Loss.unit(
        target.isPresent() ? support.apply(target.getAsInt()) : support.apply(label).negated());
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
    return key.with(run).with(0).random();
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

  /**
   * Judges an iterate, and goes on with the gradient there unless the run is over: because the
   * iterate is adversarial, its logits are not finite, or its gradient shows no way.
   *
   * @param next what to do with the gradient with respect to the input, {@code [features]}
   */
  public Step<Trial> gradient(
      Iterate x, Objective objective, Function<double[], Step<Trial>> next) {
    // Where no step leads away, all later iterates would be this one.
    return look(x, objective, seen -> seen.flat() ? over() : next.apply(seen.gradient()));
  }

  /**
   * What was found at an iterate.
   *
   * @param adversarial whether it is what the attacker wants
   * @param loss of the objective there
   * @param gradient of the objective with respect to the input, {@code [features]}, finite
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Seen(boolean adversarial, double loss, double[] gradient) {
    /** Whether the gradient is 0. */
    public boolean flat() {
      for (double slope : gradient) {
        if (slope != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The same as {@link #gradient}, with all that was found, and also where the gradient is 0: what
   * carries a search on has to come from elsewhere then.
   *
   * @param next what to do with it
   */
  public Step<Trial> look(Iterate x, Objective objective, Function<Seen, Step<Trial>> next) {
    require(Access.GRADIENTS);
    return Step.ask(
        judging(x, new Query.Gradient(x.row(), objective)),
        reply -> {
          backwards++;
          boolean first = step == 0;
          if (!judge(x, reply)) {
            return over();
          }
          boolean finite = finite(reply.gradient());
          Seen seen = new Seen(isAdversarial(reply.decision()), reply.value(), reply.gradient());
          zeroGradient |= first && (!finite || seen.flat());
          return finite ? next.apply(seen) : over();
        });
  }

  /**
   * Judges an iterate, and goes on with the gradients of several logits there unless the run is
   * over: because the iterate is adversarial, or because what the model says is not finite or does
   * not depend on the input.
   *
   * @param classes whose logits, from 0, at least one
   * @param next what to do with the logits, and the gradients with respect to the input in the
   *     order asked
   */
  public Step<Trial> jacobian(
      Iterate x, int[] classes, Function<Reply.Jacobian, Step<Trial>> next) {
    require(Access.GRADIENTS);
    return Step.ask(
        judging(x, new Query.Jacobian(x.row(), classes)),
        reply -> {
          backwards += classes.length;
          boolean first = step == 0;
          if (!judge(x, reply)) {
            return over();
          }
          double[] all = Arrays.stream(reply.gradients()).flatMapToDouble(Arrays::stream).toArray();
          boolean usable =
              Arrays.stream(all).allMatch(Double::isFinite)
                  && Arrays.stream(all).anyMatch(value -> value != 0);
          zeroGradient |= first && !usable;
          return usable ? next.apply(reply) : over();
        });
  }

  /** Whether these logits are what the attacker wants. */
  public boolean isAdversarial(double[] logits) {
    return isAdversarial(Logits.decision(logits));
  }

  /** Judges the last iterate of a run. */
  public Step<Trial> judge(Iterate x) {
    require(Access.LOGITS);
    return decide(x, adversarial -> over());
  }

  /**
   * Judges an iterate by its logits, and goes on with the loss there unless the run is over.
   *
   * @param next what to do with the loss
   */
  public Step<Trial> score(Iterate x, Objective objective, DoubleFunction<Step<Trial>> next) {
    require(Access.LOGITS);
    return Step.ask(
        judging(x, new Query.Logits(x.row())),
        reply -> judge(x, reply) ? next.apply(value(objective, reply)) : over());
  }

  /**
   * Judges several iterates side by side by their logits, and goes on unless one of them ends the
   * run. Of several that are adversarial at a fixed radius the first counts.
   *
   * @param count how many
   * @param point the iterates by number, from 0
   * @param each is given them in this order, with the loss at each
   * @param next what to do then
   */
  public Step<Trial> scoreAll(
      int count,
      IntFunction<Iterate> point,
      Objective objective,
      ObjDoubleConsumer<Iterate> each,
      Supplier<Step<Trial>> next) {
    require(Access.LOGITS);
    return judgeAll(count, point, (x, reply) -> each.accept(x, value(objective, reply)), next);
  }

  /** What to do with a decision. */
  @FunctionalInterface
  public interface Decided {
    /**
     * A point was decided.
     *
     * @param adversarial whether as the attacker wants it
     */
    Step<Trial> then(boolean adversarial);
  }

  /**
   * Judges an iterate by the decision alone, and goes on unless the run is over.
   *
   * @param next what to do with the decision
   */
  public Step<Trial> decide(Iterate x, Decided next) {
    require(Access.DECISIONS);
    return Step.ask(
        judging(x, new Query.Logits(x.row())),
        reply -> judge(x, reply) ? next.then(isAdversarial(reply.decision())) : over());
  }

  /** Is told the decision on a point. */
  @FunctionalInterface
  public interface Decisions {
    /**
     * A point was decided.
     *
     * @param x the point
     * @param adversarial whether as the attacker wants it
     */
    void take(Iterate x, boolean adversarial);
  }

  /**
   * Judges several iterates side by side by the decisions alone, and goes on unless one of them
   * ends the run.
   *
   * @param count how many
   * @param point the iterates by number, from 0
   * @param each is given them in this order
   * @param next what to do then
   */
  public Step<Trial> decideAll(
      int count, IntFunction<Iterate> point, Decisions each, Supplier<Step<Trial>> next) {
    require(Access.DECISIONS);
    return judgeAll(
        count, point, (x, reply) -> each.take(x, isAdversarial(reply.decision())), next);
  }

  private record Probe(Iterate x, Reply reply) {}

  private Step<Trial> judgeAll(
      int count,
      IntFunction<Iterate> point,
      BiConsumer<Iterate, Reply> each,
      Supplier<Step<Trial>> next) {
    boolean[] ended = {false};
    Step<Boolean> probes =
        Step.all(
            count,
            PROBES_AT_ONCE,
            i -> {
              Iterate x = point.apply(i);
              return Step.answer(new Query.Logits(x.row()), reply -> new Probe(x, reply));
            },
            (int i, Probe probe) -> {
              each.accept(probe.x(), probe.reply());
              ended[0] |= !judge(probe.x(), probe.reply());
            },
            () -> ended[0]);
    return probes.then(over -> over ? over() : next.get());
  }

  private static double value(Objective objective, Reply reply) {
    return objective.evaluate(reply.logits(), new double[reply.logits().length]);
  }

  /** A method is held to what it declares, so that what stands in results about it is true. */
  private void require(Access asked) {
    if (!access.allows(asked)) {
      throw new IllegalStateException(
          "%s declares that it asks for %s but asked for %s; declare access %s"
              .formatted(attack.name(), access.title(), asked.title(), asked.name()));
    }
  }

  /**
   * Goes on with the logits of the clean input, which are asked for once.
   *
   * @param next what to do with them, {@code [classes]}; not to be modified
   */
  public Step<Trial> atClean(Function<double[], Step<Trial>> next) {
    require(Access.LOGITS);
    double[] known = cleanLogits;
    if (known != null) {
      return next.apply(known);
    }
    return Step.ask(
        judging(clean, new Query.Logits(clean.row())),
        reply -> {
          forwards++;
          judgeClean(reply);
          return settled == null ? next.apply(reply.logits()) : over();
        });
  }

  /** Whether the trial has its outcome: it was broken, or there is nothing to attack. */
  public boolean isSettled() {
    return settled != null || broken != null;
  }

  /**
   * How much of its lead on the clean input the true class still has where it has least: 1 when
   * nothing was gained, 0 when the decision fell. For a targeted goal, of the lead over the target.
   * Stages of an attack that cost much can be kept for examples in which little is left.
   *
   * @throws IllegalStateException when the logits of the clean input are not known; see {@link
   *     #atClean}
   */
  public double leadLeft() {
    if (cleanLogits == null) {
      throw new IllegalStateException(
          "the lead on the clean input is not known; ask for its logits first (Trial.atClean)");
    }
    double whole = margin(cleanLogits);
    return isSettled() || whole >= 0 ? 0 : Math.max(0, Math.min(1, bestMargin / whole));
  }

  /**
   * The classes that can be aimed at, by how likely they are on the clean input; the target alone
   * where there is one. Asks for the logits there unless they are known.
   *
   * @param next what to do with them
   */
  public Step<Trial> rivals(Function<int[], Step<Trial>> next) {
    return atClean(
        logits ->
            next.apply(
                target.isPresent()
                    ? new int[] {target.getAsInt()}
                    : Ranking.without(label, logits)));
  }

  private <Q extends Query<?>> Q judging(Iterate x, Q query) {
    if (x.row() == clean.row()) {
      judgesClean = query;
    }
    return query;
  }

  /**
   * Asks anything else: what is asked is counted, and not judged.
   *
   * @param next what to do with the reply
   */
  public <R extends Reply> Step<Trial> ask(Query<R> query, Function<R, Step<Trial>> next) {
    require(query.pullbacks() > 0 ? Access.GRADIENTS : Access.LOGITS);
    return Step.ask(
        query,
        reply -> {
          forwards++;
          backwards += query.pullbacks();
          return next.apply(reply);
        });
  }

  /** The end of a run. */
  public Step<Trial> over() {
    return Step.done(this);
  }

  /**
   * Runs that follow one another until one is successful; all of them where the nearest input is
   * looked for. A run that were begun early, next to one that then turns out to be successful,
   * would be wasted; in this order none is, and each question is one that the result rests on.
   *
   * @param count how many runs in all
   * @param begin begins a run, by number from 0
   */
  public Step<Trial> runs(int count, IntFunction<Step<Trial>> begin) {
    return from(0, count, begin);
  }

  private Step<Trial> from(int number, int count, IntFunction<Step<Trial>> begin) {
    for (int at = number; at < count && settled == null && (nearest || broken == null); at++) {
      run = begun++;
      step = 0;
      Step<Trial> begun = begin.apply(at);
      if (!(begun instanceof Step.Done<?>)) {
        int next = at + 1;
        return begun.then(trial -> from(next, count, begin));
      }
    }
    return over();
  }

  /**
   * Other attacks in turn, as parts of this one: each on the example for as long as it holds and is
   * worth it. A part has random numbers of its own, and what it spends is told apart in {@link
   * ExampleResult#stages}. What one finds within the radius ends all.
   *
   * @param plan the parts; names are unique in it
   */
  public Step<Trial> stages(List<Stage> plan) {
    return stage(plan, 0);
  }

  private Step<Trial> stage(List<Stage> plan, int number) {
    if (number == plan.size() || isSettled()) {
      return over();
    }
    Stage stage = plan.get(number);
    if (stage.most() < 1 && cleanLogits == null) {
      return atClean(logits -> stage(plan, number));
    }
    if (!isWorth(stage)) {
      return stage(plan, number + 1);
    }
    Trial part = part(stage);
    return part.begin()
        .then(
            result -> {
              took(number, stage, part, result);
              return stage(plan, number + 1);
            });
  }

  private boolean isWorth(Stage stage) {
    return (stage.most() == 1 || leadLeft() <= stage.most())
        && (stage.chosen() == 1 || key.with(stage.name()).random().nextDouble() < stage.chosen());
  }

  private Trial part(Stage stage) {
    boolean looksForNearest = stage.attack().declaration().kind() == Kind.MINIMUM_NORM;
    Trial part =
        new Trial(
            stage.attack(),
            looksForNearest ? threat.withoutRadius() : threat,
            shape,
            looksForNearest ? Ball.of(norm, Ball.BEYOND) : ball,
            reach,
            id,
            label,
            // Parts are only tried where the model decides rightly.
            label,
            key.with(stage.name()),
            looksForNearest ? ball.radius() : 0);
    part.cleanLogits = cleanLogits;
    // What alternates from run to run goes on where the part before has left it.
    part.begun = begun;
    return part;
  }

  private void took(int number, Stage stage, Trial part, ExampleResult result) {
    begun = part.begun;
    forwards += result.forwards();
    backwards += result.backwards();
    zeroGradient |= result.zeroGradientAtStart();
    nonFinite |= part.nonFinite;
    if (cleanLogits == null) {
      cleanLogits = part.cleanLogits;
    }
    boolean breaks = false;
    if (result.outcome() instanceof Outcome.Broken found && found.distance() <= ball.radius()) {
      breaks = true;
      broken = new Outcome.Broken(found.distance(), number, found.step());
      best = result.input();
    } else if (!part.nearest && part.bestMargin > bestMargin) {
      // What a search for the nearest input has seen may lie beyond the radius.
      best = result.input();
      bestMargin = part.bestMargin;
    }
    stages.add(new StageResult(stage.name(), breaks, result.forwards(), result.backwards()));
  }

  /** The whole trial: the search, once the clean input is known to be decided rightly. */
  Step<ExampleResult> begin() {
    if (predicted != UNKNOWN) {
      judgeClean(predicted);
      return settled == null ? search() : Step.done(result());
    }
    Step<Trial> search = attack.search(this);
    if (search instanceof Step.Ask<?, ?> ask && ask.query() == judgesClean) {
      // A search that begins at the clean input judges it in passing.
      return search.then(trial -> Step.done(result()));
    }
    return Step.ask(
        new Query.Logits(clean.row()),
        reply -> {
          forwards++;
          judgeClean(reply);
          return settled == null ? search.then(trial -> Step.done(result())) : Step.done(result());
        });
  }

  private Step<ExampleResult> search() {
    return attack.search(this).then(trial -> Step.done(result()));
  }

  /** Judges an iterate; false when that has settled the run or the example. */
  private boolean judge(Iterate x, Reply reply) {
    forwards++;
    int at = step++;
    if (x.row() == clean.row()) {
      judgeClean(reply);
      if (!isSettled() && margin(reply.logits()) > bestMargin) {
        best = x.row();
        bestMargin = margin(reply.logits());
      }
      return settled == null;
    }
    boolean counts = nearest || distance(x) <= ball.radius();
    int decision = reply.decision();
    if (decision < 0 || !counts) {
      nonFinite |= counts;
      return decision >= 0;
    }
    double margin = margin(reply.logits());
    boolean adversarial = isAdversarial(decision);
    // An adversarial iterate beats any that is not.
    if (adversarial && broken == null || adversarial == (broken != null) && isBetter(x, margin)) {
      best = x.row();
      bestMargin = margin;
      if (adversarial) {
        found = x;
        broken = new Outcome.Broken(distance(x), run, broken == null ? at : broken.step());
      }
    }
    return nearest
        ? !(adversarial && distance(x) <= enough)
        : !(adversarial && attack.untilBroken());
  }

  private boolean isAdversarial(int decision) {
    return decision >= 0
        && (target.isPresent() ? decision == target.getAsInt() : decision != label);
  }

  /**
   * By how much the attacker's class leads, which compares iterates whatever was climbed to find
   * them: losses of different stages, targets or scales do not compare.
   */
  private double margin(double[] logits) {
    if (!access.allows(Access.LOGITS)) {
      return UNSEEN;
    }
    double[] unused = new double[logits.length];
    return target.isPresent()
        ? Objective.margin(target.getAsInt()).evaluate(logits, unused)
        : -Objective.margin(label).evaluate(logits, unused);
  }

  /** Of adversarial iterates the nearest one counts where that is looked for. */
  private boolean isBetter(Iterate x, double margin) {
    return nearest && broken != null ? distance(x) < broken.distance() : margin > bestMargin;
  }

  private void judgeClean(Reply reply) {
    judgeClean(reply.decision());
    cleanLogits = reply.logits();
  }

  private void judgeClean(int decision) {
    predicted = decision;
    if (decision < 0) {
      settled = new Outcome.Inconclusive("non-finite logits on the clean input");
    } else if (decision != label) {
      settled = new Outcome.AlreadyWrong();
    } else if (target.isPresent() && target.getAsInt() == label) {
      settled = new Outcome.Held();
    }
  }

  private ExampleResult result() {
    Outcome outcome = settled;
    if (outcome != null) {
      best = clean.row();
    } else if (broken != null) {
      outcome = broken;
    } else if (nonFinite) {
      best = clean.row();
      outcome = new Outcome.Inconclusive("non-finite logits");
    } else {
      outcome = new Outcome.Held();
    }
    return new ExampleResult(
        id, label, predicted, outcome, best, forwards, backwards, zeroGradient, stages);
  }

  /** A plain sum: a stream over thousands of values costs more than the step that it is for. */
  private static boolean finite(double[] values) {
    double zero = 0;
    for (double value : values) {
      // 0 times what is not finite is not a number.
      zero += 0 * value;
    }
    return zero == 0;
  }
}
