package io.sextant.evaluation;

import io.sextant.results.AuditResult;
import io.sextant.results.KeptAttributions;
import io.sextant.results.baseline.Baseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Attributions that an earlier audit kept, read from its output folder or a baseline.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EarlierAttributions {
  private static final String RESULT = "result.json";
  private static final String PART = "attributions";
  private static final long LARGEST = 256L << 20;

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
    Path own = models == 1 && !Files.isDirectory(path.resolve(id)) ? path : path.resolve(id);
    Path inFolder = path.resolve(id + ".json");
    try {
      if (Files.isRegularFile(path) || Files.isRegularFile(inFolder)) {
        Path file = Files.isRegularFile(path) ? path : inFolder;
        requireSize(file);
        return Baseline.read(file)
            .attributions()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the baseline %s has no attributions; run update-baseline with a rule on attribution-drift"
                            .formatted(file)));
      }
      Path result = own.resolve(RESULT);
      if (!Files.isRegularFile(result)) {
        throw new IllegalArgumentException(
            "%s holds neither a finished audit nor a baseline of model %s".formatted(path, id));
      }
      requireSize(result);
      return read(own, AuditResult.read(result))
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

  private static void requireSize(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IllegalArgumentException(
          "%s is larger than a result can be (%d bytes)".formatted(file, LARGEST));
    }
  }

  /**
   * The attributions of a result, held against the digest that its evidence recorded, where there
   * is evidence.
   *
   * @param folder the output folder
   * @param result read from it
   * @throws IllegalArgumentException if they are not those that the evidence was written with
   * @throws IOException if a file cannot be read
   */
  public static Optional<KeptAttributions> read(Path folder, AuditResult result)
      throws IOException {
    Path evidence = folder.resolve("evidence");
    if (result.attributions().isEmpty() || !Files.isDirectory(evidence)) {
      return result.attributions();
    }
    String recorded = Manifest.read(evidence).result().getOrDefault(PART, "none");
    String found =
        ResultText.parse(Files.readString(folder.resolve(RESULT)))
            .digests()
            .getOrDefault(PART, "none");
    if (!found.equals(recorded)) {
      throw new IllegalArgumentException(
          "%s: the attributions are not those that the evidence beside it records (digest %s, recorded %s); run the audit again"
              .formatted(folder.resolve(RESULT), found, recorded));
    }
    return result.attributions();
  }
}
