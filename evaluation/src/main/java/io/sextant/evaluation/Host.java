package io.sextant.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine at hand, in words. */
final class Host {
  private Host() {}

  static String cpu() {
    int cores = Runtime.getRuntime().availableProcessors();
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try {
        for (String line : Files.readAllLines(info)) {
          if (line.startsWith("model name")) {
            return "%s, %d cores".formatted(line.substring(line.indexOf(':') + 1).trim(), cores);
          }
        }
      } catch (IOException e) {
        // Not worth a failed audit; the architecture is given below.
      }
    }
    return "%s, %d cores".formatted(System.getProperty("os.arch"), cores);
  }
}
