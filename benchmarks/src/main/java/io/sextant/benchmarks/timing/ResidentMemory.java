package io.sextant.benchmarks.timing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says about this process's memory. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Bytes in memory now. */
  static long now() throws IOException {
    return bytes("VmRSS:");
  }

  /** The most bytes in memory at any time. */
  static long peak() throws IOException {
    return bytes("VmHWM:");
  }

  private static long bytes(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("%s has no field %s".formatted(STATUS, field));
  }
}
