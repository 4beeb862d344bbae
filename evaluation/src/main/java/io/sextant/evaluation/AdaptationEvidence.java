package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What the figures of adaptation were counted from, as a file of the evidence. */
final class AdaptationEvidence {
  static final String FILE = "adaptation.json";

  /** Bytes of the largest file that is read. */
  private static final long LARGEST = 256L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private AdaptationEvidence() {}

  /**
   * The form of the file.
   *
   * @param cells right decisions on each example, in the order of {@code examples.csv}
   */
  private record Content(List<RightDecisions> cells) {}

  static void write(Path folder, List<RightDecisions> cells) throws IOException {
    AtomicOutput.write(folder.resolve(FILE), out -> JSON.writeValue(out, new Content(cells)));
  }

  /** Whether a folder has the file. */
  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException when it does not hold what it must
   */
  static List<RightDecisions> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.size(file) > LARGEST) {
      throw new IllegalArgumentException(
          "%s must have at most %d bytes but has %d".formatted(file, LARGEST, Files.size(file)));
    }
    try {
      Content content = JSON.readValue(file.toFile(), Content.class);
      if (content == null || content.cells().stream().anyMatch(Objects::isNull)) {
        throw new IllegalArgumentException(
            "%s is damaged: it holds nothing where the counts of a cell must be".formatted(file));
      }
      return content.cells();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is damaged: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
