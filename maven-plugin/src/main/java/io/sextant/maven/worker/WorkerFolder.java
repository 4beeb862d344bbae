package io.sextant.maven.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.file.PathUtils;

/**
 * What one run of a worker needs and nobody needs after it: its arguments, which may hold secrets,
 * and its temporary files, which a worker that is killed does not remove. Nobody else can read it
 * where the file system has such rights.
 *
 * @param path absolute
 */
record WorkerFolder(Path path) implements AutoCloseable {
  /** A new folder, below one that exists. */
  static WorkerFolder in(Path parent) throws IOException {
    WorkerFolder made =
        new WorkerFolder(Files.createTempDirectory(parent, ".worker-").toAbsolutePath());
    Files.createDirectory(made.temporary());
    return made;
  }

  Path temporary() {
    return path.resolve("tmp");
  }

  /** The file with the arguments. */
  Path arguments() {
    return path.resolve("worker.args");
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(arguments());
    try {
      PathUtils.delete(path);
    } catch (IOException e) {
      // A child of the worker may still hold a file, which is no reason to lose results.
      return;
    }
  }
}
