package io.sextant.benchmarks.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.model.TrainedModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResNet20Test {
  private static InferenceGraph graph() {
    return TrainedModel.of(
            Dl4jNetwork.of(ResNet20.create()), Network.RESNET_20.signature(CHECKOUT).input())
        .graph();
  }

  private static final Checkout CHECKOUT = new Checkout(Path.of(".."));

  @Test
  void has_the_layers_of_the_paper() {
    InferenceGraph graph = graph();
    assertThat(graph.nodes())
        .filteredOn(node -> node.operation() instanceof Operation.Convolution)
        .as("19 convolutions and two projections")
        .hasSize(21);
    assertThat(graph.nodes())
        .filteredOn(node -> node.operation() instanceof Operation.Affine)
        .hasSize(1);
    assertThat(graph.node("s3b3").orElseThrow().shape().sizes()).containsExactly(64, 8, 8);
  }

  @Test
  void has_as_many_parameters_as_the_paper_and_two_projections() {
    // Convolutions: stem 3*16*9; 6 of 16*16*9; 16*32*9 + 5 of 32*32*9; 32*64*9 + 5 of 64*64*9.
    long convolutions = 9 * (3 * 16 + 6 * 16 * 16 + 16 * 32 + 5 * 32 * 32 + 32 * 64 + 5 * 64 * 64);
    long projections = 16 * 32 + 32 * 64;
    // Mean, variance, scale and shift per channel: 7 norms of 16; 6 of 32 and of 64, 1 more each.
    long norms = 4 * (7 * 16 + 7 * 32 + 7 * 64);
    long dense = 64 * 10 + 10;
    long all = graph().weights().count();
    assertThat(all).isEqualTo(convolutions + projections + norms + dense);
    assertThat(all / 1e6).isCloseTo(0.27, within(0.01));
  }

  @Test
  void forward_takes_twice_the_multiply_adds_of_the_paper() {
    // Per stage: 6 convolutions of equal cost; the first of a later stage has half the inputs.
    long stem = 1024L * 16 * 3 * 9;
    long first = 6 * 1024L * 16 * 16 * 9;
    long second = 256L * 32 * 9 * (16 + 5 * 32);
    long third = 64L * 64 * 9 * (32 + 5 * 64);
    long projections = 256L * 32 * 16 + 64L * 64 * 32;
    long multiplyAdds = stem + first + second + third + projections + 640;
    long operations = FloatingPointOperations.forward(graph());
    assertThat(operations).isEqualTo(2 * multiplyAdds);
    assertThat(operations / 1e6).as("about 82 MFLOP").isCloseTo(82, within(1.0));
  }
}
