package io.sextant.junit;

import java.nio.file.Path;
import java.util.Optional;

/** Where the baseline of a model is kept. */
@FunctionalInterface
interface Baselines {
  /** Nothing is compared. */
  Baselines NONE = model -> Optional.empty();

  /** The file of a model, which need not exist; absent when the model is not compared. */
  Optional<Path> file(String model);

  /** One file. */
  static Baselines at(Path file) {
    return model -> Optional.of(file);
  }

  /** A folder with a file per model, as the build plugin keeps them. */
  static Baselines in(Path folder) {
    return model -> Optional.of(folder.resolve(model + ".json"));
  }
}
