package io.sextant.attacks.gradient;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Start;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Projected gradient descent (ascent on the loss): repeated steps, each projected on the ball of
 * radius epsilon and the domain.
 *
 * <pre>
 * x(t+1) = P(x(t) + a d(g(t))),  g(t) = gradient of the loss at x(t)
 * </pre>
 *
 * <ul>
 *   <li>L∞: d is the sign, with sign(0) = 0.
 *   <li>L2: d is g / s, with the s at which the step has length a inside the box, so that none of
 *       it is spent on coordinates that the box holds back; P is the exact projection on ball and
 *       box together.
 *   <li>L1: d is g / s on the coordinates whose |g| reaches the 99% quantile (Foolbox's value) of
 *       those that can move, and on the next steep ones where the box leaves these too little room,
 *       with s as for L2; P is exact. This is the step of SLIDE (Tramèr, Boneh, "Adversarial
 *       Training and Robustness for Multiple Perturbations", NeurIPS 2019, arXiv:1904.13000) with
 *       the gradient in place of its sign, so that it converges to the optimum where the loss is
 *       linear.
 * </ul>
 *
 * <p>Every iterate is judged, the last included. A run ends at its first adversarial iterate, which
 * is returned; a run that a step no longer moves ends too. Runs of an example follow one another:
 * the result is that of the lowest-numbered run that is successful. Cost per example: 1 forward for
 * the clean decision (part of the first run when that begins there), and at most {@code steps + 1}
 * forwards and {@code steps} backwards per run, to which odi adds its steps.
 *
 * <p>Madry, Makelov, Schmidt, Tsipras, Vladu, "Towards Deep Learning Models Resistant to
 * Adversarial Attacks", ICLR 2018, arXiv:1706.06083. 40 steps are Foolbox's default; its step of
 * epsilon / 30 is not, as a run then travels 1.33 epsilon in a ball 2 epsilon wide. Steps that fall
 * from epsilon along half a cosine (Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with
 * Warm Restarts", ICLR 2017, arXiv:1608.03983) break most at equal cost; the table stands in the
 * documentation of attacks.
 *
 * @param steps gradient steps of a run, at least 1
 * @param stepSize length of the steps in the threat's norm and units
 * @param restarts runs in all, at least 1
 * @param start where each run begins; at the clean input all runs are alike without odi
 * @param odi first steps along a random combination of the logits
 * @param loss what to climb
 * @param untilBroken whether a run ends at its first adversarial iterate; when not, it takes all
 *     its steps and the adversarial iterate of largest margin is returned, as adversarial training
 *     wants it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Pgd(
    int steps,
    StepSize stepSize,
    int restarts,
    Start start,
    Odi odi,
    Loss loss,
    boolean untilBroken)
    implements Attack {
  private static final Setting<Pgd, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps of a run", Pgd::steps);
  private static final Setting<Pgd, StepSize> STEP_SIZE =
      Setting.of("step-size", StepSize.FORM, "length of a step in the norm", Pgd::stepSize);
  private static final Setting<Pgd, Integer> RESTARTS =
      Setting.of("restarts", Form.count(), "runs in all, until one breaks", Pgd::restarts);
  private static final Setting<Pgd, Start> START =
      Setting.of("start", Start.FORM, "where a run begins", Pgd::start);
  private static final Setting<Pgd, Odi> ODI = Odi.setting(Pgd::odi);
  private static final Setting<Pgd, Loss> LOSS =
      Setting.of("loss", Loss.FORM, "what to climb", Pgd::loss);
  private static final Setting<Pgd, Boolean> UNTIL_BROKEN =
      Setting.of("until-broken", Form.flag(), "end at the first success", Pgd::untilBroken);

  private static final Declaration<Pgd> DECLARATION =
      Declaration.of("pgd", Kind.FIXED_RADIUS, Pgd.class)
          .summary("projected gradient descent: repeated steps of the gradient")
          .source(
              "Madry, Makelov, Schmidt, Tsipras, Vladu, \"Towards Deep Learning Models Resistant to"
                  + " Adversarial Attacks\", ICLR 2018, arXiv:1706.06083")
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, STEP_SIZE, RESTARTS, START, ODI, LOSS, UNTIL_BROKEN))
          .made(
              Pgd::new,
              values ->
                  new Pgd(
                      values.of(STEPS),
                      values.of(STEP_SIZE),
                      values.of(RESTARTS),
                      values.of(START),
                      values.of(ODI),
                      values.of(LOSS),
                      values.of(UNTIL_BROKEN)));

  /** 40 steps that fall from epsilon to 0, one run from a random start, cross-entropy. */
  public static final Pgd DEFAULT = new Pgd();

  public Pgd {
    STEPS.require(steps);
    Objects.requireNonNull(stepSize, "stepSize");
    RESTARTS.require(restarts);
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(odi, "odi");
    Objects.requireNonNull(loss, "loss");
    if (restarts > 1 && !start.isRandom() && odi.steps() == 0) {
      throw new IllegalArgumentException(
          "restarts must be 1 with start clean and without odi, which makes all runs alike");
    }
  }

  /** The {@link #DEFAULT}. */
  public Pgd() {
    this(40, new StepSize.Cosine(1), 1, Start.UNIFORM, Odi.NONE, Loss.CROSS_ENTROPY, true);
  }

  /** This attack with another number of steps. */
  public Pgd withSteps(int newSteps) {
    return new Pgd(newSteps, stepSize, restarts, start, odi, loss, untilBroken);
  }

  /** This attack with steps of a fixed length. */
  public Pgd withStepSize(double newStepSize) {
    return withStepSize(new StepSize.Absolute(newStepSize));
  }

  /**
   * This attack with another step size.
   *
   * @param newStepSize as in specs, such as {@code epsilon/10} or {@code 0.01}
   * @throws IllegalArgumentException when the text is no step size
   */
  public Pgd withStepSize(String newStepSize) {
    return withStepSize(StepSize.parse(newStepSize));
  }

  /** This attack with another step size. */
  public Pgd withStepSize(StepSize newStepSize) {
    return new Pgd(steps, newStepSize, restarts, start, odi, loss, untilBroken);
  }

  /** This attack with another number of runs. */
  public Pgd withRestarts(int newRestarts) {
    return new Pgd(steps, stepSize, newRestarts, start, odi, loss, untilBroken);
  }

  /** This attack with runs that begin elsewhere. */
  public Pgd withStart(Start newStart) {
    return new Pgd(steps, stepSize, restarts, newStart, odi, loss, untilBroken);
  }

  /** This attack with first steps along random combinations of the logits. */
  public Pgd withOdi(Odi newOdi) {
    return new Pgd(steps, stepSize, restarts, start, newOdi, loss, untilBroken);
  }

  /** This attack on another loss. */
  public Pgd withLoss(Loss newLoss) {
    return new Pgd(steps, stepSize, restarts, start, odi, newLoss, untilBroken);
  }

  /** This attack ended at the first adversarial iterate, or not. */
  public Pgd withUntilBroken(boolean newUntilBroken) {
    return new Pgd(steps, stepSize, restarts, start, odi, loss, newUntilBroken);
  }

  @Override
  public Declaration<Pgd> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long taken = restarts * (odi.steps() + (long) steps);
    return new Passes(1 + taken + restarts, taken);
  }

  @Override
  public OptionalDouble reach(double epsilon) {
    return OptionalDouble.of(stepSize.reach(epsilon, steps) / (start.isRandom() ? 2 : 1) / epsilon);
  }

  @Override
  public Optional<Attack> longer() {
    return Optional.of(withSteps(Math.min(Form.MOST, 2 * steps)));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(restarts, run -> odi.from(trial, start.of(trial), x -> climb(trial, x, 0)));
  }

  /** x(t+1) = P(x(t) + a d(g(t))). */
  private Step<Trial> climb(Trial trial, Iterate x, int t) {
    return t == steps
        ? trial.judge(x)
        : trial.gradient(
            x,
            trial.objective(loss),
            g -> {
              double a = stepSize.at(trial.epsilon(), t, steps);
              Iterate next = trial.project(trial.ascend(x, g, a));
              return next.equals(x) ? trial.over() : climb(trial, next, t + 1);
            });
  }
}
