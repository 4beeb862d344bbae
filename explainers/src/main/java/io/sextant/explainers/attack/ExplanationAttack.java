package io.sextant.explainers.attack;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.quality.Judged;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Searches within a radius for an input that the model decides alike, with nearly the same output,
 * and that the explainer explains otherwise. Every iterate is judged and explained by the model as
 * it is; the best one is kept, or the clean input where none is better.
 *
 * <p>Where the explainer is a sum of gradients ({@link Explainer#terms}) and the model gives them,
 * the search climbs the gradient of the aim by the input. That takes products with the Hessian of
 * the output, two gradients each, on a copy of the network in which ReLU and leaky ReLU are
 * replaced by a smooth function, since theirs is 0. What would change the output that is explained,
 * a logit, is taken from the direction; the bound is on the probability, which other logits move
 * besides, so that such a step may still be refused; in L∞ steps follow its signs, or itself where
 * these do not rise or were refused. Elsewhere the direction is estimated from two explanations on
 * both sides of the best input so far, along random signs (Spall, IEEE TAC 37(3), 1992). A step
 * that would leave the domain, change the decision or the output too much is not taken, and the
 * next one is half as long; after one that is taken, twice as long again.
 *
 * <p>Ghorbani, Abid, Zou, "Interpretation of Neural Networks Is Fragile", AAAI 2019,
 * arXiv:1710.10547, for the aims {@code top} and {@code centre}, steps by the sign and the best
 * iterate; Dombrowski, Alber, Anders, Ackermann, Müller, Kessel, "Explanations can be manipulated
 * and geometry is to blame", NeurIPS 2019, arXiv:1906.07983, for target maps, the nearly constant
 * output and softplus in the place of ReLU, with their sharpness of 30. There the output enters the
 * loss; here it is a bound.
 *
 * <p>Cost per example: a forward, and for each step one forward and one explanation; by gradients
 * besides one gradient and two for each term, three where the gradient is multiplied by a distance,
 * of at most {@link #TERMS} terms; by random signs two more explanations.
 *
 * @param aim where the explanation is moved
 * @param norm L∞ or L2
 * @param radius of the ball, in units of each feature's scale
 * @param steps at most
 * @param outputChange how far the probability of the explained class may move, from 0 to 1
 * @param search how directions are found
 * @param sharpness of the smooth function, the nearer to ReLU the larger
 * @param seed of random signs
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExplanationAttack(
    Aim aim,
    Norm norm,
    Epsilon radius,
    int steps,
    double outputChange,
    Search search,
    double sharpness,
    long seed)
    implements Method {
  /** The most terms of a sum of gradients that a step looks at. */
  public static final int TERMS = 16;

  /**
   * How directions are found.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Search {
    /** By gradients where explainer and model have them, by random signs elsewhere. */
    AUTO,
    /** By gradients. */
    GRADIENT,
    /** By random signs. */
    RANDOM
  }

  private static final Setting<ExplanationAttack, Aim> AIM =
      Setting.of("aim", Aim.FORM, "where the explanation is moved", ExplanationAttack::aim);
  private static final Setting<ExplanationAttack, Norm> NORM =
      Setting.of(
          "norm",
          Form.choice(List.of(Norm.LINF, Norm.L2), Norm::key),
          "of the perturbation",
          ExplanationAttack::norm);
  private static final Setting<ExplanationAttack, Epsilon> EPSILON =
      Setting.of(
          "epsilon",
          new Form<>("a radius such as 0.03 or 8/255", Epsilon::parse, Epsilon::text),
          "the radius, in units of each feature's scale",
          ExplanationAttack::radius);
  private static final Setting<ExplanationAttack, Integer> STEPS =
      Setting.of("steps", Form.integer(1, 10_000), "at most", ExplanationAttack::steps);
  private static final Setting<ExplanationAttack, Double> OUTPUT_CHANGE =
      Setting.of(
          "output-change",
          Form.within(0, 1),
          "how far the probability of the explained class may move",
          ExplanationAttack::outputChange);
  private static final Setting<ExplanationAttack, Search> SEARCH =
      Setting.of(
          "search",
          Form.choice(Search.class),
          "by gradients of a smooth copy of the network, or by random signs",
          ExplanationAttack::search);
  private static final Setting<ExplanationAttack, Double> SHARPNESS =
      Setting.of(
          "sharpness",
          Form.between(0, 1e6),
          "of what takes the place of ReLU",
          ExplanationAttack::sharpness);
  private static final Setting<ExplanationAttack, Long> SEED =
      Setting.of("seed", Form.seed(), "of random signs", ExplanationAttack::seed);

  private static final Declaration<ExplanationAttack> DECLARATION =
      Declaration.of("explanation-attack", Kind.EXPLANATION_ATTACK, ExplanationAttack.class)
          .summary("an input nearby that is decided alike and explained otherwise")
          .source(
              "Ghorbani, Abid, Zou, \"Interpretation of Neural Networks Is Fragile\", AAAI 2019,"
                  + " arXiv:1710.10547; Dombrowski, Alber, Anders, Ackermann, Müller, Kessel,"
                  + " \"Explanations can be manipulated and geometry is to blame\", NeurIPS 2019,"
                  + " arXiv:1906.07983")
          .access(Access.LOGITS)
          .settings(List.of(AIM, NORM, EPSILON, STEPS, OUTPUT_CHANGE, SEARCH, SHARPNESS, SEED))
          .made(
              ExplanationAttack::new,
              values ->
                  new ExplanationAttack(
                      values.of(AIM),
                      values.of(NORM),
                      values.of(EPSILON),
                      values.of(STEPS),
                      values.of(OUTPUT_CHANGE),
                      values.of(SEARCH),
                      values.of(SHARPNESS),
                      values.of(SEED)));

  public ExplanationAttack {
    Objects.requireNonNull(aim, "aim");
    Objects.requireNonNull(radius, "radius");
    Objects.requireNonNull(search, "search");
    if (norm != Norm.LINF && norm != Norm.L2) {
      throw new IllegalArgumentException("norm must be linf or l2 but was " + norm.key());
    }
    STEPS.require(steps);
    OUTPUT_CHANGE.require(outputChange);
    SHARPNESS.require(sharpness);
  }

  /** The top tenth, within 8/255 in L∞, 30 steps, the probability within 0.1. */
  public ExplanationAttack() {
    this(new Aim.Top(), Norm.LINF, Epsilon.parse("8/255"), 30, 0.1, Search.AUTO, 30, 42);
  }

  /** The same with another aim. */
  public ExplanationAttack withAim(Aim newAim) {
    return new ExplanationAttack(
        newAim, norm, radius, steps, outputChange, search, sharpness, seed);
  }

  /** The same within another ball. */
  public ExplanationAttack within(Norm newNorm, String newRadius) {
    return new ExplanationAttack(
        aim, newNorm, Epsilon.parse(newRadius), steps, outputChange, search, sharpness, seed);
  }

  /** The same with more steps or fewer. */
  public ExplanationAttack withSteps(int newSteps) {
    return new ExplanationAttack(
        aim, norm, radius, newSteps, outputChange, search, sharpness, seed);
  }

  /** The same with another bound on the output. */
  public ExplanationAttack withOutputChange(double newChange) {
    return new ExplanationAttack(aim, norm, radius, steps, newChange, search, sharpness, seed);
  }

  /** The same with directions found otherwise. */
  public ExplanationAttack withSearch(Search newSearch) {
    return new ExplanationAttack(
        aim, norm, radius, steps, outputChange, newSearch, sharpness, seed);
  }

  /** The same with other random signs. */
  public ExplanationAttack withSeed(long newSeed) {
    return new ExplanationAttack(
        aim, norm, radius, steps, outputChange, search, sharpness, newSeed);
  }

  @Override
  public Declaration<ExplanationAttack> declaration() {
    return DECLARATION;
  }

  /** Without explanations. */
  @Override
  public Passes passes(int classes, int features) {
    long gradients = 1L + 3 * TERMS;
    return new Passes(1, 0).plus(new Passes(1 + gradients, gradients).times(steps));
  }

  /**
   * The most that one example can cost.
   *
   * @param explainer that is attacked
   */
  public Passes passes(int classes, int features, Explainer explainer) {
    return passes(classes, features).plus(explainer.passes(classes, features).times(3L * steps));
  }

  /** Why attributions of such inputs cannot be attacked so; empty where they can. */
  public Optional<String> unfit(Judged judged) {
    if (search == Search.GRADIENT && !ExplanationSearch.hasGradients(judged)) {
      return Optional.of(
          "search gradient needs a network and an explainer that is a sum of its gradients, which"
              + " %s is not; take search auto".formatted(judged.explainer().name()));
    }
    if (!Ball.moves(judged.service().domain())) {
      return Optional.of("it moves real values a little, and none of the inputs' may change");
    }
    return aim.unfit(judged.shape());
  }

  /**
   * Attacks explanations. What is found for an example does not depend on the others, their order
   * or the batch size, beyond the rounding of the engine.
   *
   * @param judged the examples, their explainer and what it said of the clean inputs
   * @return one per example, in the same order
   * @throws IllegalArgumentException when the attack does not fit, see {@link #unfit}
   * @throws io.sextant.explainers.NotFiniteException when the model's output or gradient is not
   *     finite at a point that was explained
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<Moved> run(Judged judged) {
    unfit(judged)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(name() + ": " + why);
            });
    return new ExplanationSearch(this, judged).run();
  }
}
