package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Set;

/**
 * Does to each example what was learnt from others. It is in no catalogue, as it cannot be made of
 * settings.
 */
final class Learnt implements Attack {
  private final double[] perturbation;
  private final Declaration<Learnt> declaration;

  Learnt(double[] perturbation, Norm norm, String name) {
    this.perturbation = perturbation;
    this.declaration =
        Declaration.of(name, Kind.FIXED_RADIUS, Learnt.class)
            .summary("a perturbation that was learnt from other examples")
            .norms(Set.of(norm))
            .access(Access.LOGITS)
            .made(() -> this);
  }

  @Override
  public Declaration<Learnt> declaration() {
    return declaration;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2, 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(1, run -> trial.judge(trial.at(perturbation)));
  }
}
