package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * The attack of Carlini and Wagner: Adam on the squared distance and c times the lead of the true
 * class, with the c of each example looked for by bisection.
 *
 * <pre>
 * minimise |d|² + c max(0, lead),  d = low + (high - low)(tanh w + 1) / 2,  over w
 * </pre>
 *
 * <p>In L2. tanh keeps the input inside the domain, between the bounds of each feature; domains
 * always have them. A feature whose bounds are far wider than its values turn moves slowly, so give
 * tables bounds that say something. c grows tenfold until a search succeeds, and is then halved in
 * on the smallest one that does. A search ends early when, a tenth of its steps on, the loss of
 * this example has not become smaller by a ten-thousandth. The result is the nearest adversarial
 * iterate of all searches. Cost per example: at most {@code searches * steps + 1} forwards, that of
 * the clean decision among them, and {@code searches * steps} backwards.
 *
 * <p>Carlini, Wagner, "Towards Evaluating the Robustness of Neural Networks", IEEE S&amp;P 2017,
 * arXiv:1608.04644. Defaults are those of the authors' code, but for the steps of a search, a tenth
 * of its 10,000. There is no confidence: the nearest input that is decided otherwise counts.
 *
 * @param steps gradient steps of a search, at least 1
 * @param searches values of c tried, at least 1
 * @param stepSize of Adam, above 0
 * @param constant c of the first search, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CarliniWagner(int steps, int searches, double stepSize, double constant)
    implements Attack {
  // As in the authors' code: no c is larger, and what does not fall below this share is at rest.
  private static final double LARGEST = 1e10;
  private static final double AT_REST = 0.9999;
  // From so many searches on, the last one takes the smallest c that succeeded.
  private static final int MANY = 10;

  private static final Setting<CarliniWagner, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps of a search", CarliniWagner::steps);
  private static final Setting<CarliniWagner, Integer> SEARCHES =
      Setting.of("searches", Form.integer(1, 100), "values of c tried", CarliniWagner::searches);
  private static final Setting<CarliniWagner, Double> STEP_SIZE =
      Setting.of("step-size", Form.between(0, 1000), "step of Adam", CarliniWagner::stepSize);
  private static final Setting<CarliniWagner, Double> CONSTANT =
      Setting.of("constant", Form.between(0, LARGEST), "the first c", CarliniWagner::constant);

  private static final Declaration<CarliniWagner> DECLARATION =
      Declaration.of("cw", Kind.MINIMUM_NORM, CarliniWagner.class)
          .summary("Carlini and Wagner: Adam on distance and lead, weighed by bisection")
          .source(
              "Carlini, Wagner, \"Towards Evaluating the Robustness of Neural Networks\", IEEE S&P"
                  + " 2017, arXiv:1608.04644")
          .norms(Set.of(Norm.L2))
          .settings(List.of(STEPS, SEARCHES, STEP_SIZE, CONSTANT))
          .made(
              CarliniWagner::new,
              values ->
                  new CarliniWagner(
                      values.of(STEPS),
                      values.of(SEARCHES),
                      values.of(STEP_SIZE),
                      values.of(CONSTANT)));

  /** 9 searches of 1000 steps of 0.01, c begins at 0.001. */
  public static final CarliniWagner DEFAULT = new CarliniWagner();

  public CarliniWagner {
    STEPS.require(steps);
    SEARCHES.require(searches);
    STEP_SIZE.require(stepSize);
    CONSTANT.require(constant);
  }

  /** The {@link #DEFAULT}. */
  public CarliniWagner() {
    this(1000, 9, 0.01, 1e-3);
  }

  /** This attack with another number of steps. */
  public CarliniWagner withSteps(int newSteps) {
    return new CarliniWagner(newSteps, searches, stepSize, constant);
  }

  /** This attack with another number of searches. */
  public CarliniWagner withSearches(int newSearches) {
    return new CarliniWagner(steps, newSearches, stepSize, constant);
  }

  @Override
  public Declaration<CarliniWagner> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long asked = (long) searches * steps;
    return new Passes(asked + 1, asked);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return begin(trial, new Weight(0, constant, 0, LARGEST));
  }

  private Step<Trial> begin(Trial trial, Weight weight) {
    if (weight.number() == searches) {
      return trial.over();
    }
    TanhSpace space = TanhSpace.of(trial);
    double[] w = space.clean();
    Iterate x = trial.project(trial.move(space.perturbation(w), new double[w.length]));
    return descend(trial, weight, x, w, new Run(new Adam(w.length)), 0);
  }

  /** What a search keeps of its past. */
  private static final class Run {
    private final Adam adam;
    private boolean found;
    private double checked = Double.POSITIVE_INFINITY;

    Run(Adam adam) {
      this.adam = adam;
    }

    /** Whether the loss is no longer falling; asked every tenth of the steps. */
    boolean isAtRest(double loss) {
      boolean resting = loss > AT_REST * checked;
      checked = loss;
      return resting;
    }
  }

  private Step<Trial> descend(Trial trial, Weight weight, Iterate x, double[] w, Run run, int t) {
    return trial.look(
        x,
        trial.objective(Loss.MARGIN),
        at -> {
          if (t == 0 && at.flat()) {
            return trial.over();
          }
          run.found |= at.adversarial();
          double lead = -at.loss();
          double[] d = x.perturbation();
          double loss = weight.c() * Math.max(0, lead);
          double[] uphill = trial.slope(at.gradient());
          double[] chain = TanhSpace.of(trial).slope(w);
          double[] gradient = new double[w.length];
          for (int i = 0; i < w.length; i++) {
            loss += d[i] * d[i];
            gradient[i] = chain[i] * (2 * d[i] - (lead > 0 ? weight.c() * uphill[i] : 0));
          }
          boolean check = t % Math.max(1, steps / 10) == 0;
          if (t + 1 == steps || check && run.isAtRest(loss)) {
            boolean last = searches >= MANY && weight.number() + 2 == searches;
            return begin(trial, weight.next(run.found, last, LARGEST));
          }
          run.adam.see(gradient);
          double[] next = new double[w.length];
          for (int i = 0; i < w.length; i++) {
            next[i] = w[i] - stepSize * run.adam.step(i);
          }
          double[] moved = TanhSpace.of(trial).perturbation(next);
          return descend(
              trial, weight, trial.project(trial.move(moved, at.gradient())), next, run, t + 1);
        });
  }
}
