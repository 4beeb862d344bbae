package io.sextant.attacks.gradient;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.Optional;

/** What the attacks that climb by APGD have in common; they differ in what they climb. */
sealed interface AutoPgd extends Attack permits ApgdCe, ApgdDlr, ApgdT {
  Setting<AutoPgd, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps of a run", AutoPgd::steps);
  Setting<AutoPgd, Integer> RESTARTS =
      Setting.of(
          "restarts", Form.count(), "runs, until one breaks; for each target", AutoPgd::restarts);
  Setting<AutoPgd, Double> RHO =
      Setting.of(
          "rho",
          Form.between(0, 1),
          "steps are halved unless the loss rose in more than this share of them; not in L1",
          AutoPgd::rho);

  /** AutoAttack's. */
  int DEFAULT_STEPS = 100;

  /** AutoAttack's. */
  double DEFAULT_RHO = 0.75;

  String SOURCE =
      "Croce, Hein, \"Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse"
          + " Parameter-free Attacks\", ICML 2020, arXiv:2003.01690; in L1 Croce, Hein, \"Mind the"
          + " Box: l1-APGD for Sparse Adversarial Attacks on Image Classifiers\", ICML 2021,"
          + " arXiv:2103.01208";

  /** Gradient steps of a run. */
  int steps();

  /** Runs in all, or for each target. */
  int restarts();

  /** Steps are halved unless the loss rose in more than this share of them. */
  double rho();

  /** This attack with another number of steps. */
  AutoPgd withSteps(int newSteps);

  @Override
  default Optional<Attack> longer() {
    return Optional.of(withSteps(Math.min(Form.MOST, 2 * steps())));
  }

  /** All runs away from the true class, or towards the threat's own target. */
  default Step<Trial> untargeted(Trial trial, Loss loss) {
    Objective objective = trial.objective(loss);
    return trial.runs(restarts(), run -> climb(trial, objective));
  }

  /** What {@link #untargeted} costs at most, with the clean decision. */
  default Passes untargetedPasses() {
    return new Passes(1, 0).plus(runs(restarts()));
  }

  /** One run from a random start. */
  default Step<Trial> climb(Trial trial, Objective objective) {
    return trial.norm() == Norm.L1
        ? new SparseClimb(trial, objective, steps()).run()
        : Climb.run(trial, objective, steps(), rho());
  }

  /** The most that some runs cost: in L1 each has two iterates more, one for each larger ball. */
  default Passes runs(long count) {
    return new Passes(count * (steps() + 3L), count * steps());
  }
}
