package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Passes;
import java.util.List;

/**
 * Another attack, with the points that it asks about; for one example.
 *
 * @param inner the attack
 * @param points in the order asked
 */
record Recorded(Attack inner, List<double[]> points) implements Attack {
  @Override
  public Declaration<?> declaration() {
    return inner.declaration();
  }

  @Override
  public Passes passes(int classes, int features) {
    return inner.passes(classes, features);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return record(inner.search(trial));
  }

  private Step<Trial> record(Step<Trial> step) {
    return step instanceof Step.Ask<?, Trial> ask ? follow(ask) : step;
  }

  private <R extends Reply> Step<Trial> follow(Step.Ask<R, Trial> ask) {
    points.add(ask.query().point().clone());
    return new Step.Ask<>(ask.query(), reply -> record(ask.follow().apply(reply)));
  }
}
