package io.sextant.maven.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * The Java that a worker runs in.
 *
 * @param java executable
 * @param maxHeap of the Java heap, for example {@code 2g}
 * @param maxBytes of native memory, for example {@code 4g}
 * @param options more of them, last, so that they win
 * @param environment variables besides those of the build
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record WorkerJvm(
    Path java,
    Optional<String> maxHeap,
    Optional<String> maxBytes,
    List<String> options,
    Map<String, String> environment) {
  private static final String DEFAULT_HEAP = "1g";

  public WorkerJvm {
    maxHeap.ifPresent(size -> requireSize("sextant.fork.maxHeap", size));
    maxBytes.ifPresent(size -> requireSize("sextant.fork.maxBytes", size));
    options = List.copyOf(options);
    // One native thread per worker thread: the worker makes its own.
    Map<String, String> variables = new TreeMap<>(Map.of("OMP_NUM_THREADS", "1"));
    environment.forEach(
        (name, value) -> {
          if (value == null) {
            throw new IllegalArgumentException(
                "<forkEnv> must give each variable a value, but %s has none".formatted(name));
          }
          variables.put(name, value);
        });
    environment = Map.copyOf(variables);
  }

  private static void requireSize(String setting, String size) {
    if (!size.matches("[1-9]\\d{0,17}[kKmMgGtT]?")) {
      throw new IllegalArgumentException(
          "%s must be a size such as 512m or 4g but was '%s'".formatted(setting, size));
    }
  }

  /** How much the Java heap may hold. */
  public String heap() {
    return maxHeap.orElse(DEFAULT_HEAP);
  }

  /**
   * The options that are not the user's own, in order.
   *
   * @param folder for the log of a crash
   * @throws IOException if the version of Java cannot be read
   */
  List<String> usual(Path folder) throws IOException {
    List<String> arguments = new ArrayList<>(new JavaRuntime(java).nativeOptions());
    arguments.add("-Xmx" + heap());
    maxBytes.ifPresent(
        size -> {
          arguments.add("-Dorg.bytedeco.javacpp.maxbytes=" + size);
          // The physical limit counts the Java heap and mapped libraries too: a second, vaguer one.
          arguments.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
        });
    arguments.add("-Djava.awt.headless=true");
    arguments.add("-XX:-CreateCoredumpOnCrash");
    arguments.add("-XX:ErrorFile=" + folder.resolve("hs_err_pid%p.log"));
    // The plugin reads UTF-8 whatever the platform says; names are converted by Java as ever.
    for (String stream : List.of("file", "stdout", "stderr", "sun.stdout", "sun.stderr")) {
      arguments.add("-D" + stream + ".encoding=UTF-8");
    }
    return arguments;
  }
}
