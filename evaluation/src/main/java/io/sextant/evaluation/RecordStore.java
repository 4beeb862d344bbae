package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What came of finished units of work, on disk, one file each.
 *
 * @param <T> a record of what came of a unit
 */
final class RecordStore<T> {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path folder;
  private final Class<T> type;
  private final Predicate<T> fits;

  /**
   * A store.
   *
   * @param folder created when it does not exist
   * @param type what is kept
   * @param fits whether what was read is of this run's examples
   */
  RecordStore(Path folder, Class<T> type, Predicate<T> fits) throws IOException {
    this.folder = folder;
    this.type = type;
    this.fits = fits;
    Files.createDirectories(folder);
  }

  /**
   * Finds a unit.
   *
   * @param key a file name that no other unit of the run has
   * @param what the unit is, for people
   * @param notes receives the reason why a unit that was kept has to be done again
   */
  Optional<T> find(String key, String what, Consumer<String> notes) throws IOException {
    Path file = file(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String reason = "it does not hold what the unit needs";
    try {
      T done = JSON.readValue(file.toFile(), type);
      if (done != null && fits.test(done)) {
        return Optional.of(done);
      }
    } catch (JsonProcessingException damaged) {
      reason = damaged.getOriginalMessage();
    }
    notes.accept(
        "%s is done again: %s cannot be used: %s".formatted(what, file.getFileName(), reason));
    return Optional.empty();
  }

  void keep(String key, T done) throws IOException {
    AtomicOutput.write(file(key), out -> JSON.writeValue(out, done));
  }

  private Path file(String key) {
    return folder.resolve(key + ".json");
  }
}
