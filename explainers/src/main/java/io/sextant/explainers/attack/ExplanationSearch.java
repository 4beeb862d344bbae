package io.sextant.explainers.attack;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.GradientTerm;
import io.sextant.explainers.quality.Judged;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Scheduler;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Access;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An attack on the explanations of some examples: all of them take their steps side by side. */
final class ExplanationSearch {
  // What the strides add up to, in radii, unless some are refused.
  private static final double REACH = 2.5;
  // Of the radius: how far both sides are from the point.
  private static final double SIDE = 0.25;
  // Values of all the points of a step: a bound on memory.
  private static final long KEPT = 1L << 22;
  private static final int MOST_AT_ONCE = 128;

  private final ExplanationAttack attack;
  private final Judged judged;
  private final Explainer explainer;

  ExplanationSearch(ExplanationAttack attack, Judged judged) {
    this.attack = attack;
    this.judged = judged;
    this.explainer = judged.explainer();
  }

  static boolean hasGradients(Judged judged) {
    return judged.service().access() == Access.GRADIENTS
        && (judged.examples().size() == 0
            || !judged.explainer().terms(explained(judged, 0), 1).isEmpty());
  }

  private static Explained explained(Judged judged, int i) {
    return Explained.of(judged.service(), judged.examples(), i, judged.output());
  }

  List<Moved> run() {
    boolean byGradients =
        attack.search() != ExplanationAttack.Search.RANDOM && hasGradients(judged);
    if (!byGradients) {
      return run(null);
    }
    try (GradientService smooth =
        judged.service().alike(smooth(judged.service().graph())).build()) {
      return run(smooth);
    }
  }

  private InferenceGraph smooth(InferenceGraph graph) {
    return graph.withFunctions(
        function ->
            function instanceof Function.Relu
                ? new Function.SoftRelu(0, attack.sharpness())
                : function instanceof Function.LeakyRelu leaky
                    ? new Function.SoftRelu(leaky.alpha(), attack.sharpness())
                    : function);
  }

  /**
   * Attacks part by part.
   *
   * @param smooth gradients that have gradients; absent for random signs
   */
  private List<Moved> run(@Nullable GradientService smooth) {
    long points = smooth == null ? 4 : 4 + 4L * ExplanationAttack.TERMS;
    int part =
        (int) Math.max(1, Math.min(MOST_AT_ONCE, KEPT / (points * judged.service().features())));
    List<Moved> found = new ArrayList<>();
    for (int from = 0; from < judged.examples().size(); from += part) {
      List<Climb> climbs = new ArrayList<>();
      for (int i = from; i < Math.min(judged.examples().size(), from + part); i++) {
        climbs.add(new Climb(i));
      }
      begin(climbs);
      for (int step = 0; step < attack.steps(); step++) {
        List<Climb> moving = climbs.stream().filter(climb -> !climb.still).toList();
        if (smooth == null) {
          directBySides(moving, step);
        } else {
          directByGradients(moving, smooth);
        }
        step(moving);
      }
      climbs.forEach(climb -> found.add(climb.result()));
    }
    return found;
  }

  /** The state of one example. */
  private final class Climb {
    private final int place;
    private final Explained x;
    private final Ball ball;
    private final Aim.Goal goal;
    private final RandomKey key;
    private final double[] before;
    private int decision;
    private double probability;
    private final double cleanValue;
    private double[] here;
    private double[] map;
    private double[] best;
    private double[] bestMap;
    private double bestValue;
    private double bestProbability;
    private final double longest = REACH * attack.radius().value() / attack.steps();
    private double stride = longest;
    private double[] direction;
    private double[] candidate;
    private double candidateProbability;
    private boolean refused;
    private boolean still;

    Climb(int place) {
      this.place = place;
      x = explained(judged, place);
      ball = new Ball(x.input(), x.domain(), attack.norm(), attack.radius().value());
      before = judged.attributions()[place];
      goal = attack.aim().goal(before, judged.shape());
      key = RandomKey.of(attack.seed()).with(attack.name()).with(x.id());
      here = x.input();
      map = before;
      best = here;
      bestMap = before;
      candidate = here;
      direction = here;
      cleanValue = goal.value(before);
      bestValue = cleanValue;
      // A map of zeros has no parts to compare.
      still = !Double.isFinite(cleanValue);
    }

    Explained at(double[] point) {
      // Under the same id, so that what an explainer draws stays the same.
      return x.copy(point, x.id());
    }

    Objective objective() {
      return judged.output().objective(judged.examples().label(place));
    }

    double probability(double[] logits) {
      return Logits.probabilities(logits)[judged.examples().label(place)];
    }

    boolean accepts(double[] logits) {
      return Logits.finite(logits)
          && Logits.decision(logits) == decision
          && Math.abs(probability(logits) - probability) <= attack.outputChange()
          && x.domain().violation(candidate).isEmpty();
    }

    void take(double[] mapThere) {
      here = candidate;
      map = mapThere;
      stride = Math.min(longest, 2 * stride);
      double value = goal.value(mapThere);
      if (value > bestValue) {
        best = here;
        bestMap = mapThere;
        bestValue = value;
        bestProbability = candidateProbability;
      }
    }

    Moved result() {
      return new Moved(
          x.id(),
          best.clone(),
          before,
          bestMap,
          bestValue,
          cleanValue,
          ball.distance(best),
          Math.abs(bestProbability - probability));
    }
  }

  private void begin(List<Climb> climbs) {
    double[][] logits =
        judged.service().logits(climbs.stream().map(c -> c.x.input()).toArray(double[][]::new));
    for (int i = 0; i < logits.length; i++) {
      Climb climb = climbs.get(i);
      climb.still |= !Logits.finite(logits[i]);
      if (!climb.still) {
        climb.decision = Logits.decision(logits[i]);
        climb.probability = climb.probability(logits[i]);
        climb.bestProbability = climb.probability;
      }
    }
  }

  /** Goes where directions lead, if it may. */
  private void step(List<Climb> climbs) {
    List<Climb> going = climbs.stream().filter(climb -> !climb.still).toList();
    for (Climb climb : going) {
      climb.candidate = climb.ball.moved(climb.here, climb.stride, climb.direction);
    }
    double[][] logits =
        judged.service().logits(going.stream().map(c -> c.candidate).toArray(double[][]::new));
    List<Climb> accepted = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      Climb climb = going.get(i);
      if (climb.accepts(logits[i])) {
        climb.candidateProbability = climb.probability(logits[i]);
        climb.refused = false;
        accepted.add(climb);
      } else {
        climb.refused = true;
        climb.stride /= 2;
      }
    }
    double[][] maps = maps(accepted.stream().map(climb -> climb.at(climb.candidate)).toList());
    for (int i = 0; i < maps.length; i++) {
      accepted.get(i).take(maps[i]);
    }
  }

  private double[][] maps(List<Explained> points) {
    double[][] maps = new double[points.size()][];
    new Scheduler(judged.service())
        .run(
            maps.length,
            explainer.atOnce(judged.service().features()),
            i -> explainer.attribute(points.get(i)),
            (int i, Attribution attribution) -> maps[i] = attribution.values());
    return maps;
  }

  /** From explanations on both sides of the best point, along random signs. */
  private void directBySides(List<Climb> climbs, int step) {
    List<Explained> sides = new ArrayList<>();
    for (Climb climb : climbs) {
      climb.here = climb.best;
      RandomGenerator random = climb.key.with(step).random();
      climb.direction = climb.here.clone();
      Arrays.setAll(climb.direction, i -> random.nextBoolean() ? 1 : -1);
      for (int side = 1; side >= -1; side -= 2) {
        sides.add(
            climb.at(
                climb.ball.moved(
                    climb.here, side * SIDE * attack.radius().value(), climb.direction)));
      }
    }
    double[][] maps = maps(sides);
    for (int i = 0; i < climbs.size(); i++) {
      Climb climb = climbs.get(i);
      double rise = climb.goal.value(maps[2 * i]) - climb.goal.value(maps[2 * i + 1]);
      // Where both sides are alike, that says nothing about other directions.
      double sign = Math.signum(Double.isFinite(rise) ? rise : 0);
      for (int j = 0; j < climb.direction.length; j++) {
        climb.direction[j] *= sign;
      }
    }
  }

  /** From the gradient of the aim, without what would change the output. */
  private void directByGradients(List<Climb> climbs, GradientService smooth) {
    List<Query.Gradient> outputs = new ArrayList<>();
    List<Query.Gradient> asked = new ArrayList<>();
    List<List<Product>> products = new ArrayList<>();
    for (Climb climb : climbs) {
      outputs.add(new Query.Gradient(climb.here, climb.objective()));
      double[] slope = climb.goal.slope(climb.map);
      List<Product> own = new ArrayList<>();
      for (GradientTerm term : explainer.terms(climb.at(climb.here), ExplanationAttack.TERMS)) {
        Product product = new Product(term, slope, climb.ball.scale());
        product.ask(climb.objective(), asked);
        own.add(product);
      }
      products.add(own);
    }
    List<Reply.Gradient> replies = smooth.answer(asked);
    List<Reply.Gradient> atOutputs = judged.service().answer(outputs);
    int next = 0;
    for (int i = 0; i < climbs.size(); i++) {
      Climb climb = climbs.get(i);
      double[] direction = new double[climb.here.length];
      for (Product product : products.get(i)) {
        next = product.add(replies, next, direction);
      }
      double[] scale = climb.ball.scale();
      double[] output = atOutputs.get(i).gradient().clone();
      double along = 0;
      double length = 0;
      for (int j = 0; j < direction.length; j++) {
        direction[j] *= scale[j];
        output[j] *= scale[j];
        along += direction[j] * output[j];
        length += output[j] * output[j];
      }
      double[] steepest = direction.clone();
      boolean moves = false;
      double rise = 0;
      for (int j = 0; j < direction.length; j++) {
        direction[j] -= length == 0 ? 0 : along / length * output[j];
        moves |= direction[j] != 0 && scale[j] != 0;
        rise += scale[j] == 0 ? 0 : Math.signum(direction[j]) * steepest[j];
      }
      // Signs go farthest, but they need not go up, nor keep the output.
      if (attack.norm() == Norm.LINF && rise > 0 && !climb.refused) {
        Arrays.setAll(direction, j -> Math.signum(direction[j]));
      }
      climb.direction = direction;
      // Its gradients do not change by what may move: neither will they next time.
      climb.still = !moves;
    }
  }
}
