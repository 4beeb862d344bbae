package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Optional;
import java.util.Set;

/** Puts one patch at random places of each example. It is in no catalogue, like {@link Learnt}. */
final class LearntPatch implements Attack {
  private final double[] patch;
  private final UniversalPatch.Paste paste;
  private final int tries;
  private final Declaration<LearntPatch> declaration;

  LearntPatch(double[] patch, UniversalPatch.Paste paste, int tries, String name) {
    this.patch = patch;
    this.paste = paste;
    this.tries = tries;
    this.declaration =
        Declaration.of(name, Kind.FIXED_RADIUS, LearntPatch.class)
            .summary("a patch that was learnt from other examples")
            .norms(Set.of(Norm.L0))
            .access(Access.LOGITS)
            .made(() -> this);
  }

  @Override
  public Declaration<LearntPatch> declaration() {
    return declaration;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + tries, 0);
  }

  @Override
  public Optional<Footprint> footprint(Shape shape, double radius) {
    return Optional.of(Footprint.anywhere(paste.region().tall(), paste.region().wide()));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(tries, run -> trial.judge(put(trial, paste.region().draw(trial.random(0)))));
  }

  private Iterate put(Trial trial, int place) {
    double[] clean = trial.clean().row();
    double[] v = new double[clean.length];
    int[] features = paste.region().features(place);
    for (int i = 0; i < features.length; i++) {
      int f = features[i];
      v[f] = (paste.value(f, patch[i]) - clean[f]) / paste.domain().feature(f).scale();
    }
    return trial.at(v);
  }
}
