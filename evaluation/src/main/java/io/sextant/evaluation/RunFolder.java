package io.sextant.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.file.PathUtils;

/**
 * The output folder of one run, held by an operating-system lock, which a killed process gives up.
 *
 * <p>A fingerprint of everything that the figures depend on says whether what lies there already
 * belongs to the same run.
 */
final class RunFolder implements AutoCloseable {
  private static final String FINGERPRINT = "fingerprint";

  /** In the place of a fingerprint; no run has it. */
  private static final String UNKNOWN = "unknown";

  private final Path folder;
  private final FolderLock lock;

  private RunFolder(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens or creates the folder.
   *
   * @param fingerprint of the run; empty where nobody can tell whether an earlier one was the same
   * @throws IllegalArgumentException when it cannot be written, is in use, or holds another run
   */
  static RunFolder open(Path folder, Optional<String> fingerprint, boolean overwrite)
      throws IOException {
    RunFolder opened = new RunFolder(folder, FolderLock.of(folder));
    boolean ready = false;
    try {
      opened.claim(fingerprint, overwrite);
      ready = true;
      return opened;
    } finally {
      if (!ready) {
        opened.close();
      }
    }
  }

  private void claim(Optional<String> fingerprint, boolean overwrite) throws IOException {
    Path file = lock.work().resolve(FINGERPRINT);
    boolean foreign =
        Files.exists(file)
            ? !fingerprint.equals(Optional.of(Files.readString(file)))
            : holdsResults();
    if (foreign) {
      if (!overwrite) {
        throw new IllegalArgumentException(
            (fingerprint.isPresent()
                    ? "%s holds a run with another spec, model, data or settings; choose another folder with --out, or replace it with --overwrite"
                    : "%s holds a run, and the predictor does not say whether it is the one of that run; give it a fingerprint, choose another folder with --out, or replace the run with --overwrite")
                .formatted(folder));
      }
      clear();
    }
    AtomicOutput.write(file, fingerprint.orElse(UNKNOWN));
  }

  /** Whether there are results of which nobody can tell where they came from. */
  private boolean holdsResults() {
    return Files.exists(result()) || Files.exists(samples()) || Files.exists(evidence());
  }

  /** Removes what earlier runs have left, and nothing else. */
  private void clear() throws IOException {
    PathUtils.delete(units());
    PathUtils.delete(folder.resolve("evidence"));
    for (String name : new String[] {"result.json", "samples.csv", "report.html"}) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  Path path() {
    return folder;
  }

  Path units() {
    return lock.work().resolve("units");
  }

  Path evidence() {
    return folder.resolve("evidence");
  }

  /** Whether there is a result, and nothing left to go on with. */
  boolean finished() {
    return Files.exists(result()) && !Files.exists(units());
  }

  Path result() {
    return folder.resolve("result.json");
  }

  Path samples() {
    return folder.resolve("samples.csv");
  }

  /** Drops finished units: the results stand for them now. */
  void finish() throws IOException {
    PathUtils.delete(units());
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
