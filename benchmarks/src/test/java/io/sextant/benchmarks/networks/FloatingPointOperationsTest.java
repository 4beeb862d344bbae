package io.sextant.benchmarks.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.graph.InferenceGraph;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FloatingPointOperationsTest {
  private static final Checkout CHECKOUT = new Checkout(Path.of(".."));

  @Test
  void counts_the_reference_network_layer_by_layer() {
    InferenceGraph graph = Network.REFERENCE_CNN.load(CHECKOUT).graph();
    long expected = 2L * (784 * 32 * 9 + 196 * 64 * 32 * 9 + 3136 * 128 + 128 * 10);
    assertThat(FloatingPointOperations.forward(graph)).isEqualTo(expected);
    assertThat(FloatingPointOperations.gradient(graph)).isEqualTo(2 * expected);
    assertThat(graph.weights().count()).isEqualTo(421_642);
  }

  @Test
  void counts_each_step_of_a_recurrent_layer() {
    InferenceGraph graph = Network.LSTM.load(CHECKOUT).graph();
    long expected = 2L * (64 * 4 * 128 * (32 + 128) + 128 * 10);
    assertThat(FloatingPointOperations.forward(graph)).isEqualTo(expected);
  }

  @Test
  void counts_the_products_of_attention() {
    InferenceGraph graph = Network.TRANSFORMER.load(CHECKOUT).graph();
    long projections = 64L * 64 * (3 * 64 + 64);
    long attention = 2L * 4 * 64 * 64 * 16;
    long dense = 2L * 64 * 64 * 256;
    long expected = 2 * (64 * 32 * 64 + 2 * (projections + attention + dense) + 64 * 10);
    assertThat(FloatingPointOperations.forward(graph)).isEqualTo(expected);
  }
}
