package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.dl4j.ModelSettings;
import io.sextant.gradients.dl4j.TrainedModel;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.NormalizerUnits;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What is examined: a trained classifier, the inputs that exist for it, and the gradient service
 * over it.
 *
 * @param file the model as it was read
 * @param model the compiled model
 * @param service gradients over it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Subject(LoadedNetwork file, TrainedModel model, GradientService service)
    implements AutoCloseable {

  /**
   * Reads a model, fits it to the data and opens a service over it.
   *
   * @param path the model's file
   * @param spec the model
   * @param input what it is given
   * @param options engine and sizes
   * @throws IllegalArgumentException when the model is unusable, no classifier, or does not fit
   */
  public static Subject open(Path path, ModelSpec spec, ModelInput input, EngineOptions options) {
    LoadedNetwork file = ModelFile.read(path);
    TrainedModel model = TrainedModel.of(file, input, settings(spec)).requireClassifier();
    return new Subject(file, model, options.service(model.graph(), input.domain()));
  }

  /** What a spec says of a model, in the library's words. */
  static ModelSettings settings(ModelSpec spec) {
    return new ModelSettings(
        spec.preprocessing().map(p -> new Operation.Rescale(p.factors(), p.offsets())),
        spec.output(),
        spec.logits(),
        spec.normalizerUnits().map(Subject::units));
  }

  private static NormalizerUnits units(ModelSpec.NormalizerUnits units) {
    return switch (units) {
      case BYTES -> NormalizerUnits.BYTES;
      case AS_IS -> NormalizerUnits.AS_IS;
    };
  }

  /** What numbers the file's own normaliser takes, when it has one. */
  Optional<ModelSpec.NormalizerUnits> normalizerUnits() {
    return model
        .normalizerUnits()
        .map(
            units ->
                switch (units) {
                  case BYTES -> ModelSpec.NormalizerUnits.BYTES;
                  case AS_IS -> ModelSpec.NormalizerUnits.AS_IS;
                });
  }

  @Override
  public void close() {
    service.close();
  }
}
