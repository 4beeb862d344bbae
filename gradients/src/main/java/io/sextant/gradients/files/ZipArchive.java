package io.sextant.gradients.files;

import io.sextant.gradients.model.ModelFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apiguardian.api.API;

/**
 * A zip in memory, read from its central directory. The platform's readers differ on what a
 * duplicate, hidden or overlong entry means; this one refuses each of them.
 *
 * <p>Format: PKWARE, ".ZIP File Format Specification", version 6.3.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ZipArchive {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int ENTRY_SIZE = 46;
  private static final int LOCAL_SIZE = 30;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int MOST_ENTRIES = 16;
  private static final int MOST_NAMES = 1000;
  private static final int LONGEST_NAME = 300;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** Above this size an entry must not shrink by more than {@link #LARGEST_RATIO}. */
  private static final long RATIO_FREE = 16L << 20;

  private static final long LARGEST_RATIO = 200;

  private record Entry(String name, int method, int start, long packed, long size, long crc) {}

  private final String file;
  private final byte[] bytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Reads the directory; no entry is inflated.
   *
   * @param file for messages
   * @param bytes the archive
   * @throws ModelFileException if it is damaged, or has what is refused
   */
  public ZipArchive(String file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    try {
      readDirectory(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IndexOutOfBoundsException e) {
      throw new ModelFileException(file + ": the zip is truncated or damaged", e);
    }
  }

  /**
   * The names that stand in a directory, however damaged, foreign or large the archive is: for
   * messages alone.
   */
  public static Set<String> namesWithoutChecks(byte[] bytes) {
    Set<String> names = new LinkedHashSet<>();
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at <= bytes.length - ENTRY_SIZE && names.size() < MOST_NAMES; at++) {
      if (bytes[at] == 'P' && zip.getInt(at) == ENTRY_SIGNATURE) {
        int length = Short.toUnsignedInt(zip.getShort(at + 28));
        if (length <= LONGEST_NAME && at + ENTRY_SIZE + length <= bytes.length) {
          names.add(new String(bytes, at + ENTRY_SIZE, length, StandardCharsets.UTF_8));
        }
      }
    }
    return names;
  }

  private void readDirectory(ByteBuffer zip) {
    int end = findEnd(zip);
    int count = Short.toUnsignedInt(zip.getShort(end + 10));
    long size = Integer.toUnsignedLong(zip.getInt(end + 12));
    long offset = Integer.toUnsignedLong(zip.getInt(end + 16));
    if (count == 0xffff || offset == 0xffffffffL) {
      throw new ModelFileException(file + ": zip64 archives are not supported");
    }
    if (zip.getShort(end + 4) != 0 || zip.getShort(end + 6) != 0) {
      throw new ModelFileException(file + ": zips in several parts are not supported");
    }
    if (count > MOST_ENTRIES) {
      throw new ModelFileException(
          "%s: a model has at most %d zip entries but the file has %d"
              .formatted(file, MOST_ENTRIES, count));
    }
    if (offset + size != end) {
      throw new ModelFileException(file + ": the zip's directory is damaged");
    }
    int at = (int) offset;
    for (int i = 0; i < count; i++) {
      at = readEntry(zip, at);
    }
    if (at != end) {
      throw new ModelFileException(file + ": the zip's directory is damaged");
    }
  }

  private int findEnd(ByteBuffer zip) {
    for (int at = bytes.length - END_SIZE;
        at >= Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT);
        at--) {
      if (zip.getInt(at) == END_SIGNATURE
          && at + END_SIZE + Short.toUnsignedInt(zip.getShort(at + 20)) == bytes.length) {
        return at;
      }
    }
    throw new ModelFileException(file + ": the zip is truncated (it has no directory)");
  }

  private int readEntry(ByteBuffer zip, int at) {
    if (zip.getInt(at) != ENTRY_SIGNATURE) {
      throw new ModelFileException(file + ": the zip's directory is damaged");
    }
    int flags = Short.toUnsignedInt(zip.getShort(at + 8));
    int method = Short.toUnsignedInt(zip.getShort(at + 10));
    long crc = Integer.toUnsignedLong(zip.getInt(at + 16));
    long packed = Integer.toUnsignedLong(zip.getInt(at + 20));
    long size = Integer.toUnsignedLong(zip.getInt(at + 24));
    int nameLength = Short.toUnsignedInt(zip.getShort(at + 28));
    int extra = Short.toUnsignedInt(zip.getShort(at + 30));
    int comment = Short.toUnsignedInt(zip.getShort(at + 32));
    long local = Integer.toUnsignedLong(zip.getInt(at + 42));
    String name = name(at + ENTRY_SIZE, nameLength);
    String shown = ModelFileException.quote(name);
    checkPath(name, shown);
    if ((flags & 1) != 0) {
      throw new ModelFileException("%s: zip entry %s is encrypted".formatted(file, shown));
    }
    if (method != STORED && method != DEFLATED) {
      throw new ModelFileException(
          "%s: zip entry %s is packed with the unsupported method %d"
              .formatted(file, shown, method));
    }
    if (packed == 0xffffffffL || size == 0xffffffffL || local == 0xffffffffL) {
      throw new ModelFileException(file + ": zip64 archives are not supported");
    }
    if (local > bytes.length - LOCAL_SIZE) {
      throw new ModelFileException(file + ": the zip is truncated or damaged");
    }
    int header = (int) local;
    int localName = Short.toUnsignedInt(zip.getShort(header + 26));
    // The two places that name an entry must agree, or two readers would see two archives.
    if (zip.getInt(header) != LOCAL_SIGNATURE
        || Short.toUnsignedInt(zip.getShort(header + 8)) != method
        || !name(header + LOCAL_SIZE, localName).equals(name)) {
      throw new ModelFileException(
          "%s: zip entry %s does not match the zip's directory".formatted(file, shown));
    }
    long start = local + LOCAL_SIZE + localName + Short.toUnsignedInt(zip.getShort(header + 28));
    if (start + packed > bytes.length) {
      throw new ModelFileException("%s: zip entry %s is truncated".formatted(file, shown));
    }
    if (method == STORED && packed != size) {
      throw new ModelFileException("%s: zip entry %s states a false size".formatted(file, shown));
    }
    if (entries.put(name, new Entry(name, method, (int) start, packed, size, crc)) != null) {
      throw new ModelFileException("%s: zip entry %s occurs twice".formatted(file, shown));
    }
    return Math.addExact(at, ENTRY_SIZE + nameLength + extra + comment);
  }

  private String name(int at, int length) {
    if (at < 0 || at > bytes.length - length) {
      throw new IndexOutOfBoundsException(at);
    }
    return new String(bytes, at, length, StandardCharsets.UTF_8);
  }

  private void checkPath(String name, String shown) {
    boolean leaves = name.startsWith("/") || name.contains("\\") || name.matches("[A-Za-z]:.*");
    for (String part : name.split("/", -1)) {
      leaves |= part.equals("..");
    }
    if (leaves) {
      throw new ModelFileException(
          "%s: zip entry %s leaves the archive; such files are refused".formatted(file, shown));
    }
  }

  /** The names of the entries, in the directory's order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** The stated inflated size of an entry, which {@link #open} enforces; 0 without the entry. */
  public long size(String name) {
    Entry entry = entries.get(name);
    return entry == null ? 0 : entry.size();
  }

  /**
   * Opens an existing entry. The stream ends with an {@link IOException} as soon as the entry turns
   * out longer or shorter than stated, or its checksum is wrong.
   *
   * @param limit largest inflated size
   */
  public InputStream open(String name, long limit) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new ModelFileException("%s: zip entry '%s' is missing".formatted(file, name));
    }
    if (entry.size() > limit) {
      throw new ModelFileException(
          "%s: zip entry '%s' may have at most %d bytes but states %d"
              .formatted(file, name, limit, entry.size()));
    }
    if (entry.size() > RATIO_FREE && entry.size() / Math.max(1, entry.packed()) > LARGEST_RATIO) {
      throw new ModelFileException(
          "%s: zip entry '%s' grows from %d to %d bytes; files that grow more than %d times are"
                  .formatted(file, name, entry.packed(), entry.size(), LARGEST_RATIO)
              + " refused");
    }
    InputStream packed = new ByteArrayInputStream(bytes, entry.start(), (int) entry.packed());
    InputStream content =
        entry.method() == STORED
            ? packed
            : new InflaterInputStream(packed, new Inflater(true), 1 << 16) {
              @Override
              public void close() throws IOException {
                super.close();
                inf.end();
              }
            };
    return new CheckedEntry(content, entry);
  }

  /**
   * All bytes of an existing entry.
   *
   * @param name of the entry
   * @param limit largest inflated size
   * @throws IOException if it is damaged
   */
  public byte[] bytes(String name, int limit) throws IOException {
    try (InputStream in = open(name, limit)) {
      return in.readAllBytes();
    }
  }

  private static final class CheckedEntry extends InputStream {
    private final InputStream content;
    private final Entry entry;
    private final CRC32 crc = new CRC32();
    private long read;

    CheckedEntry(InputStream content, Entry entry) {
      this.content = content;
      this.entry = entry;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = content.read(target, offset, length);
      if (count < 0) {
        if (read != entry.size()) {
          throw new IOException(
              "zip entry '%s' states %d bytes but has %d"
                  .formatted(entry.name(), entry.size(), read));
        }
        if (crc.getValue() != entry.crc()) {
          throw new IOException("zip entry '%s' has a wrong checksum".formatted(entry.name()));
        }
        return -1;
      }
      read += count;
      if (read > entry.size()) {
        throw new IOException(
            "zip entry '%s' states %d bytes but has more".formatted(entry.name(), entry.size()));
      }
      crc.update(target, offset, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }
}
