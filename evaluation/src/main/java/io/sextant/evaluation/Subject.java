package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.dl4j.TrainedModel;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.Normalizer;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  /** Byte images are kept as byte / 255, and normalisers are fitted to bytes. */
  private static final double BYTES = 255;

  /**
   * Reads a model, fits it to the data and opens a service over it.
   *
   * @param path the model's file
   * @param spec the model
   * @param shape one example's shape
   * @param domain the inputs that exist
   * @param image whether inputs are images in units of byte / 255, rather than tables
   * @param options engine and sizes
   * @throws IllegalArgumentException when the model is unusable, no classifier, or does not fit
   */
  public static Subject open(
      Path path,
      ModelSpec spec,
      Shape shape,
      InputDomain domain,
      boolean image,
      EngineOptions options) {
    LoadedNetwork file = ModelFile.read(path);
    TrainedModel model =
        TrainedModel.of(
                file.network(), shape, preprocessing(spec, file, shape, image), spec.output())
            .requireClassifier();
    return new Subject(file, model, options.service(model.graph(), domain));
  }

  private static Optional<Operation.Rescale> preprocessing(
      ModelSpec spec, LoadedNetwork file, Shape shape, boolean image) {
    Optional<ModelSpec.Preprocessing> asked = spec.preprocessing();
    if (file.normalizer().isPresent()) {
      if (asked.isPresent()) {
        throw new IllegalArgumentException(
            "%s brings its own normaliser, so preprocessing and scale must not be given too"
                .formatted(file.name()));
      }
      Normalizer.Affine affine = file.normalizer().get().affine(shape);
      Normalizer.Affine own = image ? affine.afterScale(BYTES) : affine;
      return Optional.of(new Operation.Rescale(boxed(own.factors()), boxed(own.offsets())));
    }
    return asked.map(p -> new Operation.Rescale(p.factors(), p.offsets()));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Override
  public void close() {
    service.close();
  }
}
