package io.sextant.junit;

import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a robustness test found out, model by model.
 *
 * @param models in the order of the spec, at least one
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RobustnessResults(List<RobustnessResult> models) {
  public RobustnessResults {
    models = List.copyOf(models);
  }

  /**
   * The result of a model.
   *
   * @param id as in the spec; {@code model} when the spec has one model without an id
   * @throws IllegalArgumentException if there is none
   */
  public RobustnessResult of(String id) {
    return models.stream()
        .filter(result -> result.gate().model().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the model must be one of %s but was '%s'"
                        .formatted(models.stream().map(r -> r.gate().model()).toList(), id)));
  }

  /** Whether any model failed. */
  public boolean failed() {
    return models.stream().anyMatch(RobustnessResult::failed);
  }

  /** The messages about the models that failed, or about all where none did. */
  public String message() {
    boolean failed = failed();
    return models.stream()
        .filter(result -> result.failed() || !failed)
        .map(RobustnessResult::message)
        .collect(Collectors.joining("\n\n"));
  }
}
