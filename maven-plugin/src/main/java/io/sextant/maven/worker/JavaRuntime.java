package io.sextant.maven.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * An installed Java.
 *
 * @param executable that starts it
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record JavaRuntime(Path executable) {
  /** The Java that runs this build. */
  public static JavaRuntime current() {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return new JavaRuntime(
        Path.of(System.getProperty("java.home", ""), "bin", windows ? "java.exe" : "java"));
  }

  /**
   * What tells it from others: the release file that it came with.
   *
   * @throws IOException if the file cannot be read
   */
  public String identity() throws IOException {
    Path bin = executable.toAbsolutePath().getParent();
    Path home = bin == null ? null : bin.getParent();
    if (home != null && Files.isRegularFile(home.resolve("release"))) {
      return Files.readString(home.resolve("release"));
    }
    return executable.equals(current().executable())
        ? System.getProperty("java.vendor", "") + " " + System.getProperty("java.version", "")
        : executable.toString();
  }
}
