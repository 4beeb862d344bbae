package io.sextant.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All timings of a run. */
public final class Measurements {
  private final Map<Question, Map<Contender, Series>> series = new LinkedHashMap<>();
  private final Map<Question, Map<Contender, Integer>> found = new LinkedHashMap<>();

  /** Adds the medians of a result file of JMH to a round. */
  public void add(Path jmhResult, int round) throws IOException {
    for (JsonNode entry : new ObjectMapper().readTree(jmhResult.toFile())) {
      String benchmark = entry.required("benchmark").asText();
      JsonNode parameters = entry.required("params");
      Question question =
          new Question(
              benchmark.substring(benchmark.lastIndexOf('.') + 1),
              Network.of(parameters.required("network").asText()),
              parameters.path("batch").asInt(0),
              parameters.path("threads").asInt(0));
      JsonNode metric = entry.required("primaryMetric");
      if (!metric.required("scoreUnit").asText().equals("ms/op")) {
        throw new IOException("%s is not in milliseconds".formatted(jmhResult));
      }
      Contender contender = Contender.of(parameters.required("contender").asText());
      JsonNode broken = entry.path("secondaryMetrics").path("broken").path("score");
      if (broken.isNumber()) {
        found(question, contender, broken.asInt());
      }
      add(
          question,
          contender,
          round,
          metric.required("scorePercentiles").required("50.0").asDouble());
    }
  }

  /** Adds the median of a round. */
  public void add(Question question, Contender contender, int round, double millis) {
    series
        .computeIfAbsent(question, key -> new EnumMap<>(Contender.class))
        .computeIfAbsent(contender, key -> new Series())
        .add(round, millis);
  }

  /** The timings of a question in a library, if it has any. */
  public Optional<Series> series(Question question, Contender contender) {
    return Optional.ofNullable(series.getOrDefault(question, Map.of()).get(contender));
  }

  /** Adds how many examples an attack broke or found wrong. */
  public void found(Question question, Contender contender, int broken) {
    found.computeIfAbsent(question, key -> new EnumMap<>(Contender.class)).put(contender, broken);
  }

  /** How many examples an attack broke or found wrong, by library. */
  public Map<Contender, Integer> found(Question question) {
    return Collections.unmodifiableMap(found.getOrDefault(question, Map.of()));
  }

  /** How many times faster one library is than another. */
  public Optional<Ratio> ratio(Question question, Contender fast, Contender slow) {
    Optional<Series> own = series(question, fast);
    Optional<Series> other = series(question, slow);
    return own.isPresent() && other.isPresent()
        ? own.get().shorterThan(other.get())
        : Optional.empty();
  }

  /** How many times as long a question took as another one in the same library. */
  public Optional<Ratio> cost(Question dear, Question cheap, Contender contender) {
    Optional<Series> longer = series(dear, contender);
    Optional<Series> shorter = series(cheap, contender);
    return longer.isPresent() && shorter.isPresent()
        ? shorter.get().shorterThan(longer.get())
        : Optional.empty();
  }
}
