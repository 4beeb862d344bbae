package io.sextant.evaluation;

import io.sextant.gradients.model.HealthReport;
import io.sextant.results.ValidityCheck;
import java.util.List;

/** Checks that the gradients belong to the network. */
final class HealthStage implements Stage {
  /** The health of the gradients. */
  record Checked(HealthReport report) implements Finding {
    @Override
    public List<ValidityCheck> checks() {
      return List.of(
          ValidityChecks.health(
              report.ok(), Health.finite(report.shareOfLimit()), report.messages()));
    }
  }

  @Override
  public String name() {
    return "health";
  }

  @Override
  public String phase() {
    return "checking the gradient engine against the network";
  }

  @Override
  public Checked run(Run run) {
    Preparation prepared = run.prepared();
    return new Checked(prepared.subject().health(prepared.examples(), prepared.spec().seed()));
  }
}
