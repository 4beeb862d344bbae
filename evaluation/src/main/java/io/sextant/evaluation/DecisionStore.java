package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.gradients.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decisions of finished units of work that claim nothing else, one file each, so that an
 * interrupted run loses only what is in flight.
 */
final class DecisionStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;

  DecisionStore(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** The form of a file. */
  private record Stored(long[] examples, int[] predicted) {}

  /**
   * The decisions of a unit, where they were kept; a file that is not of this unit is passed over,
   * and the unit is done again.
   *
   * @param key of the unit
   * @param examples of the unit
   */
  Optional<int[]> find(String key, Examples examples) throws IOException {
    Path file = file(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Stored stored = JSON.readValue(file.toFile(), Stored.class);
      return stored != null
              && Arrays.equals(stored.examples(), examples.ids())
              && stored.predicted() != null
              && stored.predicted().length == examples.size()
          ? Optional.of(stored.predicted())
          : Optional.empty();
    } catch (JsonProcessingException damaged) {
      return Optional.empty();
    }
  }

  void keep(String key, Examples examples, int[] predicted) throws IOException {
    AtomicOutput.write(
        file(key), out -> JSON.writeValue(out, new Stored(examples.ids(), predicted)));
  }

  private Path file(String key) {
    return folder.resolve(key + ".json");
  }
}
