package io.sextant.gradients.model;

import io.sextant.gradients.graph.Shape;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A trained network as read from a file, with what the file says beyond the network. To use it,
 * compile it: {@code TrainedModel.of(loaded, input, settings)} puts the normaliser in front.
 *
 * @param network in the form of its framework
 * @param normalizer what the file says must be done to raw inputs before the network sees them
 * @param stated what the file says of the model's inputs and outputs
 * @param format the file's format
 * @param sha256 digest of the file's bytes, or of what a predictor says of itself; 64 lower-case
 *     hexadecimal digits
 * @param name the file's name without folders
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LoadedNetwork(
    FrameworkNetwork network,
    Optional<Normalizer> normalizer,
    Stated stated,
    ModelFormat format,
    String sha256,
    String name) {
  /**
   * What a file says of a model beyond its layers.
   *
   * @param shape one example's shape, channels first
   * @param logits whether the outputs are logits: the model was trained with a loss that says so
   */
  public record Stated(Optional<Shape> shape, boolean logits) {
    /** Nothing, as in Deeplearning4j's files. */
    public static final Stated NOTHING = new Stated(Optional.empty(), false);
  }

  public LoadedNetwork {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(normalizer, "normalizer");
    Objects.requireNonNull(stated, "stated");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(name, "name");
  }

  /**
   * The network, for files without a normaliser.
   *
   * @throws IllegalStateException when the file has a normaliser, which would be lost
   */
  @Override
  public FrameworkNetwork network() {
    if (normalizer.isPresent()) {
      throw new IllegalStateException(
          name
              + " brings its own normaliser, which the bare network lacks; use"
              + " TrainedModel.read(file, input), which includes it, or networkBehindNormalizer()"
              + " if you apply it yourself");
    }
    return network;
  }

  /** The network without the file's normaliser: its inputs must be normalised before. */
  public FrameworkNetwork networkBehindNormalizer() {
    return network;
  }

  /** One example's shape, channels first: what the file states, else what the layers need. */
  public Optional<Shape> inputShape() {
    return stated.shape().or(network::inputShape);
  }
}
