package io.sextant.maven.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.apiguardian.api.API;

/**
 * Sets of files by what they depend on. Entries come into being by one move of a whole folder; one
 * that is not whole, or was changed, is passed over, with a reason. That finds accidents; whoever
 * may write into the folder can also make entries that look right.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class FileCache {
  private static final String ENTRY = "entry.properties";
  private static final String FORMAT = "3";
  private static final String FILE = "file.";
  private static final String NOTE = "note.";
  private static final String DIGEST = "digest";

  private final Path directory;
  private final Consumer<String> reasons;

  /**
   * A cache.
   *
   * @param directory that may not exist yet
   * @param reasons receives the reason why an entry is not used or not written
   */
  public FileCache(Path directory, Consumer<String> reasons) {
    this.directory = directory;
    this.reasons = reasons;
  }

  /** Whether there seems to be an entry at a place. */
  public boolean has(String place) {
    return Files.isDirectory(directory.resolve(place));
  }

  /**
   * Copies an entry's files to where they are wanted: all of them, or none.
   *
   * @param place of the entry
   * @param key of what the files depend on
   * @param files where to put each, by its name in the entry
   * @return the notes that were kept with them, if there was a whole entry of this key
   * @throws IOException if files that do not belong together cannot be removed again
   */
  public Optional<Map<String, String>> restore(String place, String key, Map<String, Path> files)
      throws IOException {
    Path folder = directory.resolve(place);
    if (!Files.isDirectory(folder)) {
      reasons.accept("nothing in the cache under " + place);
      return Optional.empty();
    }
    String flaw;
    try {
      Map<String, String> entry = PropertyText.read(Files.readString(folder.resolve(ENTRY)));
      Optional<String> found = flaw(entry, key);
      if (found.isEmpty()) {
        found = copy(folder, entry, files);
      }
      if (found.isEmpty()) {
        return Optional.of(notes(entry));
      }
      flaw = found.get();
    } catch (IOException | IllegalArgumentException e) {
      flaw = e.toString();
    }
    reasons.accept("cache entry %s is not used: %s".formatted(place, flaw));
    for (Path file : files.values()) {
      Files.deleteIfExists(file);
    }
    return Optional.empty();
  }

  private static Map<String, String> notes(Map<String, String> entry) {
    Map<String, String> notes = new TreeMap<>();
    entry.forEach(
        (name, text) -> {
          if (name.startsWith(NOTE)) {
            notes.put(name.substring(NOTE.length()), text);
          }
        });
    return notes;
  }

  private static Optional<String> flaw(Map<String, String> entry, String key) {
    if (!FORMAT.equals(entry.get("format")) || !key.equals(entry.get("key"))) {
      return Optional.of("it is of another format or key");
    }
    return digest(entry).equals(entry.get(DIGEST))
        ? Optional.empty()
        : Optional.of(ENTRY + " was changed");
  }

  /** Copies first and looks then: another build may replace the entry meanwhile. */
  private static Optional<String> copy(
      Path folder, Map<String, String> entry, Map<String, Path> files) throws IOException {
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path kept = folder.resolve(file.getKey());
      Path target = file.getValue();
      if (Files.isRegularFile(kept)) {
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.copy(kept, target, StandardCopyOption.REPLACE_EXISTING);
      }
      if (!Files.isRegularFile(kept)
          || !ContentDigest.of(target).equals(entry.get(FILE + file.getKey()))) {
        return Optional.of(file.getKey() + " is missing or was changed");
      }
    }
    return Optional.empty();
  }

  /** Of all that an entry says, but for the digest itself. */
  private static String digest(Map<String, String> entry) {
    ContentDigest digest = new ContentDigest();
    new TreeMap<>(entry)
        .forEach(
            (name, text) -> {
              if (!name.equals(DIGEST)) {
                digest.text(name, text);
              }
            });
    return digest.hex();
  }

  /**
   * Keeps files. A cache that cannot be written costs time, not the build.
   *
   * @param place of the entry; what was there is replaced
   * @param key of what the files depend on
   * @param files by their names in the entry
   * @param notes to keep with them
   */
  public void store(String place, String key, Map<String, Path> files, Map<String, String> notes) {
    Path temporary =
        directory.resolve(
            ".%s-%d-%d.tmp"
                .formatted(
                    place.substring(0, Math.min(16, place.length())),
                    ProcessHandle.current().pid(),
                    Thread.currentThread().getId()));
    try {
      try {
        Files.createDirectories(temporary);
        Map<String, String> entry = new TreeMap<>(Map.of("format", FORMAT, "key", key));
        for (Map.Entry<String, Path> file : files.entrySet()) {
          Path own = temporary.resolve(file.getKey());
          Files.createDirectories(own.toAbsolutePath().getParent());
          Files.copy(file.getValue(), own, StandardCopyOption.REPLACE_EXISTING);
          entry.put(FILE + file.getKey(), ContentDigest.of(own));
        }
        notes.forEach((name, text) -> entry.put(NOTE + name, text));
        entry.put(DIGEST, digest(entry));
        Files.writeString(temporary.resolve(ENTRY), PropertyText.write(entry));
        Path kept = directory.resolve(place);
        PathUtils.delete(kept);
        Files.move(temporary, kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        PathUtils.delete(temporary);
      }
    } catch (IOException e) {
      reasons.accept("nothing is kept in the cache under %s: %s".formatted(place, e));
    }
  }
}
