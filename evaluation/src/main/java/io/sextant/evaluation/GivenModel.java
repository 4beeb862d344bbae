package io.sextant.evaluation;

import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.gradients.predictor.PredictorNetwork;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A model as an audit gets it: in a file, or as code that predicts.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface GivenModel {
  /**
   * Reads it.
   *
   * @throws io.sextant.gradients.model.ModelFileException if its file is missing, not a model, or
   *     refused for safety
   */
  LoadedNetwork load();

  /** Its file, which evidence keeps a copy of; empty where there is none. */
  Optional<Path> file();

  /**
   * A file, which stays as it is until the audit ends.
   *
   * @param path of a format that {@link ModelFile} reads
   */
  record InFile(Path path) implements GivenModel {
    @Override
    public LoadedNetwork load() {
      return ModelFile.read(path);
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }
  }

  /**
   * Code that answers and gives no gradients.
   *
   * @param predictor the model
   * @param supplier class that made it, and can make it again for whoever holds its evidence; empty
   *     where code handed it over
   */
  record Answering(Predictor predictor, Optional<String> supplier) implements GivenModel {
    @Override
    public LoadedNetwork load() {
      return PredictorNetwork.loaded(predictor);
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }
  }
}
