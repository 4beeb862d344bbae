package io.sextant.evaluation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Damages good files in the ways of bad discs, bad programs and bad people. Equal seeds agree. */
final class Mutations {
  private static final int[] SIZES = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    0x7fff,
    0xffff,
    0x10000,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private static final String[] VALUES = {
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9223372036854775807",
    "99999999999999999999",
    "1e308",
    "1e999",
    "1e-400",
    "0.1",
    "NaN",
    "Infinity",
    "-Infinity",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "''",
    "~",
    "&a",
    "*a",
    "<<: *a",
    "!!int 1",
    "!!java.lang.String x",
    "!x",
    "---",
    "- ",
    ": ",
    "#",
    "%",
    "100%",
    "101%",
    "8/0",
    "0/8",
    "1/3",
    "\u0000",
    "\u001b[2J",
    "\uFEFF",
    "\uD83D\uDE00",
    "\u202e",
    "\r",
    "\t",
    "\"",
    "\\",
    ",",
    "\n",
    "=1+1",
    "../../etc/passwd",
    "/dev/null",
    "java.lang.Runtime",
    "@class"
  };

  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]++|\\\\.)*+\"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|[A-Za-z_-]+");

  private final Random random;

  Mutations(long seed) {
    this.random = new Random(seed);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes with one to four changes. */
  byte[] bytes(byte[] good) {
    byte[] bytes = good;
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      bytes = change(bytes);
    }
    return bytes;
  }

  private byte[] change(byte[] old) {
    if (old.length < 8) {
      return latin(VALUES[random.nextInt(VALUES.length)]);
    }
    byte[] bytes = old.clone();
    // Headers are where the sizes stand: half of all changes go there.
    int at =
        random.nextInt(random.nextBoolean() ? Math.min(128, bytes.length - 4) : bytes.length - 4);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> ByteBuffer.wrap(bytes).putInt(at, SIZES[random.nextInt(SIZES.length)]);
      case 3 ->
          ByteBuffer.wrap(bytes)
              .putInt(at, Integer.reverseBytes(SIZES[random.nextInt(SIZES.length)]));
      case 4 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 5 -> {
        return splice(bytes, at, Math.min(bytes.length, at + random.nextInt(64)), new byte[0]);
      }
      case 6 -> {
        byte[] more =
            Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(200)));
        return splice(bytes, at, at, more);
      }
      default -> {
        return splice(bytes, at, at, latin(VALUES[random.nextInt(VALUES.length)]));
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.write(middle, 0, middle.length);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /** Text in which words and numbers give place to others, or as {@link #bytes}. */
  byte[] text(byte[] good) {
    if (random.nextInt(4) == 0) {
      return bytes(good);
    }
    String text = new String(good, StandardCharsets.UTF_8);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      List<int[]> tokens = new ArrayList<>();
      Matcher matcher = TOKEN.matcher(text);
      while (matcher.find()) {
        tokens.add(new int[] {matcher.start(), matcher.end()});
      }
      if (tokens.isEmpty()) {
        break;
      }
      int[] one = tokens.get(random.nextInt(tokens.size()));
      int[] other = tokens.get(random.nextInt(tokens.size()));
      String value =
          switch (random.nextInt(6)) {
            case 0 -> text.substring(other[0], other[1]);
            case 1 -> "[".repeat(1 + random.nextInt(2000));
            case 2 -> "{\"a\":".repeat(1 + random.nextInt(2000));
            case 3 -> "9".repeat(1 + random.nextInt(3000));
            default -> VALUES[random.nextInt(VALUES.length)];
          };
      text = text.substring(0, one[0]) + value + text.substring(one[1]);
    }
    return latin(text);
  }

  /** A zip of which one entry is damaged and the rest, checksums included, is right. */
  byte[] entry(byte[] zip) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
      String name = List.copyOf(entries.keySet()).get(random.nextInt(entries.size()));
      // Most of what a model file means stands in its configuration, whatever that is called.
      String chosen =
          random.nextInt(3) == 0
              ? name
              : entries.keySet().stream()
                  .filter(key -> key.startsWith("config") && key.endsWith(".json"))
                  .findFirst()
                  .orElse(name);
      entries.computeIfPresent(
          chosen, (key, old) -> key.endsWith(".json") ? text(old) : bytes(old));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream out = new ZipOutputStream(bytes)) {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
          out.putNextEntry(new ZipEntry(entry.getKey()));
          out.write(entry.getValue());
          out.closeEntry();
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, compressed. */
  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
