package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Way;
import io.sextant.attacks.gradient.MiFgsm;
import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.StraightLine;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The gradient integrated along the way of an attack: what each value's moves took from the output,
 * from the input to the one that the attack found.
 *
 * <pre>
 * attribution_i = sum over pieces from a to b of
 *     (a_i - b_i) integral from 0 to 1 of df/dx_i(a + t (b - a)) dt
 * </pre>
 *
 * <p>The attack works against the decision on the input, whatever class is explained. Its way goes
 * over the iterates of the run that found the result ({@link Way}); an attack that starts elsewhere
 * than at the input jumps there. The end is the baseline, so attributions add up to f(input) -
 * f(end) but for the error of the quadrature, which the certificate states; what speaks for the
 * class is positive.
 *
 * <p>The integral is that of Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks",
 * ICML 2017, arXiv:1703.01365, section 3, for paths that are not straight. That attacks make such
 * paths is due to Pan, Li, Zhu, "Explaining Deep Neural Network Models with Adversarial Gradient
 * Integration", IJCAI 2021, which follows several attacks to the boundary.
 *
 * <p>Cost per example: two forwards, the attack, and {@code nodes} gradients for each piece.
 *
 * @param attack at a fixed radius, which follows gradients
 * @param norm in which the attack searches
 * @param radius of the attack, in units of each feature's scale
 * @param points how many iterates are kept at a time, 2 to 10000; of longer runs every second one,
 *     every fourth, and so on, which changes the way a little and its ends not at all
 * @param nodes of the Gauss-Legendre rule on each piece, 1 to 1000
 * @param seed of the attack
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackPath(Attack attack, Norm norm, Epsilon radius, int points, int nodes, long seed)
    implements Explainer {
  private static final Setting<AttackPath, Attack> ATTACK =
      Setting.method(
          "attack", Attack.class, "at a radius, which follows gradients", AttackPath::attack);
  private static final Setting<AttackPath, Norm> NORM =
      Setting.of(
          "norm",
          Form.choice(List.of(Norm.values()), Norm::key),
          "in which the attack searches",
          AttackPath::norm);
  private static final Setting<AttackPath, Epsilon> EPSILON =
      Setting.of(
          "epsilon",
          new Form<>("a radius such as 0.03 or 8/255", Epsilon::parse, Epsilon::text),
          "radius of the attack, in units of each feature's scale",
          AttackPath::radius);
  private static final Setting<AttackPath, Integer> POINTS =
      Setting.of(
          "points",
          Form.integer(2, 10_000),
          "iterates that are kept; of longer runs every second one, every fourth, and so on",
          AttackPath::points);
  private static final Setting<AttackPath, Integer> NODES =
      Setting.of(
          "nodes",
          Form.integer(1, 1000),
          "Gauss-Legendre nodes on each piece of the way",
          AttackPath::nodes);
  private static final Setting<AttackPath, Long> SEED =
      Setting.of("seed", Form.seed(), "of the attack", AttackPath::seed);

  private static final Declaration<AttackPath> DECLARATION =
      Declaration.of("attack-path", Kind.ATTRIBUTION, AttackPath.class)
          .summary("the gradient integrated along the way of any gradient attack")
          .source(
              "Sundararajan, Taly, Yan, \"Axiomatic Attribution for Deep Networks\", ICML 2017,"
                  + " arXiv:1703.01365, along paths as of Pan, Li, Zhu, \"Explaining Deep Neural"
                  + " Network Models with Adversarial Gradient Integration\", IJCAI 2021")
          .settings(List.of(ATTACK, NORM, EPSILON, POINTS, NODES, SEED))
          .made(
              AttackPath::new,
              values ->
                  new AttackPath(
                      values.of(ATTACK),
                      values.of(NORM),
                      values.of(EPSILON),
                      values.of(POINTS),
                      values.of(NODES),
                      values.of(SEED)));

  /** MI-FGSM within 8/255 in L∞, which starts at the input; 64 points, 4 nodes. */
  public static final AttackPath DEFAULT = new AttackPath();

  private static final long KEPT_BYTES = 64L << 20;
  // Nodes of one way whose gradients may wait at a time: a bound on memory.
  private static final int NODES_AT_ONCE = 64;

  private static final StraightLine LINE = new StraightLine();

  private static final String NOT_THERE =
      "an attack of attack-path did not change the decision, so its way explains what it took from"
          + " the output; a larger epsilon or more steps go farther";

  public AttackPath {
    Objects.requireNonNull(norm, "norm");
    Objects.requireNonNull(radius, "radius");
    if (!isFollowed(attack.declaration(), norm)) {
      throw new IllegalArgumentException(
          "attack must be one at a radius in %s that follows gradients, one of %s, but was %s"
              .formatted(
                  norm.key(),
                  Attacks.catalogue().declarations().stream()
                      .filter(declared -> isFollowed(declared, norm))
                      .map(Declaration::name)
                      .collect(Collectors.joining(", ")),
                  attack.name()));
    }
    POINTS.require(points);
    NODES.require(nodes);
  }

  /** The {@link #DEFAULT}. */
  public AttackPath() {
    this(MiFgsm.DEFAULT, Norm.LINF, Epsilon.parse("8/255"), 64, 4, 42);
  }

  private static boolean isFollowed(Declaration<?> attack, Norm norm) {
    return attack.kind() == Kind.FIXED_RADIUS
        && attack.access() == Access.GRADIENTS
        && attack.norms().contains(norm);
  }

  /** The same along the way of another attack. */
  public AttackPath withAttack(Attack newAttack) {
    return new AttackPath(newAttack, norm, radius, points, nodes, seed);
  }

  /**
   * The same within another ball.
   *
   * @param newRadius a decimal or a fraction such as {@code 8/255}
   */
  public AttackPath within(Norm newNorm, String newRadius) {
    return new AttackPath(attack, newNorm, Epsilon.parse(newRadius), points, nodes, seed);
  }

  /** The same with more iterates kept, or fewer. */
  public AttackPath withPoints(int newPoints) {
    return new AttackPath(attack, norm, radius, newPoints, nodes, seed);
  }

  /** The same with more nodes on each piece, or fewer. */
  public AttackPath withNodes(int newNodes) {
    return new AttackPath(attack, norm, radius, points, newNodes, seed);
  }

  /** The same with another run of the attack. */
  public AttackPath withSeed(long newSeed) {
    return new AttackPath(attack, norm, radius, points, nodes, newSeed);
  }

  @Override
  public Declaration<AttackPath> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    Passes search = attack.passes(classes, features);
    // Between the input, the kept ones of the judged iterates and the end.
    long pieces = Math.min(points + 1L, search.forwards());
    return new Passes(2, 0).plus(search).plus(new Passes(nodes, nodes).times(pieces));
  }

  /** {@inheritDoc} Here of the iterates that are kept, of a run and of the best one. */
  @Override
  public int atOnce(int features) {
    long values = (2L * points + NODES_AT_ONCE) * features;
    return (int) Math.max(1, KEPT_BYTES / Double.BYTES / values);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.logitsAtInput().then(clean -> way(x, clean.decision()).then(way -> along(x, way)));
  }

  private Step<Way> way(Explained x, int decision) {
    if (decision < 0) {
      throw new NotFiniteException(
          x.id(), "logits must be finite, for an attack, but at least one was not");
    }
    return Way.of(
        attack,
        x.shape(),
        x.domain(),
        Examples.of(new double[][] {x.input()}, new int[] {decision}, new long[] {x.id()}),
        ThreatModel.of(norm.within(radius)),
        seed,
        points);
  }

  private Step<Attribution> along(Explained x, Way way) {
    double[] end = way.points().get(way.points().size() - 1);
    return x.atInput(fInput -> x.value(end, fEnd -> integral(x, way, fInput, fEnd)));
  }

  /** The sum over all nodes of all pieces. */
  private Step<Attribution> integral(Explained x, Way way, double fInput, double fEnd) {
    Quadrature.GaussLegendre rule = new Quadrature.GaussLegendre(nodes);
    List<double[]> points = way.points();
    int pieces = points.size() - 1;
    double[] sum = new double[x.input().length];
    boolean[] sawGradient = {pieces == 0};
    return Step.<Reply.Gradient, Attribution>all(
        pieces * nodes,
        NODES_AT_ONCE,
        k -> {
          double[] from = points.get(k / nodes);
          double[] to = points.get(k / nodes + 1);
          return x.gradient(LINE.point(from, to, rule.nodes()[k % nodes]));
        },
        (int k, Reply.Gradient at) -> {
          double[] back = LINE.velocity(points.get(k / nodes + 1), points.get(k / nodes), 0);
          for (int i = 0; i < sum.length; i++) {
            double integrand = back[i] * at.gradient()[i];
            sum[i] += rule.weights()[k % nodes] * integrand;
            sawGradient[0] |= integrand != 0;
          }
        },
        () ->
            new Attribution(
                    sum,
                    x.certificate(
                            (long) pieces * nodes,
                            fInput,
                            OptionalDouble.of(fEnd),
                            OptionalDouble.of(Arrays.stream(sum).sum() - (fInput - fEnd)),
                            sawGradient[0] ? Optional.empty() : Optional.of(false))
                        .withPasses(new Passes(way.result().forwards(), way.result().backwards())))
                .withRemarks(
                    way.result().outcome() instanceof Outcome.Broken
                        ? List.of()
                        : List.of(NOT_THERE)));
  }
}
