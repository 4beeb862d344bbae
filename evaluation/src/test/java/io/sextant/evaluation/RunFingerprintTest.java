package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.gradients.Examples;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.results.Norm;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunFingerprintTest {
  private static final Predictor PREDICTOR =
      Predictor.labels(2, rows -> new int[rows.length]).withFingerprint("1");

  private static final Examples EXAMPLES =
      Examples.of(new double[][] {{0.1, 0.2}}, new int[] {0}, new long[] {7});

  private static Optional<String> of(Predictor predictor, Attack attack) {
    ModelSpec spec =
        new ModelSpec(
            "model",
            new ModelSpec.File(Path.of("none")),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty());
    try (Subject subject =
        Subject.open(
            new GivenModel.Answering(predictor, Optional.empty()),
            spec,
            ModelInput.of(Shape.of(2), InputDomain.box(2, 0, 1)),
            EngineOptions.DEFAULT)) {
      return RunFingerprint.of(
          subject, EXAMPLES, attack, List.of(ThreatModel.of(Norm.LINF, "0.1")), 7);
    }
  }

  @Test
  void a_model_that_does_not_say_which_one_it_is_has_none() {
    assertThat(of(PREDICTOR, Square.DEFAULT)).isPresent().isEqualTo(of(PREDICTOR, Square.DEFAULT));
    assertThat(of(PREDICTOR.withFingerprint("2"), Square.DEFAULT))
        .isPresent()
        .isNotEqualTo(of(PREDICTOR, Square.DEFAULT));
    assertThat(of(Predictor.labels(2, rows -> new int[rows.length]), Square.DEFAULT)).isEmpty();
  }

  @Test
  void what_an_attack_learns_from_counts() {
    UniversalAttack universal =
        UniversalAttack.catalogue().create(UniversalAttack.catalogue().names().iterator().next());
    double[][] rows = {{0.3, 0.4}, {0.5, 0.6}};
    long[] ids = {1, 2};
    Attack one = AttackFiles.learning(universal, Examples.of(rows, new int[] {0, 1}, ids), 7);
    Attack same = AttackFiles.learning(universal, Examples.of(rows, new int[] {0, 1}, ids), 7);
    Attack corrected = AttackFiles.learning(universal, Examples.of(rows, new int[] {1, 1}, ids), 7);
    assertThat(of(PREDICTOR, one))
        .isEqualTo(of(PREDICTOR, same))
        .isNotEqualTo(of(PREDICTOR, corrected));
  }
}
