package io.sextant.gradients.keras;

import java.util.Map;
import java.util.Optional;

/**
 * The arrays of a layer by their roles.
 *
 * @param byRole such as {@code kernel} and {@code bias}
 */
record LayerWeights(Map<String, Weight> byRole) {
  LayerWeights {
    byRole = Map.copyOf(byRole);
  }

  /** An array that was asked for. */
  Weight get(String role) {
    return find(role)
        .orElseThrow(() -> new IllegalStateException("nobody asked for the weights " + role));
  }

  /** An array, if the layer has it. */
  Optional<Weight> find(String role) {
    return Optional.ofNullable(byRole.get(role));
  }
}
