package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Finished units on disk, one file each, so that an interrupted run loses only what is in flight.
 */
final class UnitStore {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path folder;

  UnitStore(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** The form of a file; pixels are little-endian floats in Base64. */
  private record Stored(List<Attempt> attempts, int width, String adversarial) {}

  Optional<Unit.Done> find(Unit unit) throws IOException {
    Path file = file(unit);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Stored stored;
    try {
      stored = JSON.readValue(file.toFile(), Stored.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is damaged; delete it to have its unit done again".formatted(file), e);
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(stored.adversarial()))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[][] rows = new float[stored.attempts().size()][stored.width()];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes.getFloat();
      }
    }
    return Optional.of(new Unit.Done(stored.attempts(), rows));
  }

  void keep(Unit unit, Unit.Done done) throws IOException {
    int width = done.adversarial().length == 0 ? 0 : done.adversarial()[0].length;
    ByteBuffer bytes =
        ByteBuffer.allocate(done.adversarial().length * width * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : done.adversarial()) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    Stored stored =
        new Stored(done.attempts(), width, Base64.getEncoder().encodeToString(bytes.array()));
    byte[] json = JSON.writeValueAsBytes(stored);
    AtomicOutput.write(file(unit), out -> out.write(json));
  }

  private Path file(Unit unit) {
    return folder.resolve(unit.key() + ".json");
  }
}
