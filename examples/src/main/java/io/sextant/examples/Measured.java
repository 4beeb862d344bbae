package io.sextant.examples;

import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model of an audit spec at one radius, as the programs here measure it.
 *
 * @param model its id
 * @param service gradients
 * @param examples as the spec draws them
 * @param threat norm and radius
 * @param seed of the spec
 */
record Measured(
    String model, GradientService service, Examples examples, ThreatModel threat, long seed) {
  /** What is measured. */
  @FunctionalInterface
  interface Visitor {
    void visit(Measured measured);
  }

  /**
   * Visits each model of each spec at each radius.
   *
   * @param threats such as {@code linf=8/255}
   * @param samples examples; 0 for as many as the spec says
   */
  static void each(List<Path> specs, List<String> threats, int samples, Visitor visitor)
      throws IOException {
    for (Path path : specs) {
      AuditSpec spec = SpecReader.read(path);
      for (ModelSpec model : spec.models()) {
        try (SpecSources sources = new SpecSources()) {
          int most = samples > 0 ? samples : spec.data().samples();
          DataSet data =
              Draw.of(spec.data().sampling(), sources.data(spec.data()), most, spec.seed());
          try (Subject subject =
              Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
            for (String threat : threats) {
              String[] parts = threat.split("=", 2);
              visitor.visit(
                  new Measured(
                      model.id(),
                      subject.service(),
                      data.examples(),
                      ThreatModel.of(Norm.parse(parts[0]).within(Epsilon.parse(parts[1]))),
                      spec.seed()));
            }
          }
        }
      }
    }
  }
}
