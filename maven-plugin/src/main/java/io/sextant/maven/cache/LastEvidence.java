package io.sextant.maven.cache;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.apiguardian.api.API;

/**
 * What the last build broke its models with. A worker tries these inputs first: one forward pass
 * each, and often enough to settle a rule. And results from the cache get their evidence back from
 * here.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LastEvidence {
  private final Path directory;
  private final Consumer<String> reasons;

  /**
   * The evidence of one execution in one module.
   *
   * @param directory with a folder per model, that may not exist yet
   * @param reasons receives the reason why something is not kept
   */
  public LastEvidence(Path directory, Consumer<String> reasons) {
    this.directory = directory;
    this.reasons = reasons;
  }

  /** The folder that a worker gets. */
  public Path directory() {
    return directory;
  }

  /** Whether there is any. */
  public boolean exists() {
    return Files.isDirectory(directory);
  }

  /**
   * Keeps what a worker found, in place of what was kept before. Evidence that cannot be kept costs
   * time, not the build.
   *
   * @param model id
   * @param evidence folder that the worker wrote; nothing happens if there is none
   */
  public void keep(String model, Path evidence) {
    if (!Files.isRegularFile(evidence.resolve("index.csv"))) {
      return;
    }
    Path kept = directory.resolve(model);
    Path temporary =
        directory.resolve(
            ".%s-%d-%d.tmp"
                .formatted(model, ProcessHandle.current().pid(), Thread.currentThread().getId()));
    try {
      try {
        share(evidence, temporary);
        PathUtils.delete(kept);
        Files.move(temporary, kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        PathUtils.delete(temporary);
      }
    } catch (IOException e) {
      reasons.accept("the adversarial inputs of model %s are not kept: %s".formatted(model, e));
    }
  }

  /**
   * Puts the evidence of a model back beside its results, if it is theirs.
   *
   * @param model id
   * @param manifest SHA-256 of the manifest that the results name
   * @param evidence folder to put it into, that does not exist
   * @return whether that was done
   * @throws IOException if it is there and cannot be put back
   */
  public boolean putBack(String model, String manifest, Path evidence) throws IOException {
    Path kept = directory.resolve(model);
    Path listed = kept.resolve("manifest.json");
    if (!Files.isRegularFile(listed) || !ContentDigest.sha256(listed).equals(manifest)) {
      return false;
    }
    share(kept, evidence);
    return true;
  }

  /**
   * Nobody alters evidence in its place, so two folders may share its files where the file system
   * lets them.
   */
  private static void share(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from, Files::isRegularFile)) {
      for (Path file : files) {
        Path own = to.resolve(file.getFileName());
        try {
          Files.createLink(own, file);
        } catch (IOException | UnsupportedOperationException e) {
          Files.copy(file, own);
        }
      }
    }
  }
}
