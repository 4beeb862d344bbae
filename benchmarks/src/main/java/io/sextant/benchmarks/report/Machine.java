package io.sextant.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a run took place.
 *
 * @param cpu the processor's name, with its family and model, since names may be short
 * @param cores cores that may be used
 * @param vectors the widest vector instructions that it names
 * @param system the operating system
 * @param java the JVM
 */
public record Machine(String cpu, int cores, String vectors, String system, String java) {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  /** This machine. */
  public static Machine here() throws IOException {
    String flags = " " + field("flags") + " ";
    String vectors =
        flags.contains(" avx512f ") ? "AVX-512" : flags.contains(" avx2 ") ? "AVX2" : "no AVX2";
    return new Machine(
        "%s (family %s, model %s)"
            .formatted(field("model name"), field("cpu family"), field("model")),
        Runtime.getRuntime().availableProcessors(),
        vectors,
        "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")),
        "%s %s"
            .formatted(
                System.getProperty("java.vm.name"), System.getProperty("java.runtime.version")));
  }

  /** Processor, cores and vectors: what figures belong to. */
  public String title() {
    return "%s, %d cores, %s".formatted(cpu, cores, vectors);
  }

  private static String field(String name) throws IOException {
    if (!Files.isReadable(CPU)) {
      return "unknown " + System.getProperty("os.arch");
    }
    return Files.readAllLines(CPU).stream()
        .filter(line -> line.split(":", 2)[0].strip().equals(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
