package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Pgd;
import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.dl4j.TrainedModel;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ModelFile;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The quick start of the README, as it stands there. */
class QuickStartTest {
  @Test
  void attacks_and_explains_a_trained_model() {
    Path data = Path.of("data/fashion-mnist");
    // quick start begins
    var network = ModelFile.read(Path.of("models/fashion-cnn.zip")).network();
    var model = TrainedModel.of(network, Shape.of(1, 28, 28));
    Examples examples =
        ImageFiles.read(
                data.resolve("test-images-idx3-ubyte.gz"),
                data.resolve("test-labels-idx1-ubyte.gz"),
                Box.UNIT)
            .examples()
            .slice(0, 50);
    try (var service = GradientService.builder(model.graph()).build()) {
      AttackResult attack =
          Pgd.DEFAULT.run(service, examples, ThreatModel.of(Norm.LINF, "8/255"), 42);
      Explanations explained =
          Explainers.create("integrated-gradients").explain(service, examples, Target.predicted());
      // quick start ends
      assertThat(attack.count(Outcome.BROKEN)).isGreaterThan(10);
      assertThat(explained.attributions()[0]).hasSize(784);
    }
  }
}
