package io.sextant.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for results. */
final class OutputFolder {
  private OutputFolder() {}

  /**
   * Creates the folder and makes sure that it can be written, before any work is done.
   *
   * @throws IllegalArgumentException when it cannot be
   */
  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".sextant", ".part"));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the output folder %s cannot be written (%s); choose another with --out"
              .formatted(folder, FileFailure.describe(e)),
          e);
    }
  }
}
