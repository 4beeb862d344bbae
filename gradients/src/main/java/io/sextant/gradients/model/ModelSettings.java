package io.sextant.gradients.model;

import io.sextant.gradients.graph.Operation;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a user says about a model that its file does not.
 *
 * @param preprocessing the map from the inputs to what the network takes; not for files that bring
 *     a normaliser
 * @param output which output, for graphs with several
 * @param logits whether the outputs are logits of classes although no classification loss says so
 * @param normalizerUnits what numbers the file's normaliser takes; found out where they are certain
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ModelSettings(
    Optional<Operation.Rescale> preprocessing,
    Optional<String> output,
    boolean logits,
    Optional<NormalizerUnits> normalizerUnits) {
  /** Nothing is said. */
  public static final ModelSettings DEFAULT =
      new ModelSettings(Optional.empty(), Optional.empty(), false, Optional.empty());

  /** With a map from the inputs to what the network takes. */
  public ModelSettings withPreprocessing(Operation.Rescale map) {
    return new ModelSettings(Optional.of(map), output, logits, normalizerUnits);
  }

  /** With the output of this name, for graphs with several. */
  public ModelSettings withOutput(String name) {
    return new ModelSettings(preprocessing, Optional.of(name), logits, normalizerUnits);
  }

  /** With outputs that are logits of classes, for networks that end without an activation. */
  public ModelSettings withLogits() {
    return new ModelSettings(preprocessing, output, true, normalizerUnits);
  }

  /** With the numbers that the file's normaliser takes. */
  public ModelSettings withNormalizerUnits(NormalizerUnits units) {
    return new ModelSettings(preprocessing, output, logits, Optional.of(units));
  }
}
