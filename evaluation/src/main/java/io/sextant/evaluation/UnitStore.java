package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finished units on disk, one file each, and a {@link Journal} of each unit that is under way, so
 * that an interrupted run loses only the runs in flight.
 */
final class UnitStore {
  private final Path folder;

  UnitStore(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** The form of a file; each input is little-endian floats in Base64. */
  private record Stored(@Nullable List<Attempt> attempts, @Nullable List<byte[]> adversarial) {}

  /** Reads and writes the files of a unit: no text in them is longer than one of its inputs. */
  private static ObjectMapper json(Unit unit) {
    long input = (long) width(unit) * Float.BYTES;
    int text = Math.toIntExact(Math.min(Integer.MAX_VALUE, 4 * (input / 3 + 1)));
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(Math.max(text, StreamReadConstraints.DEFAULT_MAX_STRING_LEN))
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .build();
  }

  private static int width(Unit unit) {
    return unit.examples().row(0).length;
  }

  /**
   * Finds a unit.
   *
   * @param notes receives the reason why a unit that was kept has to be done again
   */
  Optional<Unit.Done> find(Unit unit, Consumer<String> notes) throws IOException {
    Path file = file(unit);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<Unit.Done> done;
    String reason = "it does not hold what the unit needs";
    try {
      done =
          Optional.ofNullable(json(unit).readValue(file.toFile(), Stored.class))
              .flatMap(stored -> done(unit, stored));
    } catch (JsonProcessingException damaged) {
      done = Optional.empty();
      reason = damaged.getOriginalMessage();
    }
    if (done.isEmpty()) {
      notes.accept(
          "%s is done again: %s cannot be used: %s"
              .formatted(unit.describe(), file.getFileName(), reason));
    }
    return done;
  }

  private static Optional<Unit.Done> done(Unit unit, Stored stored) {
    List<Attempt> attempts = stored.attempts();
    List<byte[]> adversarial = stored.adversarial();
    if (attempts == null
        || adversarial == null
        || adversarial.size() != unit.examples().size()
        || !isFor(unit, attempts)) {
      return Optional.empty();
    }
    float[][] rows = new float[adversarial.size()][width(unit)];
    for (int r = 0; r < rows.length; r++) {
      byte[] bytes = adversarial.get(r);
      if (bytes == null || bytes.length != rows[r].length * Float.BYTES) {
        return Optional.empty();
      }
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows[r]);
    }
    return Optional.of(new Unit.Done(attempts, rows));
  }

  private static boolean isFor(Unit unit, List<Attempt> attempts) {
    return attempts.size() == unit.examples().size()
        && IntStream.range(0, attempts.size())
            .allMatch(
                i -> attempts.get(i) != null && attempts.get(i).sample() == unit.examples().id(i));
  }

  void keep(Unit unit, Unit.Done done) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    for (float[] row : done.adversarial()) {
      ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(row);
      rows.add(bytes.array());
    }
    Stored stored = new Stored(done.attempts(), rows);
    AtomicOutput.write(file(unit), out -> json(unit).writeValue(out, stored));
  }

  /** The journal of a unit that is under way. */
  Journal journal(Unit unit) throws IOException {
    return new Journal(folder.resolve(unit.key() + ".part"), width(unit));
  }

  private Path file(Unit unit) {
    return folder.resolve(unit.key() + ".json");
  }
}
