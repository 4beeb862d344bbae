package io.sextant.evaluation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An output folder held by an operating-system lock, which a killed process gives up. What is not
 * finished lies in {@code work} beside the results.
 */
final class FolderLock implements AutoCloseable {
  private final Path work;
  private final FileChannel channel;
  private final FileLock lock;

  private FolderLock(Path work, FileChannel channel, FileLock lock) {
    this.work = work;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Creates the folder, unless it is there, and holds it.
   *
   * @throws IllegalArgumentException when it cannot be written, or is in use
   */
  static FolderLock of(Path folder) throws IOException {
    Path work = folder.resolve("work");
    OutputFolder.create(work);
    FileChannel channel =
        FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held in this very process: the same answer as for another one.
    }
    if (lock == null) {
      channel.close();
      throw new IllegalArgumentException(
          "another run is writing to %s; wait for it or choose another folder with --out"
              .formatted(folder));
    }
    return new FolderLock(work, channel, lock);
  }

  /** Where unfinished work lies. */
  Path work() {
    return work;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
