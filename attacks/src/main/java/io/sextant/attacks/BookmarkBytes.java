package io.sextant.attacks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The form of a {@link Bookmark}: big-endian, lists and arrays after their length, inputs as floats
 * (which they are), everything else with all of its bits.
 */
final class BookmarkBytes {
  private BookmarkBytes() {}

  static byte[] write(Bookmark bookmark) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      new Writer(out).bookmark(bookmark);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return bytes.toByteArray();
  }

  static Bookmark read(byte[] bytes, int features) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Bookmark bookmark = new Reader(in, features).bookmark();
      if (in.available() > 0) {
        throw new IllegalArgumentException(
            "a bookmark must end where its bytes do but %d were left".formatted(in.available()));
      }
      return bookmark;
    } catch (IOException e) {
      throw new IllegalArgumentException("a bookmark ends too early", e);
    }
  }

  private record Writer(DataOutputStream out) {
    void bookmark(Bookmark bookmark) throws IOException {
      out.writeLong(bookmark.id());
      out.writeInt(bookmark.levels().size());
      for (Bookmark.Level level : bookmark.levels()) {
        level(level);
      }
    }

    private void level(Bookmark.Level level) throws IOException {
      out.writeInt(level.next());
      out.writeInt(level.begun());
      out.writeLong(level.forwards());
      out.writeLong(level.backwards());
      out.writeBoolean(level.zeroGradient());
      out.writeInt(level.handedOn().size());
      for (Iterate x : level.handedOn()) {
        iterate(x);
      }
      standing(level.standing());
      out.writeInt(level.parts().size());
      for (StageResult part : level.parts()) {
        out.writeUTF(part.stage());
        out.writeBoolean(part.broken());
        out.writeBoolean(part.blind());
        out.writeBoolean(part.sampled());
        out.writeLong(part.forwards());
        out.writeLong(part.backwards());
      }
    }

    private void standing(Standing.Memory memory) throws IOException {
      out.writeInt(memory.predicted());
      doubles(memory.cleanLogits());
      out.writeBoolean(memory.nonFinite());
      out.writeBoolean(memory.overlooked());
      row(memory.best());
      out.writeDouble(memory.bestMargin());
      Outcome.Broken broken = memory.broken();
      out.writeBoolean(broken != null);
      if (broken != null) {
        out.writeDouble(broken.distance());
        out.writeInt(broken.restart());
        out.writeInt(broken.step());
      }
      iterate(memory.found());
      out.writeDouble(memory.course().nearest());
      out.writeBoolean(memory.course().unfinished());
    }

    private void iterate(@Nullable Iterate x) throws IOException {
      row(x == null ? null : x.row());
      if (x != null) {
        doubles(x.perturbation());
        out.writeInt(x.switches().size());
        for (Switch change : x.switches()) {
          out.writeInt(change.off());
          out.writeInt(change.on());
        }
      }
    }

    private void row(double @Nullable [] row) throws IOException {
      out.writeBoolean(row != null);
      if (row != null) {
        for (double value : row) {
          out.writeFloat((float) value);
        }
      }
    }

    private void doubles(double @Nullable [] values) throws IOException {
      out.writeInt(values == null ? -1 : values.length);
      if (values != null) {
        for (double value : values) {
          out.writeDouble(value);
        }
      }
    }
  }

  private record Reader(DataInputStream in, int features) {
    Bookmark bookmark() throws IOException {
      long id = in.readLong();
      List<Bookmark.Level> levels = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        levels.add(level());
      }
      return new Bookmark(id, levels);
    }

    private Bookmark.Level level() throws IOException {
      int next = in.readInt();
      int begun = in.readInt();
      long forwards = in.readLong();
      long backwards = in.readLong();
      boolean zeroGradient = in.readBoolean();
      List<@Nullable Iterate> handedOn = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        handedOn.add(iterate());
      }
      Standing.Memory standing = standing();
      List<StageResult> parts = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        parts.add(
            new StageResult(
                in.readUTF(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                in.readLong(),
                in.readLong()));
      }
      requireCounts("runs", next, begun);
      requireCounts("passes", forwards, backwards);
      return new Bookmark.Level(
          next, begun, forwards, backwards, zeroGradient, handedOn, standing, parts);
    }

    private static void requireCounts(String what, long one, long other) {
      if (one < 0 || other < 0) {
        throw new IllegalArgumentException(
            "%s of a bookmark must be 0 or more but were %d and %d".formatted(what, one, other));
      }
    }

    private Standing.Memory standing() throws IOException {
      int predicted = in.readInt();
      if (predicted < 0) {
        throw new IllegalArgumentException(
            "the decision of a bookmark must be a class from 0 on but was " + predicted);
      }
      double[] cleanLogits = doubles();
      boolean nonFinite = in.readBoolean();
      boolean overlooked = in.readBoolean();
      double[] best = row();
      double bestMargin = in.readDouble();
      Outcome.Broken broken =
          in.readBoolean() ? new Outcome.Broken(in.readDouble(), in.readInt(), in.readInt()) : null;
      Iterate found = iterate();
      return new Standing.Memory(
          predicted,
          cleanLogits,
          nonFinite,
          overlooked,
          best,
          bestMargin,
          broken,
          found,
          new Course.Memory(in.readDouble(), in.readBoolean()));
    }

    private @Nullable Iterate iterate() throws IOException {
      double[] row = row();
      if (row == null) {
        return null;
      }
      double[] perturbation = Objects.requireNonNullElseGet(doubles(), () -> new double[0]);
      if (perturbation.length != features) {
        throw new IllegalArgumentException(
            "a perturbation of a bookmark must have %d values but had %d"
                .formatted(features, perturbation.length));
      }
      List<Switch> switches = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        switches.add(new Switch(feature(), feature()));
      }
      return new Iterate(perturbation, List.copyOf(switches), row);
    }

    private int feature() throws IOException {
      int feature = in.readInt();
      if (feature != Switch.NONE && (feature < 0 || feature >= features)) {
        throw new IllegalArgumentException(
            "a feature of a bookmark must be in 0..%d but was %d".formatted(features - 1, feature));
      }
      return feature;
    }

    private double @Nullable [] row() throws IOException {
      if (!in.readBoolean()) {
        return null;
      }
      require(features, Float.BYTES);
      double[] row = new double[features];
      for (int i = 0; i < features; i++) {
        row[i] = in.readFloat();
      }
      return row;
    }

    private double @Nullable [] doubles() throws IOException {
      int length = in.readInt();
      if (length == -1) {
        return null;
      }
      require(length, Double.BYTES);
      double[] values = new double[length];
      for (int i = 0; i < length; i++) {
        values[i] = in.readDouble();
      }
      return values;
    }

    /** How many things follow: each has a byte at least. */
    private int count() throws IOException {
      int count = in.readInt();
      require(count, 1);
      return count;
    }

    /** Nothing is allocated for what the bytes cannot hold. */
    private void require(int count, int bytesEach) throws IOException {
      if (count < 0 || (long) count * bytesEach > in.available()) {
        throw new IllegalArgumentException(
            "a bookmark cannot hold %d values in its last %d bytes"
                .formatted(count, in.available()));
      }
    }
  }
}
