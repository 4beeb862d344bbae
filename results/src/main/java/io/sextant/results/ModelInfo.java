package io.sextant.results;

import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The model under audit.
 *
 * @param id short name
 * @param file file name without its folder
 * @param format for example {@code DL4J zip}
 * @param sha256 of the file
 * @param parameters number of trained parameters
 * @param inputShape of one example, for example [1, 28, 28]
 * @param layers in order
 * @param head how logits become classes, for example {@code softmax}
 * @param classes class names in the order of the logits
 * @param health what was checked at load
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ModelInfo(
    String id,
    String file,
    String format,
    String sha256,
    long parameters,
    List<Integer> inputShape,
    List<Layer> layers,
    String head,
    List<String> classes,
    Health health) {
  public ModelInfo {
    Check.notBlank("model id", id);
    Check.notNegative("parameters", parameters);
    inputShape = List.copyOf(inputShape);
    layers = List.copyOf(layers);
    classes = List.copyOf(classes);
    if (classes.size() < 2) {
      throw new IllegalArgumentException(
          "model %s must have at least 2 classes but had %d".formatted(id, classes.size()));
    }
  }

  /** The name of a class, or its number where the model does not know it. */
  public String className(int label) {
    return label >= 0 && label < classes.size() ? classes.get(label) : "class " + label;
  }

  /**
   * A layer of the model.
   *
   * @param index 0-based
   * @param name unique in the model
   * @param kind for example {@code Convolution2D}
   * @param outputShape of one example
   * @param parameters number of trained parameters
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Layer(
      int index, String name, String kind, List<Integer> outputShape, long parameters) {
    public Layer {
      Check.notNegative("index", index);
      Check.notNegative("parameters", parameters);
      outputShape = List.copyOf(outputShape);
    }
  }

  /**
   * The health check at load.
   *
   * @param logitParityError largest relative difference to the network's own inference
   * @param finiteDifferenceError relative difference of a directional derivative; empty where the
   *     model has no gradients
   * @param batchIndependenceError largest relative difference between a row alone and in a batch
   * @param zeroGradientShare share of exactly zero input gradients, in [0, 1]; empty where the
   *     model has no gradients
   * @param ok whether all of it is acceptable
   * @param messages what a person should know
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Health(
      double logitParityError,
      OptionalDouble finiteDifferenceError,
      double batchIndependenceError,
      OptionalDouble zeroGradientShare,
      boolean ok,
      List<String> messages) {
    public Health {
      Check.finite("logitParityError", logitParityError);
      finiteDifferenceError.ifPresent(error -> Check.finite("finiteDifferenceError", error));
      Check.finite("batchIndependenceError", batchIndependenceError);
      zeroGradientShare.ifPresent(share -> Check.share("zeroGradientShare", share));
      messages = List.copyOf(messages);
    }
  }
}
