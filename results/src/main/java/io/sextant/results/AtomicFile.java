package io.sextant.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Text files that exist in full or not at all: written under a temporary name in the same folder,
 * then moved.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a UTF-8 file, replacing one that exists, and creating its folder.
   *
   * @throws IOException if the file cannot be written; nothing is left behind under its name
   */
  public static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = Objects.requireNonNull(target.getParent(), "a file must have a name");
    Files.createDirectories(folder);
    // Not a temporary file of the platform: those only their owner may read.
    Path temporary =
        folder.resolve(
            ".%s-%s-%s.tmp"
                .formatted(
                    target.getFileName(),
                    ProcessHandle.current().pid(),
                    Thread.currentThread().getId()));
    try {
      Files.writeString(temporary, text);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
