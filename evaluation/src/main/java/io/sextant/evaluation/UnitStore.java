package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finished units on disk, one file each, so that an interrupted run loses only what is in flight.
 */
final class UnitStore {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final Path folder;

  UnitStore(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** The form of a file; pixels are little-endian floats in Base64. */
  private record Stored(
      @Nullable List<Attempt> attempts, int width, @Nullable String adversarial) {}

  Optional<Unit.Done> find(Unit unit) throws IOException {
    Path file = file(unit);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Stored stored;
    try {
      stored = JSON.readValue(file.toFile(), Stored.class);
    } catch (JsonProcessingException damaged) {
      return Optional.empty(); // done again, like a unit that was never finished
    }
    List<Attempt> attempts = stored.attempts();
    String adversarial = stored.adversarial();
    return attempts == null || adversarial == null || !isFor(unit, attempts)
        ? Optional.empty()
        : rows(unit, adversarial).map(rows -> new Unit.Done(attempts, rows));
  }

  private static boolean isFor(Unit unit, List<Attempt> attempts) {
    return attempts.size() == unit.examples().size()
        && IntStream.range(0, attempts.size())
            .allMatch(i -> attempts.get(i).sample() == unit.examples().id(i));
  }

  /** The inputs of a stored unit, unless the file does not hold what the unit needs. */
  private static Optional<float[][]> rows(Unit unit, String adversarial) {
    int width = unit.examples().row(0).length;
    int count = unit.examples().size();
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(adversarial);
    } catch (IllegalArgumentException damaged) {
      return Optional.empty();
    }
    if (bytes.length != count * width * Float.BYTES) {
      return Optional.empty();
    }
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = floats.getFloat();
      }
    }
    return Optional.of(rows);
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
