package io.sextant.maven.judge;

import io.sextant.results.baseline.Baseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The committed baselines: a file per model.
 *
 * @param directory that may not exist yet
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record BaselineFiles(Path directory) {
  /** The file of a model. */
  public Path file(String model) {
    return directory.resolve(model + ".json");
  }

  /**
   * The baseline of a model, where there is one.
   *
   * @throws IllegalArgumentException if the file is no baseline
   * @throws IOException if it cannot be read
   */
  public Optional<Baseline> read(String model) throws IOException {
    Path file = file(model);
    return Files.exists(file) ? Optional.of(Baseline.read(file)) : Optional.empty();
  }
}
