package io.sextant.evaluation;

import io.sextant.results.EarlierResult;
import io.sextant.results.KeptAttributions;
import io.sextant.results.baseline.Baseline;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Attributions that an earlier audit kept, read from its output folder or a baseline. */
final class EarlierAttributions {
  private static final String RESULT = "result.json";

  private EarlierAttributions() {}

  /**
   * Reads those of a model.
   *
   * @param path an output folder, a baseline file, or a folder with one or the other by the model's
   *     id
   * @param id of the model
   * @param models how many there are; of one the folder may be its own
   * @throws IllegalArgumentException if there are none, or they are damaged; the next step is named
   */
  static KeptAttributions read(Path path, String id, int models) {
    Path inFolder = path.resolve(id + ".json");
    try {
      if (Files.isRegularFile(path) || Files.isRegularFile(inFolder)) {
        Path file = Files.isRegularFile(path) ? path : inFolder;
        return Baseline.read(file)
            .attributions()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the baseline %s has no attributions; run update-baseline with a rule on attribution-drift"
                            .formatted(file)));
      }
      Path own = ResultFolders.earlier(path, id, models);
      Path result = own.resolve(RESULT);
      if (!Files.isRegularFile(result)) {
        throw new IllegalArgumentException(
            "%s holds neither a finished audit nor a baseline of model %s".formatted(path, id));
      }
      return EarlierResult.read(result)
          .attributions()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the audit in %s kept no attributions; add 'attributions' to its spec and run it again"
                          .formatted(own)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read: %s".formatted(path, FileFailure.describe(e)), e);
    }
  }
}
