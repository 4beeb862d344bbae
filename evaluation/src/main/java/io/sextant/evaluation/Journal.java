package io.sextant.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.attacks.Bookmark;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Listener;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Sign;
import io.sextant.attacks.StageResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an attack did to the examples of a unit that is under way, a line each, written as they are
 * done, and where those that are not done stand between their runs: an interrupted run loses the
 * runs in flight and no others. Whatever a line cannot be read from, such as the last one of a
 * killed process, is done again.
 */
final class Journal implements AutoCloseable, Listener {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path file;
  private final int width;
  private final Map<Long, ExampleResult> known = new HashMap<>();
  private final Bookmarks bookmarks;
  private @Nullable BufferedWriter writer;

  /** The form of a line; the input is little-endian floats in Base64. */
  private record Line(
      long id,
      int label,
      int predicted,
      io.sextant.results.Outcome outcome,
      double distance,
      int restart,
      int step,
      String reason,
      byte[] input,
      long forwards,
      long backwards,
      Set<Sign> signs,
      List<StageResult> stages) {
    static Line of(ExampleResult result) {
      double[] input = result.input();
      ByteBuffer bytes = ByteBuffer.allocate(input.length * Float.BYTES);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(Rows.narrow(input));
      Outcome outcome = result.outcome();
      Outcome.Broken broken =
          outcome instanceof Outcome.Broken found ? found : new Outcome.Broken(0, 0, 0);
      return new Line(
          result.id(),
          result.label(),
          result.predicted(),
          outcome.kind(),
          broken.distance(),
          broken.restart(),
          broken.step(),
          outcome instanceof Outcome.Inconclusive open ? open.reason() : "",
          bytes.array(),
          result.forwards(),
          result.backwards(),
          result.signs(),
          result.stages());
    }

    ExampleResult result() {
      float[] row = new float[input.length / Float.BYTES];
      ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
      Outcome what =
          switch (outcome) {
            case BROKEN -> new Outcome.Broken(distance, restart, step);
            case HELD -> new Outcome.Held();
            case ALREADY_WRONG -> new Outcome.AlreadyWrong();
            case INCONCLUSIVE -> new Outcome.Inconclusive(reason);
          };
      return new ExampleResult(
          id, label, predicted, what, Rows.widen(row), forwards, backwards, signs, stages);
    }
  }

  /**
   * Opens the journal of a unit.
   *
   * @param width values of an input
   */
  Journal(Path file, int width) throws IOException {
    this.file = file;
    this.width = width;
    this.bookmarks =
        new Bookmarks(file.resolveSibling(file.getFileName() + ".runs"), width, System::nanoTime);
    if (Files.exists(file)) {
      List<String> whole = new ArrayList<>();
      // Bytes that are no text make no line either, and do not cost the other lines theirs.
      for (String text : new String(Files.readAllBytes(file), UTF_8).lines().toList()) {
        Optional<Line> line = line(text);
        line.ifPresent(own -> known.put(own.id(), own.result()));
        line.ifPresent(own -> whole.add(text));
      }
      // A line that was cut off would take the next one with it.
      Files.write(file, whole);
    }
  }

  private Optional<Line> line(String text) {
    try {
      Line line = JSON.readValue(text, Line.class);
      return line != null && line.input().length == width * Float.BYTES
          ? Optional.of(line)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** What was done to an example before. */
  Optional<ExampleResult> find(long id) {
    return Optional.ofNullable(known.get(id));
  }

  /** Whether anything was done before. */
  boolean isEmpty() {
    return known.isEmpty() && bookmarks.isEmpty();
  }

  /** Starts anew: what was done before cannot be taken over. */
  void clear() throws IOException {
    known.clear();
    bookmarks.delete();
    Files.deleteIfExists(file);
  }

  @Override
  public void advanced(int settled, int total) {}

  /** Keeps what was done to an example. */
  @Override
  public void finished(ExampleResult result) {
    try {
      if (writer == null) {
        writer =
            Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      writer.write(JSON.writeValueAsString(Line.of(result)));
      writer.newLine();
      writer.flush();
      bookmarks.remove(result.id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void reached(Bookmark bookmark) {
    try {
      bookmarks.put(bookmark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Bookmark> bookmark(long id) {
    return bookmarks.find(id);
  }

  /** Ends the work for now. */
  @Override
  public void close() throws IOException {
    bookmarks.write();
    if (writer != null) {
      writer.close();
    }
  }

  /** Ends it: the unit is done. */
  void delete() throws IOException {
    bookmarks.delete();
    close();
    Files.deleteIfExists(file);
  }
}
