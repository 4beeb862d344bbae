package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Finished units of adaptation on disk, one file each. */
final class AdaptationStore {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path folder;
  private final int examples;

  /**
   * A store.
   *
   * @param folder created when it does not exist
   * @param examples of the audit
   */
  AdaptationStore(Path folder, int examples) throws IOException {
    this.folder = folder;
    this.examples = examples;
    Files.createDirectories(folder);
  }

  /**
   * Finds a unit.
   *
   * @param notes receives the reason why a unit that was kept has to be done again
   */
  Optional<AdaptationUnit.Done> find(AdaptationUnit unit, Consumer<String> notes)
      throws IOException {
    Path file = file(unit);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String reason = "it does not hold what the unit needs";
    try {
      AdaptationUnit.Done done = JSON.readValue(file.toFile(), AdaptationUnit.Done.class);
      if (done.right().length == examples) {
        return Optional.of(done);
      }
    } catch (JsonProcessingException damaged) {
      reason = damaged.getOriginalMessage();
    }
    notes.accept(
        "%s is done again: %s cannot be used: %s"
            .formatted(unit.describe(), file.getFileName(), reason));
    return Optional.empty();
  }

  void keep(AdaptationUnit unit, AdaptationUnit.Done done) throws IOException {
    AtomicOutput.write(file(unit), out -> JSON.writeValue(out, done));
  }

  private Path file(AdaptationUnit unit) {
    return folder.resolve(unit.key() + ".json");
  }
}
