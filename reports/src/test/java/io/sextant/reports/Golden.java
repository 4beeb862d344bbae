package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected files. After a change on purpose they are written anew by a build with {@code
 * -Dsextant.golden.update}; look at the difference before you commit it.
 */
final class Golden {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private Golden() {}

  static void assertSame(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name);
    if (System.getProperty("sextant.golden.update") != null) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    }
    // A checkout may have other line ends.
    assertThat(text).isEqualTo(Files.readString(file).replace("\r", ""));
  }
}
