package io.sextant.benchmarks.networks;

import java.nio.file.Path;

/**
 * Where the files of this repository are.
 *
 * @param root the folder of the root POM
 */
public record Checkout(Path root) {
  /** A file of the examples. */
  public Path example(String path) {
    return root.resolve("examples").resolve(path);
  }

  /** A file of a network that PyTorch wrote. */
  public Path model(String file) {
    return root.resolve("benchmarks").resolve("models").resolve(file);
  }
}
