package io.sextant.evaluation;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.Normalizer;
import io.sextant.gradients.model.NormalizerUnits;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.ModelInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A model by itself, without data.
 *
 * @param model its layers, parameters and health
 * @param classes number of logits
 * @param normalizer the file's own normaliser, in a few words
 * @param description what the file says beside its layers, in lines
 * @param engine what computed the gradients
 * @param fallbacks what another engine does for it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Inspection(
    ModelInfo model,
    int classes,
    Optional<String> normalizer,
    List<String> description,
    String engine,
    List<String> fallbacks) {
  private static final long SEED = 42;

  public Inspection {
    description = List.copyOf(description);
    fallbacks = List.copyOf(fallbacks);
  }

  /**
   * Looks into a model file. It is tried on inputs in [0, 1] or, when it brings a normaliser, on
   * such as that was fitted to.
   *
   * @param file the model
   * @param shape one example's shape; found out when empty
   * @param settings what the file does not say; without units of the normaliser
   * @param options how gradients are computed
   * @throws IllegalArgumentException when the file is not a usable model, or its shape is not known
   */
  public static Inspection of(
      Path file, Optional<Shape> shape, ModelSettings settings, EngineOptions options) {
    LoadedNetwork loaded = ModelFile.read(file);
    Shape input =
        shape
            .or(loaded::inputShape)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        loaded.name()
                            + " does not tell its input's shape; give it with --input-shape C,H,W"));
    InputDomain domain =
        loaded
            .normalizer()
            .map(normalizer -> normalizer.fitted(input))
            .orElseGet(() -> InputDomain.box(input.elements(), 0, 1));
    TrainedModel model =
        TrainedModel.of(
            loaded,
            ModelInput.of(input, domain),
            loaded.normalizer().isPresent()
                ? settings.withNormalizerUnits(NormalizerUnits.AS_IS)
                : settings);
    try (Subject subject = new Subject(loaded, model, options.service(model.graph(), domain))) {
      HealthReport health = HealthCheck.run(model, subject.service(), domain, SEED);
      return new Inspection(
          info(subject, health),
          model.classes(),
          loaded.normalizer().map(Normalizer::description),
          loaded.networkBehindNormalizer().description(),
          subject.service().engine().description(),
          subject.service().fallbacks());
    }
  }

  private static ModelInfo info(Subject subject, HealthReport health) {
    TrainedModel model = subject.model();
    List<String> names =
        IntStream.range(0, Math.max(2, model.classes())).mapToObj(String::valueOf).toList();
    return new ModelInfo(
        "model",
        subject.file().name(),
        subject.file().format().toString(),
        subject.file().sha256(),
        model.network().parameters(),
        Arrays.stream(model.inputShape().sizes()).boxed().toList(),
        ModelLayers.of(model),
        model.head().name().toLowerCase(Locale.ROOT),
        names,
        Health.info(health));
  }
}
