package io.sextant.results;

import java.util.Map;
import org.apiguardian.api.API;

/**
 * The only volatile part of a result: everything outside it is byte-identical on re-run.
 *
 * @param started ISO 8601 instant
 * @param finished ISO 8601 instant
 * @param durationsMillis wall time per phase
 * @param cpu processor name and number of cores
 * @param os name, version and architecture
 * @param java vendor and version
 * @param threads used for computing, at least 1
 * @param nativeThreads how many of them work on one engine call together, at least 1
 * @param command the full command line
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RunInfo(
    String started,
    String finished,
    Map<String, Long> durationsMillis,
    String cpu,
    String os,
    String java,
    int threads,
    int nativeThreads,
    String command) {
  public RunInfo {
    durationsMillis = Check.sorted(durationsMillis);
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but was " + threads);
    }
    if (nativeThreads < 1) {
      throw new IllegalArgumentException(
          "native threads must be at least 1 but were " + nativeThreads);
    }
  }
}
