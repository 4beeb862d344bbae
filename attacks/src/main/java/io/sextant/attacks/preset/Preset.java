package io.sextant.attacks.preset;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Stage;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An attack that is a plan of others: they are tried in turn, each on the examples that still hold.
 * All examples, wherever they are in the plan, share batches.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Preset extends Attack {
  /** The parts in their order. */
  List<Stage> plan(Norm norm);

  @Override
  default Step<Trial> search(Trial trial) {
    return trial.stages(plan(trial.norm()));
  }

  @Override
  default boolean nested() {
    return true;
  }

  /** The decision on the clean input, and what all parts spend on an example that holds. */
  @Override
  default Passes passes(int classes, int features) {
    long forwards = 0;
    long backwards = 0;
    for (Norm norm : norms()) {
      Passes own =
          plan(norm).stream()
              .map(stage -> stage.attack().passes(classes, features))
              .reduce(new Passes(0, 0), Passes::plus);
      forwards = Math.max(forwards, own.forwards());
      backwards = Math.max(backwards, own.backwards());
    }
    return new Passes(1 + forwards, backwards);
  }
}
