package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What the model makes of each clean example: three lists of one length. An audit that was cut
 * short has no rows of attacks for some of them.
 *
 * @param samples rows of the data, each once
 * @param labels right classes
 * @param predicted classes, {@link SampleRow#NO_CLASS} where the output is not finite
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Predictions(List<Integer> samples, List<Integer> labels, List<Integer> predicted) {
  public Predictions {
    samples = List.copyOf(samples);
    labels = List.copyOf(labels);
    predicted = List.copyOf(predicted);
    if (labels.size() != samples.size() || predicted.size() != samples.size()) {
      throw new IllegalArgumentException(
          "predictions must have as many labels and classes as samples but have %s, %s and %s"
              .formatted(labels.size(), predicted.size(), samples.size()));
    }
  }

  /** The same, from one by one. */
  public static Predictions of(List<Aggregates.CleanPrediction> clean) {
    return new Predictions(
        clean.stream().map(Aggregates.CleanPrediction::sample).toList(),
        clean.stream().map(Aggregates.CleanPrediction::label).toList(),
        clean.stream().map(Aggregates.CleanPrediction::predicted).toList());
  }

  /** The same, one by one. */
  @JsonIgnore
  public List<Aggregates.CleanPrediction> clean() {
    return IntStream.range(0, samples.size())
        .mapToObj(
            i -> new Aggregates.CleanPrediction(samples.get(i), labels.get(i), predicted.get(i)))
        .toList();
  }
}
