package io.sextant.maven.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Finished measurements by what they depend on. Entries come into being by one move of a whole
 * folder; one that is not whole, or was changed, is passed over, with a reason.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ResultCache {
  /** What judging and reporting need. */
  private static final List<String> FILES = List.of("result.json", "samples.csv");

  private static final String ENTRY = "entry.json";
  private static final int FORMAT = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path directory;
  private final Consumer<String> reasons;

  /**
   * A cache.
   *
   * @param directory that may not exist yet
   * @param reasons hears why an entry is not used or not written
   */
  public ResultCache(Path directory, Consumer<String> reasons) {
    this.directory = directory;
    this.reasons = reasons;
  }

  /**
   * What an entry says of itself.
   *
   * @param format version of this layout
   * @param key under which it lies
   * @param files digest by model and name
   */
  private record Entry(int format, String key, Map<String, String> files) {}

  /**
   * Copies an entry's files to where a worker would have written them.
   *
   * @param key of the measurement
   * @param folders by model
   * @return whether there was a whole entry
   */
  public boolean restore(String key, Map<String, Path> folders) {
    Path entry = directory.resolve(key);
    if (!Files.isDirectory(entry)) {
      reasons.accept("no measurement in the cache under " + key);
      return false;
    }
    try {
      Optional<String> flaw = flaw(entry, key, folders);
      if (flaw.isPresent()) {
        reasons.accept("cache entry %s is not used: %s".formatted(key, flaw.get()));
        return false;
      }
      for (Map.Entry<String, Path> model : folders.entrySet()) {
        Files.createDirectories(model.getValue());
        for (String name : FILES) {
          Files.copy(
              entry.resolve(model.getKey()).resolve(name),
              model.getValue().resolve(name),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      return true;
    } catch (IOException | IllegalArgumentException e) {
      reasons.accept("cache entry %s is not used: %s".formatted(key, e));
      return false;
    }
  }

  private static Optional<String> flaw(Path folder, String key, Map<String, Path> folders)
      throws IOException {
    Entry entry;
    try {
      entry = MAPPER.readValue(folder.resolve(ENTRY).toFile(), Entry.class);
    } catch (JsonProcessingException e) {
      return Optional.of("entry.json is malformed");
    }
    if (entry.format() != FORMAT || !key.equals(entry.key())) {
      return Optional.of("it is of another format or key");
    }
    for (String model : folders.keySet()) {
      for (String name : FILES) {
        Path file = folder.resolve(model).resolve(name);
        String wanted = entry.files().get(model + "/" + name);
        if (!Files.isRegularFile(file) || !ContentDigest.of(file).equals(wanted)) {
          return Optional.of(model + "/" + name + " is missing or was changed");
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Keeps a measurement. A cache that cannot be written costs time, not the build.
   *
   * @param key of the measurement
   * @param folders by model, as a worker wrote them
   */
  public void store(String key, Map<String, Path> folders) {
    Path temporary =
        directory.resolve(
            ".%s-%d-%d.tmp"
                .formatted(
                    key.substring(0, Math.min(16, key.length())),
                    ProcessHandle.current().pid(),
                    Thread.currentThread().getId()));
    try {
      try {
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, Path> model : folders.entrySet()) {
          Path own = Files.createDirectories(temporary.resolve(model.getKey()));
          for (String name : FILES) {
            Path file = own.resolve(name);
            Files.copy(model.getValue().resolve(name), file, StandardCopyOption.REPLACE_EXISTING);
            files.put(model.getKey() + "/" + name, ContentDigest.of(file));
          }
        }
        MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValue(temporary.resolve(ENTRY).toFile(), new Entry(FORMAT, key, files));
        Path entry = directory.resolve(key);
        delete(entry);
        Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      reasons.accept("the measurement is not kept in the cache: " + e);
    }
  }

  /**
   * Deletes a folder with all that is in it, if it exists.
   *
   * @throws IOException if something cannot be deleted
   */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> folders = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            folders.add(0, path);
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path path : folders) {
      Files.delete(path);
    }
  }
}
