package io.sextant.attacks;

import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
public final class Trial extends Neighbourhood {
  // Probes of one example that may wait for a batch at a time: a bound on memory.
  private static final int PROBES_AT_ONCE = 256;

  /** The decision on a clean input that nobody has asked for yet. */
  static final int UNKNOWN = Standing.UNKNOWN;

  private final Attack attack;
  private final Access access;
  private final ThreatModel threat;
  private final long id;
  private final int label;
  private final OptionalInt target;
  private final RandomKey key;
  private final Standing standing;
  private final Parts parts;

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
  private final List<Iterate> handedOn = new ArrayList<>();
  // Keeps the way of the search, where anybody asks for it.
  private @Nullable Trace trace;
  // Is told where the search stands: this trial first, then the part that it stands in.
  private Consumer<List<Bookmark.Level>> reached = levels -> {};
  // Where an interrupted search stood, until this one has come to its runs.
  private List<Bookmark.Level> before = List.of();
  // Whether the runs that can be gone on with have begun.
  private boolean entered;

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
      Reach reach,
      long id,
      int label,
      int predicted,
      RandomKey key,
      double enough) {
    super(shape, threat, reach, key.with(id));
    this.attack = attack;
    this.access = attack.declaration().access();
    this.threat = threat;
    this.id = id;
    this.label = label;
    this.target = threat.goal().target(id);
    this.key = key.with(id);
    this.standing = new Standing(attack, threat, this, label, target, predicted, enough);
    this.parts = new Parts(this, standing, this.key, this::part);
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
  @Override
  public int run() {
    return run;
  }

  /** The smallest distance at which an adversarial iterate was found; infinite before the first. */
  public double nearest() {
    Outcome.Broken broken = standing.broken();
    return broken == null ? Double.POSITIVE_INFINITY : broken.distance();
  }

  /**
   * The adversarial iterate to return, as far as the search has come: the nearest one where that is
   * looked for, or the one of highest margin.
   */
  public Optional<Iterate> found() {
    return Optional.ofNullable(standing.found());
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
          Seen seen =
              new Seen(standing.isAdversarial(reply.decision()), reply.value(), reply.gradient());
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
    return standing.isAdversarial(logits);
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
        reply -> judge(x, reply) ? next.then(standing.isAdversarial(reply.decision())) : over());
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
        count, point, (x, reply) -> each.take(x, standing.isAdversarial(reply.decision())), next);
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
    double[] known = standing.cleanLogits();
    if (known != null) {
      return next.apply(known);
    }
    return Step.ask(
        judging(clean(), new Query.Logits(clean().row())),
        reply -> {
          forwards++;
          standing.judgeClean(reply);
          return !standing.isPointless() ? next.apply(reply.logits()) : over();
        });
  }

  /** Whether the trial has its outcome: it was broken, or there is nothing to attack. */
  public boolean isSettled() {
    return standing.isSettled();
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
    return standing.leadLeft();
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
    if (x.row() == clean().row()) {
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
          standing.pass(query.point(), reply);
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
   * <p>Between the first runs that a search asks for it can be interrupted and gone on with later:
   * the search is called again then, and runs that are over are passed by. So what comes before the
   * runs must be the same each time, and what one run leaves for a later one has to go through
   * {@link #handOn}.
   *
   * @param count how many runs in all
   * @param begin begins a run, by number from 0
   */
  public Step<Trial> runs(int count, IntFunction<Step<Trial>> begin) {
    boolean first = !entered;
    return from(enter(), count, begin, first);
  }

  private Step<Trial> from(
      int number, int count, IntFunction<Step<Trial>> begin, boolean resumable) {
    for (int at = number; at < count && standing.isOpen(); at++) {
      if (resumable && at > 0) {
        reached.accept(List.of(level(at)));
      }
      run = begun++;
      step = 0;
      Step<Trial> first = begin.apply(at);
      if (!(first instanceof Step.Done<?>)) {
        int next = at + 1;
        return first.then(trial -> from(next, count, begin, resumable));
      }
    }
    return over();
  }

  /** Leaves a point for later runs. */
  public void handOn(Iterate x) {
    handedOn.add(x);
  }

  /** The points that earlier runs of this attack have left, in order. */
  public List<Iterate> handedOn() {
    return List.copyOf(handedOn);
  }

  /**
   * Other attacks in turn, as parts of this one: each on the example for as long as it holds and is
   * worth it. A part has random numbers of its own, and what it spends is told apart in {@link
   * ExampleResult#stages}. What one finds within the radius ends all.
   *
   * @param plan the parts; names are unique in it
   */
  public Step<Trial> stages(List<Stage> plan) {
    if (entered) {
      // What came between is not known to where the first parts stood.
      reached = levels -> {};
    }
    return parts.from(plan, enter());
  }

  /** The number of the run or part to begin with: where the search stood, or else the first. */
  private int enter() {
    if (entered || before.isEmpty()) {
      entered = true;
      return 0;
    }
    entered = true;
    Bookmark.Level level = before.get(0);
    before = before.subList(1, before.size());
    begun = level.begun();
    forwards = level.forwards();
    backwards = level.backwards();
    zeroGradient = level.zeroGradient();
    handedOn.clear();
    level.handedOn().forEach(x -> handedOn.add(x == null ? clean() : x));
    standing.restore(level.standing());
    parts.restore(level.parts());
    return level.next();
  }

  private Bookmark.Level level(int next) {
    List<@Nullable Iterate> points = new ArrayList<>();
    handedOn.forEach(x -> points.add(x.row() == clean().row() ? null : x));
    return new Bookmark.Level(
        next,
        begun,
        forwards,
        backwards,
        zeroGradient,
        points,
        standing.memory(),
        List.copyOf(parts.results()));
  }

  /**
   * Says where this trial stands, and goes on where it stood.
   *
   * @param listener is told each time that a run or a part is over
   * @param classes of the model
   * @throws IllegalArgumentException when a bookmark is of a model with another number of classes
   */
  Trial remembered(Listener listener, int classes) {
    reached =
        levels -> {
          if (standing.predicted() != UNKNOWN) {
            listener.reached(new Bookmark(id, levels));
          }
        };
    listener.bookmark(id).ifPresent(bookmark -> before = bookmark.levels());
    for (Bookmark.Level level : before) {
      double[] logits = level.standing().cleanLogits();
      if (level.standing().predicted() >= classes || logits != null && logits.length != classes) {
        throw new IllegalArgumentException(
            "a bookmark of example %d is of a model with other classes than the %d of this one; search it from the beginning"
                .formatted(id, classes));
      }
    }
    if (!before.isEmpty() && standing.predicted() == UNKNOWN) {
      standing.judgeClean(before.get(0).standing().predicted());
    }
    return this;
  }

  /**
   * Keeps the way of the search.
   *
   * @param most iterates of a run that are kept at a time
   */
  Trace traced(int most) {
    Trace kept = new Trace(clean().row(), most);
    trace = kept;
    return kept;
  }

  /** The trial that a part is: on the same example, with random numbers of its own. */
  private Trial part(int number, Stage stage) {
    boolean looksForNearest = stage.attack().declaration().kind() == Kind.MINIMUM_NORM;
    Trial part =
        new Trial(
            stage.attack(),
            looksForNearest ? threat.withoutRadius() : threat,
            shape(),
            reach(),
            id,
            label,
            // Parts are only tried where the model decides rightly.
            label,
            key.with(stage.name()),
            looksForNearest ? epsilon() : 0);
    part.standing.knows(standing.cleanLogits());
    part.trace = trace == null ? null : trace.part();
    // What alternates from run to run goes on where the part before has left it.
    part.begun = begun;
    // The clean input may be judged only after a part was begun.
    part.reached =
        inner -> reached.accept(Stream.concat(Stream.of(level(number)), inner.stream()).toList());
    part.before = before;
    before = List.of();
    if (number > 0) {
      reached.accept(List.of(level(number)));
    }
    return part;
  }

  /** Takes over what a part found and spent; whether it broke the example. */
  boolean take(int number, Trial part, ExampleResult result) {
    begun = part.begun;
    forwards += result.forwards();
    backwards += result.backwards();
    zeroGradient |= result.zeroGradientAtStart();
    boolean broken = standing.take(number, part.standing, result);
    if (trace != null && part.trace != null && standing.input() == result.input()) {
      trace.took(part.trace);
    }
    return broken;
  }

  /** The whole trial: the search, once the clean input is known to be decided rightly. */
  Step<ExampleResult> begin() {
    if (standing.predicted() != UNKNOWN) {
      standing.judgeClean(standing.predicted());
      return !standing.isPointless() ? search() : Step.done(result());
    }
    Step<Trial> search = attack.search(this);
    if (search instanceof Step.Ask<?, ?> ask && ask.query() == judgesClean) {
      // A search that begins at the clean input judges it in passing.
      return search.then(trial -> Step.done(result()));
    }
    return Step.ask(
        new Query.Logits(clean().row()),
        reply -> {
          forwards++;
          standing.judgeClean(reply);
          return !standing.isPointless()
              ? search.then(trial -> Step.done(result()))
              : Step.done(result());
        });
  }

  /** The whole trial after one at a larger radius, of which the clean decision is known. */
  Step<ExampleResult> begin(@Nullable Beginning beginning) {
    boolean clean = beginning != null && Arrays.equals(beginning.row(), clean().row());
    if (beginning == null || clean && !beginning.held()) {
      return begin();
    }
    standing.judgeClean(standing.predicted());
    // What held there with nothing better than the clean input, holds here.
    if (standing.isPointless() || clean) {
      return Step.done(result());
    }
    Iterate inwards = at(perturbation(beginning.row()));
    return Step.ask(
        new Query.Logits(inwards.row()),
        reply -> judge(inwards, reply) && !beginning.held() ? search() : Step.done(result()));
  }

  private Step<ExampleResult> search() {
    return attack.search(this).then(trial -> Step.done(result()));
  }

  /** Judges an iterate; false when that has settled the run or the example. */
  private boolean judge(Iterate x, Reply reply) {
    forwards++;
    boolean goesOn = standing.judge(x, reply, run, step++);
    if (trace != null) {
      trace.judged(run, x.row(), standing.input() == x.row());
    }
    return goesOn;
  }

  private ExampleResult result() {
    Set<Sign> signs = standing.signs();
    if (zeroGradient) {
      signs.add(Sign.ZERO_GRADIENT);
    }
    return new ExampleResult(
        id,
        label,
        standing.predicted(),
        standing.outcome(),
        standing.input(),
        forwards,
        backwards,
        signs,
        // A search is begun before it is known that there is nothing to search.
        standing.isPointless() ? List.of() : parts.results());
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
