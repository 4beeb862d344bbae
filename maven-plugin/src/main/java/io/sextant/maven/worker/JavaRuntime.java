package io.sextant.maven.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * An installed Java.
 *
 * @param executable that starts it
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record JavaRuntime(Path executable) {
  /** From here on Java warns of native code and of memory outside of its heap, which ND4J needs. */
  private static final int WARNS = 24;

  private static final Pattern VERSION =
      Pattern.compile("(?m)^JAVA_VERSION=\"(?:1\\.)?(\\d{1,4})\\b.*$");

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
    Path release = release();
    if (Files.isRegularFile(release)) {
      return Files.readString(release);
    }
    return executable.equals(current().executable())
        ? System.getProperty("java.vendor", "") + " " + System.getProperty("java.version", "")
        : executable.toString();
  }

  private Path release() {
    return executable.toAbsolutePath().resolveSibling("..").normalize().resolve("release");
  }

  /** Its feature version, such as 17; absent where it does not say so. */
  OptionalInt feature() throws IOException {
    if (executable.equals(current().executable())) {
      return OptionalInt.of(Runtime.version().feature());
    }
    Path release = release();
    Matcher version =
        VERSION.matcher(Files.isRegularFile(release) ? Files.readString(release) : "");
    return version.find()
        ? OptionalInt.of(Integer.parseInt(version.group(1)))
        : OptionalInt.empty();
  }

  /**
   * The options with which native code runs without a warning. Older versions do not know them, and
   * need none.
   *
   * @throws IOException if the version cannot be read
   */
  List<String> nativeOptions() throws IOException {
    return feature().orElse(0) >= WARNS
        ? List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
        : List.of();
  }
}
