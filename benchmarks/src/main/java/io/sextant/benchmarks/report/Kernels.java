package io.sextant.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels that a network's input gradient consists of.
 *
 * @param all the dearest first
 * @param coreOperationsPerSecond the best of one core at multiplying matrices
 */
public record Kernels(List<Kernel> all, double coreOperationsPerSecond) {
  /** When they were not measured. */
  public static final Kernels NONE = new Kernels(List.of(), 0);

  private static final String CALL = "onednn_verbose,exec,";
  private static final int KIND = 3;

  public Kernels {
    all = List.copyOf(all);
  }

  /** Reads what oneDNN prints when {@code DNNL_VERBOSE} is 1; other lines are passed over. */
  public static Kernels read(List<String> lines, double coreOperationsPerSecond) {
    Map<List<String>, List<Double>> times = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> fields = List.of(line.split(",", -1));
      if (line.startsWith(CALL)) {
        times
            .computeIfAbsent(
                List.of(fields.get(KIND), fields.get(fields.size() - 2)), key -> new ArrayList<>())
            .add(Double.parseDouble(fields.get(fields.size() - 1)));
      }
    }
    List<Kernel> all = new ArrayList<>();
    times.forEach(
        (key, millis) -> {
          Collections.sort(millis);
          all.add(new Kernel(key.get(0), key.get(1), millis.size(), millis.get(millis.size() / 2)));
        });
    all.sort(Comparator.comparingDouble(Kernel::total).reversed());
    return new Kernels(all, coreOperationsPerSecond);
  }

  /** The part of a kernel in the time of all. */
  double share(Kernel kernel) {
    return kernel.total() / all.stream().mapToDouble(Kernel::total).sum();
  }
}
