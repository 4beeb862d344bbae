package io.sextant.attacks.preset;

import io.sextant.attacks.Stage;
import io.sextant.attacks.ThreatModel;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * {@link Standard}, and then {@link AutoAttack} on all that it leaves, Square with its 5000 queries
 * included: for a last look at a model that is to be trusted, or where gradients mislead.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Thorough() implements Preset {
  private static final Declaration<Thorough> DECLARATION =
      Declaration.of("thorough", Kind.FIXED_RADIUS, Thorough.class)
          .summary("standard, then autoattack on all that it leaves")
          .source(
              "Croce, Hein, \"Reliable Evaluation of Adversarial Robustness with an Ensemble of"
                  + " Diverse Parameter-free Attacks\", ICML 2020, arXiv:2003.01690")
          .norms(ThreatModel.CONVEX_NORMS)
          .made(Thorough::new);

  /** The plan. */
  public static final Thorough DEFAULT = new Thorough();

  @Override
  public Declaration<Thorough> declaration() {
    return DECLARATION;
  }

  @Override
  public List<Stage> plan(Norm norm) {
    Stream<Stage> further =
        AutoAttack.DEFAULT.plan(norm).stream()
            .map(stage -> Stage.of("autoattack " + stage.name(), stage.attack()));
    return Stream.concat(Standard.DEFAULT.plan(norm).stream(), further).toList();
  }
}
