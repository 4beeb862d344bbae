package io.sextant.evaluation;

import io.sextant.attacks.Bookmark;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Where the examples of a unit under way stand between their runs: the latest bookmark of each, in
 * a file that is replaced as a whole. It is written when work ends early, and from time to time for
 * work that is killed: as often as costs a twentieth of the time. A damaged file is none.
 */
final class Bookmarks {
  // What a file begins with: which form it has.
  private static final int FORM = 0x53584231;
  // Nanoseconds between two files at least, and times as long as the writing of one took.
  private static final long SHORTEST = 1_000_000_000L;
  private static final int TIMES = 20;

  private final Path file;
  private final LongSupplier clock;
  private final Map<Long, Bookmark> latest = new HashMap<>();
  private long due;
  private boolean written = true;

  /**
   * Opens the bookmarks of a unit.
   *
   * @param width values of an input
   * @param clock nanoseconds since any time
   */
  Bookmarks(Path file, int width, LongSupplier clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.due = clock.getAsLong() + SHORTEST;
    if (Files.exists(file)) {
      read(width);
    }
  }

  private void read(int width) throws IOException {
    Map<Long, Bookmark> found = new HashMap<>();
    CRC32 sum = new CRC32();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum))) {
      if (in.readInt() != FORM) {
        return;
      }
      for (int left = in.readInt(); left > 0; left--) {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(Math.max(0, length));
        if (bytes.length != length) {
          return;
        }
        Bookmark bookmark = Bookmark.read(bytes, width);
        found.put(bookmark.id(), bookmark);
      }
      long expected = sum.getValue();
      if (in.readLong() == expected) {
        latest.putAll(found);
      }
    } catch (EOFException | IllegalArgumentException damaged) {
      // Nothing is taken over.
    }
  }

  /** Where an example stood. */
  synchronized Optional<Bookmark> find(long id) {
    return Optional.ofNullable(latest.get(id));
  }

  synchronized boolean isEmpty() {
    return latest.isEmpty();
  }

  /** Keeps where an example stands, and writes all of them when it is time to. */
  synchronized void put(Bookmark bookmark) throws IOException {
    latest.put(bookmark.id(), bookmark);
    written = false;
    if (clock.getAsLong() >= due) {
      write();
    }
  }

  /** An example is done. */
  synchronized void remove(long id) {
    latest.remove(id);
  }

  /** Writes all of them, unless the file has them. */
  synchronized void write() throws IOException {
    if (written) {
      return;
    }
    long begun = clock.getAsLong();
    AtomicOutput.write(
        file,
        plain -> {
          CRC32 sum = new CRC32();
          DataOutputStream out = new DataOutputStream(new CheckedOutputStream(plain, sum));
          out.writeInt(FORM);
          out.writeInt(latest.size());
          for (Bookmark bookmark : latest.values()) {
            byte[] bytes = bookmark.bytes();
            out.writeInt(bytes.length);
            out.write(bytes);
          }
          out.writeLong(sum.getValue());
        });
    written = true;
    long end = clock.getAsLong();
    due = end + Math.max(SHORTEST, TIMES * (end - begun));
  }

  /** Drops all of them. */
  synchronized void delete() throws IOException {
    latest.clear();
    written = true;
    Files.deleteIfExists(file);
  }
}
