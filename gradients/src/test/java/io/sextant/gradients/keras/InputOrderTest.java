package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data in another shape than the network's: put in its order, or refused. */
class InputOrderTest {
  private static TrainedModel model(byte[] file, int... shape) {
    InputDomain domain = InputDomain.box(Shape.of(shape).elements(), -1, 1);
    return TrainedModel.of(
        ModelFile.read("i.h5", file),
        ModelInput.of(Shape.of(shape), domain),
        ModelSettings.DEFAULT);
  }

  /** A network trained on images flattened as Keras has them: rows, columns, channels. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void colour_images_are_flattened_in_keras_order_for_a_network_of_vectors(boolean stated) {
    Tensor kernel = Tensor.random(300, 12, 2);
    byte[] file =
        Sequence.of(12)
            .layer(
                "Dense",
                "\"units\": 2, \"use_bias\": false, \"activation\": \"linear\"",
                Sequence.arrays("kernel", kernel))
            .hdf5("2.4.0", "tensorflow", json -> stated ? json : json.replace("12", "null"));
    Tensor image = Tensor.random(301, 2, 2, 3);
    double expected = 0;
    for (int i = 0; i < 12; i++) {
      expected += image.values()[i] * kernel.get(i, 1);
    }

    assertThat(model(file, 3, 2, 2).outputs(new double[][] {image.data()})[0][1])
        .isCloseTo(expected, within(1e-12));
  }

  /** An array of rank 3 is an image of one channel or a sequence; the network tells which. */
  @Test
  void arrays_of_one_channel_are_sequences_for_networks_that_read_steps() {
    Sequence averaged = Sequence.of(6, 4).layer("GlobalAveragePooling1D", "");
    Sequence windows =
        Sequence.of(6, 4)
            .layer("Activation", "\"activation\": \"tanh\"")
            .layer("MaxPooling1D", "\"pool_size\": [2], \"strides\": [2], \"padding\": \"valid\"")
            .layer("Flatten", "");
    Sequence flat = Sequence.of(6, 4).layer("Flatten", "");
    Sequence image =
        Sequence.of(6, 4)
            .layer("Reshape", "\"target_shape\": [6, 4, 1]")
            .layer("GlobalAveragePooling2D", "");
    for (Sequence sequence : new Sequence[] {averaged, windows}) {
      assertThat(model(sequence.hdf5("2.4.0", "tensorflow"), 1, 6, 4).inputShape())
          .isEqualTo(Shape.of(6, 4));
    }
    for (Sequence one : new Sequence[] {flat, image}) {
      assertThat(model(one.hdf5("2.4.0", "tensorflow"), 1, 6, 4).inputShape())
          .isEqualTo(Shape.of(1, 6, 4));
    }
  }

  @Test
  void values_are_not_cut_again_into_rows_of_another_length() {
    byte[] sequences =
        Sequence.of(6, 4).layer("GlobalAveragePooling1D", "").hdf5("2.4.0", "tensorflow");
    assertThatThrownBy(() -> model(sequences, 4, 6)).hasMessageContainingAll("[6, 4]", "[4, 6]");
    assertThatThrownBy(() -> model(sequences, 2, 3, 4))
        .hasMessageContainingAll("[6, 4]", "[2, 3, 4]");
    assertThat(model(sequences, 24).classes()).isEqualTo(4);
    assertThat(model(sequences, 1, 6, 4).classes()).isEqualTo(4);
    byte[] images = Sequence.of(4, 4, 1).layer("Flatten", "").hdf5("2.4.0", "tensorflow");
    assertThatThrownBy(() -> model(images, 2, 8)).hasMessageContainingAll("[1, 4, 4]", "[2, 8]");
    assertThat(model(images, 4, 4).classes()).isEqualTo(16);
  }
}
