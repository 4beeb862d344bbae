package io.sextant.results.baseline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Where the baseline of each model is kept.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Baselines {
  /** Nothing is compared. */
  Baselines NONE = model -> Optional.empty();

  /** The file of a model, which need not exist; absent when the model is not compared. */
  Optional<Path> file(String model);

  /** One file for a single model. */
  static Baselines at(Path file) {
    return model -> Optional.of(file);
  }

  /** A folder with a file per model; the folder need not exist. */
  static Baselines in(Path folder) {
    return model -> Optional.of(folder.resolve(model + ".json"));
  }

  /**
   * The baseline of a model, where there is one.
   *
   * @throws IllegalArgumentException if the file is no baseline
   * @throws IOException if it cannot be read
   */
  default Optional<Baseline> read(String model) throws IOException {
    Optional<Path> file = file(model).filter(Files::exists);
    return file.isPresent() ? Optional.of(Baseline.read(file.get())) : Optional.empty();
  }
}
