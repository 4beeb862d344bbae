package io.sextant.gradients.model;

import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;

/**
 * A trained network as read from a file.
 *
 * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
 * @param normalizer what the file says must be done to raw inputs before the network sees them
 * @param format the file's format
 * @param sha256 digest of the file's bytes, 64 lower-case hexadecimal digits
 * @param name the file's name without folders
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LoadedNetwork(
    Model network,
    Optional<Normalizer> normalizer,
    ModelFormat format,
    String sha256,
    String name) {
  public LoadedNetwork {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(normalizer, "normalizer");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(name, "name");
  }
}
