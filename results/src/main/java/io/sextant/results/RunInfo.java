package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
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
 * @param saved passes among the {@code queries} that were asked for again, about the same inputs,
 *     and not computed again, per consumer; an audit that goes on where it was saves others. Absent
 *     in results of earlier versions
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
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<QueryCount> saved,
    String command) {
  public RunInfo {
    durationsMillis = Check.sorted(durationsMillis);
    saved = List.copyOf(saved);
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but was " + threads);
    }
    if (nativeThreads < 1) {
      throw new IllegalArgumentException(
          "native threads must be at least 1 but were " + nativeThreads);
    }
  }

  /** All that was saved, in gradients. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public double gradientsSaved() {
    return QueryCount.gradients(
        saved.stream().mapToLong(QueryCount::forwards).sum(),
        saved.stream().mapToLong(QueryCount::backwards).sum());
  }
}
