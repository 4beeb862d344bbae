package io.sextant.maven.cache;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files in which an ONNX model keeps weights, by what it says itself: each of its tensors may
 * name one, under any name. The plugin runs without what reads models, so it follows the few fields
 * that lead there (ModelProto.graph, GraphProto.initializer, TensorProto.external_data with the key
 * "location"), and skips all others without reading them.
 */
final class WeightFiles {
  private static final int VERSION = 1;
  private static final int GRAPH = 7;
  private static final int INITIALIZER = 5;
  private static final int EXTERNAL_DATA = 13;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final String LOCATION = "location";

  /** No path of a file is longer. */
  private static final int LONGEST = 1 << 14;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final InputStream in;
  private final Set<String> named = new TreeSet<>();
  private long at;

  private WeightFiles(InputStream in) {
    this.in = in;
  }

  /**
   * Files beside a model that hold parts of it, in order; none where it is no ONNX model, or
   * damaged: its reader says so.
   *
   * @throws IOException if the model cannot be read
   */
  static Set<Path> of(Path model) throws IOException {
    Path folder = model.toAbsolutePath().getParent();
    if (folder == null) {
      return Set.of();
    }
    Set<Path> files = new TreeSet<>();
    for (String name : named(model)) {
      try {
        Path file = folder.resolve(name).normalize();
        if (file.startsWith(folder.normalize()) && Files.isRegularFile(file)) {
          files.add(file);
        }
      } catch (InvalidPathException refused) {
        // The model's reader refuses such a name.
      }
    }
    return files;
  }

  private static Set<String> named(Path model) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(model))) {
      WeightFiles files = new WeightFiles(in);
      try {
        files.model(Files.size(model));
      } catch (EOFException damaged) {
        return files.named;
      }
      return files.named;
    }
  }

  private void model(long end) throws IOException {
    for (boolean first = true; at < end; first = false) {
      long tag = number();
      if (first && tag != (VERSION << 3 | VARINT)) {
        return;
      }
      if (is(tag, GRAPH)) {
        graph(end());
      } else {
        skip(tag);
      }
    }
  }

  private void graph(long end) throws IOException {
    while (at < end) {
      long tag = number();
      if (is(tag, INITIALIZER)) {
        tensor(end());
      } else {
        skip(tag);
      }
    }
  }

  private void tensor(long end) throws IOException {
    while (at < end) {
      long tag = number();
      if (is(tag, EXTERNAL_DATA)) {
        entry(end());
      } else {
        skip(tag);
      }
    }
  }

  private void entry(long end) throws IOException {
    String key = "";
    String value = "";
    while (at < end) {
      long tag = number();
      if (is(tag, KEY)) {
        key = text();
      } else if (is(tag, VALUE)) {
        value = text();
      } else {
        skip(tag);
      }
    }
    if (key.equals(LOCATION)) {
      named.add(value);
    }
  }

  private static boolean is(long tag, int field) {
    return tag == ((long) field << 3 | LENGTH_DELIMITED);
  }

  /** Where a part ends whose length comes next. */
  private long end() throws IOException {
    long length = number();
    if (length < 0) {
      throw new EOFException();
    }
    return at + length;
  }

  private String text() throws IOException {
    long length = end() - at;
    if (length > LONGEST) {
      throw new EOFException();
    }
    byte[] bytes = in.readNBytes((int) length);
    at += bytes.length;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void skip(long tag) throws IOException {
    switch ((int) (tag & 7)) {
      case VARINT -> number();
      case FIXED64 -> move(Long.BYTES);
      case LENGTH_DELIMITED -> move(end() - at);
      case FIXED32 -> move(Integer.BYTES);
      default -> throw new EOFException();
    }
  }

  private void move(long count) throws IOException {
    in.skipNBytes(count);
    at += count;
  }

  private long number() throws IOException {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      at++;
      number |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return number;
      }
    }
    throw new EOFException();
  }
}
