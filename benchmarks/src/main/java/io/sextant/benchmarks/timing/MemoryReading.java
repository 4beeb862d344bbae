package io.sextant.benchmarks.timing;

import java.util.List;

/**
 * The memory of a process that computed gradients.
 *
 * @param calls number of gradient calls
 * @param peak the most bytes resident at any time
 * @param resident bytes resident after each tenth of the calls
 */
public record MemoryReading(long calls, long peak, List<Long> resident) {
  public MemoryReading {
    resident = List.copyOf(resident);
  }

  /** The last reading over the first one, minus 1: what was added since the first tenth. */
  public double growth() {
    return resident.get(resident.size() - 1) / (double) resident.get(0) - 1;
  }
}
