package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.Moved;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Meter;
import io.sextant.methods.Passes;
import io.sextant.results.ExplanationQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An attack on the explanations of examples by one explainer, written as an audit writes it into
 * its evidence: {@code explanations.csv}, and the inputs and the maps before and after as NPY.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ExplanationAttackFiles {
  private ExplanationAttackFiles() {}

  /**
   * What came of an attack.
   *
   * @param result how many explanations moved and how far, beside noise, judged by the model itself
   * @param verified of the examples whose explanations moved, what was found and did verify
   */
  public record Found(ExplanationQuality.Attacked result, List<Moved> verified) {
    public Found {
      verified = List.copyOf(verified);
    }
  }

  /**
   * Attacks the explanations of what the model decides.
   *
   * @param subject model, service and judge
   * @param examples whose labels do not matter
   * @param explainer fitted to the data
   * @param attack configured
   * @param domain of the inputs
   * @param seed of the noise beside what is found
   * @param out folder, created when it does not exist
   * @throws IllegalArgumentException when the explainer does not attribute to inputs, or the attack
   *     does not fit it
   * @throws IOException when a file cannot be written
   */
  public static Found run(
      Subject subject,
      Examples examples,
      Explainer explainer,
      ExplanationAttack attack,
      InputDomain domain,
      long seed,
      Path out)
      throws IOException {
    Judge judge = subject.judge();
    GradientService service = subject.service().as(attack.name());
    int[] decisions = judge.decisions(examples.rows());
    Examples clean = Examples.of(examples.rows(), decisions, examples.ids());
    MovedExplanations moved =
        MovedExplanations.by(
            attack,
            explainer.name(),
            explainer,
            judge,
            domain,
            seed,
            service,
            clean,
            MovedExplanations.probabilities(judge, clean.rows(), decisions),
            () -> {
              Meter.Count count = service.meter().of(attack.name());
              return new Passes(count.forwards(), count.backwards());
            });
    if (moved.result().unfit().isPresent()) {
      throw new IllegalArgumentException(
          "%s does not fit %s: %s"
              .formatted(attack.name(), explainer.name(), moved.result().unfit().get()));
    }
    OutputFolder.create(out);
    ExplanationEvidence.write(
        out,
        List.of(new MovedExplanations.Found(attack.name(), explainer.name(), moved.inputs())),
        service.inputShape().sizes());
    return new Found(
        moved.result(),
        moved.inputs().stream()
            .filter(MovedExplanations.Verified::counts)
            .map(MovedExplanations.Verified::moved)
            .toList());
  }
}
