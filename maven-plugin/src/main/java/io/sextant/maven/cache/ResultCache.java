package io.sextant.maven.cache;

import io.sextant.results.AuditResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Finished measurements by what they depend on.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ResultCache {
  /** What judging and reporting need. */
  private static final List<String> FILES = List.of("result.json", "samples.csv");

  private static final String MEASURED = "measured.";
  private static final String EVIDENCE = "evidence.";

  private final Path directory;
  private final FileCache files;

  /**
   * A cache.
   *
   * @param directory that may not exist yet
   * @param reasons receives the reason why an entry is not used or not written
   */
  public ResultCache(Path directory, Consumer<String> reasons) {
    this.directory = directory;
    files = new FileCache(directory, reasons);
  }

  /**
   * What a build reports about results that it reuses, without reading them.
   *
   * @param measured when, and on what
   * @param evidence SHA-256 of its manifest, where there is evidence
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Origin(String measured, Optional<String> evidence) {
    /** Of a result. */
    public static Origin of(AuditResult result) {
      return new Origin(
          "%s with %s (%s)"
              .formatted(
                  result.run().finished(), result.engine().name(), result.engine().description()),
          result.evidenceSha256());
    }
  }

  /**
   * Copies an entry's files to where a worker would have written them.
   *
   * @param key of the measurement
   * @param folders by model
   * @return where the results of each model come from, if there was a whole entry
   * @throws IOException if files that do not belong together cannot be removed again
   */
  public Optional<Map<String, Origin>> restore(String key, Map<String, Path> folders)
      throws IOException {
    return files
        .restore(key, key, names(folders))
        .map(
            notes -> {
              Map<String, Origin> origins = new LinkedHashMap<>();
              for (String model : folders.keySet()) {
                origins.put(
                    model,
                    new Origin(
                        notes.getOrDefault(MEASURED + model, "an unknown day"),
                        Optional.ofNullable(notes.get(EVIDENCE + model))));
              }
              return origins;
            });
  }

  /** Where the entries lie. */
  public Path directory() {
    return directory;
  }

  /** Whether there seems to be an entry. */
  public boolean has(String key) {
    return files.has(key);
  }

  /**
   * Keeps a measurement.
   *
   * @param key of the measurement
   * @param folders by model, as a worker wrote them
   * @param origins by model
   */
  public void store(String key, Map<String, Path> folders, Map<String, Origin> origins) {
    Map<String, String> notes = new TreeMap<>();
    origins.forEach(
        (model, origin) -> {
          notes.put(MEASURED + model, origin.measured());
          origin.evidence().ifPresent(sha -> notes.put(EVIDENCE + model, sha));
        });
    files.store(key, key, names(folders), notes);
  }

  private static Map<String, Path> names(Map<String, Path> folders) {
    Map<String, Path> names = new LinkedHashMap<>();
    folders.forEach(
        (model, folder) ->
            FILES.forEach(name -> names.put(model + "/" + name, folder.resolve(name))));
    return names;
  }
}
