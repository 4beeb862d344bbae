package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences: recurrent layers, their wrappers, masks and attention, against plain loops. */
class RecurrentLayersTest {
  private static final int TIME = 5;
  private static final int FEATURES = 3;
  private static final int UNITS = 4;
  private static final Tensor INPUT = Tensor.random(40, TIME, FEATURES);

  private static void computes(Sequence sequence, Tensor input, Tensor expected) {
    for (byte[] file :
        new byte[][] {sequence.hdf5("2.4.0", "tensorflow"), sequence.archive("3.8.0")}) {
      assertThat(Sequence.answer(file, input)).containsExactly(expected.data(), within(1e-9));
    }
  }

  private record Weights(Tensor kernel, Tensor recurrent, Tensor bias) {
    static Weights of(long seed, int gates, boolean twoBiases) {
      return new Weights(
          Tensor.random(seed, FEATURES, gates * UNITS),
          Tensor.random(seed + 1, UNITS, gates * UNITS),
          twoBiases
              ? Tensor.random(seed + 2, 2, gates * UNITS)
              : Tensor.random(seed + 2, gates * UNITS));
    }

    Map<String, Tensor> arrays(String part) {
      return Sequence.arrays(
          part + "cell/kernel",
          kernel,
          part + "cell/recurrent_kernel",
          recurrent,
          part + "cell/bias",
          bias);
    }
  }

  private static boolean[] all() {
    boolean[] counts = new boolean[TIME];
    Arrays.fill(counts, true);
    return counts;
  }

  private static Tensor answered(Tensor states, boolean sequences) {
    return sequences
        ? states
        : new Tensor(
            new int[] {UNITS},
            Arrays.copyOfRange(states.values(), (TIME - 1) * UNITS, TIME * UNITS));
  }

  private static String course(boolean sequences, boolean backwards) {
    return "\"return_sequences\": %s, \"go_backwards\": %s, \"return_state\": false, \"stateful\": false, \"unroll\": false"
        .formatted(sequences, backwards);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void recurrent_layers(boolean sequences, boolean backwards) {
    Weights lstm = Weights.of(50, 4, false);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer(
                "LSTM",
                "\"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", \"implementation\": 2, "
                    + course(sequences, backwards),
                lstm.arrays("")),
        INPUT,
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.lstm(lstm.kernel(), lstm.recurrent(), lstm.bias(), Slow::sigmoid),
                backwards,
                all()),
            sequences));
    for (boolean after : new boolean[] {true, false}) {
      Weights gru = Weights.of(60, 3, after);
      computes(
          Sequence.of(TIME, FEATURES)
              .layer(
                  "GRU",
                  "\"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", \"reset_after\": %s, %s"
                      .formatted(after, course(sequences, backwards)),
                  gru.arrays("")),
          INPUT,
          answered(
              Slow.recurrent(
                  INPUT,
                  UNITS,
                  Slow.gru(gru.kernel(), gru.recurrent(), gru.bias(), after),
                  backwards,
                  all()),
              sequences));
    }
    Weights simple = Weights.of(70, 1, false);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer(
                "SimpleRNN",
                "\"units\": 4, \"activation\": \"tanh\", " + course(sequences, backwards),
                simple.arrays("")),
        INPUT,
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.simple(simple.kernel(), simple.recurrent(), simple.bias()),
                backwards,
                all()),
            sequences));
  }

  /** Keras 1 has three arrays for each gate, with the candidate second. */
  @Test
  void lstm_of_keras_1() {
    Weights lstm = Weights.of(80, 4, false);
    Map<String, Tensor> arrays = Sequence.arrays();
    int[] place = {0, 2, 1, 3}; // i, c, f, o of i, f, c, o
    String[] names = {"i", "c", "f", "o"};
    for (int g = 0; g < 4; g++) {
      int from = place[g] * UNITS;
      arrays.put(
          "W_" + names[g],
          Tensor.of(new int[] {FEATURES, UNITS}, at -> lstm.kernel().get(at[0], from + at[1])));
      arrays.put(
          "U_" + names[g],
          Tensor.of(new int[] {UNITS, UNITS}, at -> lstm.recurrent().get(at[0], from + at[1])));
      arrays.put(
          "b_" + names[g], Tensor.of(new int[] {UNITS}, at -> lstm.bias().get(from + at[0])));
    }
    byte[] file =
        Sequence.of(TIME, FEATURES)
            .layer(
                "LSTM",
                "\"output_dim\": 4, \"activation\": \"tanh\", \"inner_activation\": \"hard_sigmoid\", \"return_sequences\": false, \"go_backwards\": false, \"stateful\": false, \"unroll\": false, \"consume_less\": \"cpu\", \"forget_bias_init\": \"one\", \"inner_init\": \"orthogonal\", \"init\": \"glorot_uniform\", \"W_regularizer\": null, \"U_regularizer\": null, \"b_regularizer\": null, \"dropout_W\": 0.0, \"dropout_U\": 0.0, \"input_dim\": 3, \"input_length\": null",
                arrays)
            .hdf5("1.2.2", "");
    Tensor expected =
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.lstm(
                    lstm.kernel(),
                    lstm.recurrent(),
                    lstm.bias(),
                    x -> Math.min(1, Math.max(0, 0.2 * x + 0.5))),
                false,
                all()),
            false);

    assertThat(Sequence.answer(file, INPUT)).containsExactly(expected.values(), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "concat, true",
    "concat, false",
    "sum, true",
    "sum, false",
    "mul, true",
    "mul, false",
    "ave, true",
    "ave, false"
  })
  void bidirectional_layers(String mode, boolean sequences) {
    Weights there = Weights.of(90, 4, false);
    Weights back = Weights.of(100, 4, false);
    Map<String, Tensor> arrays = there.arrays("forward_layer/");
    arrays.putAll(back.arrays("backward_layer/"));
    Tensor forward =
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.lstm(there.kernel(), there.recurrent(), there.bias(), Slow::sigmoid),
                false,
                all()),
            sequences);
    Tensor backward =
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.lstm(back.kernel(), back.recurrent(), back.bias(), Slow::sigmoid),
                true,
                all()),
            sequences);
    int rows = sequences ? TIME : 1;
    int width = mode.equals("concat") ? 2 * UNITS : UNITS;
    Tensor merged =
        Tensor.of(
            new int[] {rows, width},
            at -> {
              double a = forward.values()[at[0] * UNITS + at[1] % UNITS];
              // The states of the way back stand at the steps that they saw last.
              int row = sequences ? TIME - 1 - at[0] : 0;
              double b = backward.values()[row * UNITS + at[1] % UNITS];
              return switch (mode) {
                case "sum" -> a + b;
                case "mul" -> a * b;
                case "ave" -> (a + b) / 2;
                default -> at[1] < UNITS ? a : b;
              };
            });
    computes(
        Sequence.of(TIME, FEATURES)
            .layer(
                "Bidirectional",
                ("\"merge_mode\": \"%s\", \"layer\": {\"class_name\": \"LSTM\", \"config\": {\"name\": \"lstm\","
                        + " \"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", %s}}")
                    .formatted(mode, course(sequences, false)),
                arrays),
        INPUT,
        sequences ? merged : new Tensor(new int[] {width}, merged.values()));
  }

  /** Steps of zeros do not count, wherever they stand. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void masked_steps_are_left_out(boolean sequences) {
    Tensor input =
        Tensor.of(
            INPUT.sizes(),
            at -> at[0] == 0 || at[0] == 3 ? -1 : INPUT.get(at) == -1 ? 0 : INPUT.get(at));
    boolean[] counts = {false, true, true, false, true};
    Weights lstm = Weights.of(110, 4, false);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer("Masking", "\"mask_value\": -1.0")
            .layer("Dropout", "\"rate\": 0.5")
            .layer(
                "LSTM",
                "\"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", "
                    + course(sequences, false),
                lstm.arrays("")),
        input,
        answered(
            Slow.recurrent(
                input,
                UNITS,
                Slow.lstm(lstm.kernel(), lstm.recurrent(), lstm.bias(), Slow::sigmoid),
                false,
                counts),
            sequences));
  }

  /** Keras hands a mask on as it came, also from a layer that answers from the end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void masks_stay_as_they_are_when_a_sequence_is_turned(boolean zeros) {
    Tensor input = Tensor.of(INPUT.sizes(), at -> at[0] == 0 || at[0] == 1 ? 0 : INPUT.get(at));
    boolean[] counts = {false, false, true, true, true};
    Weights gru = Weights.of(130, 3, true);
    Tensor states =
        Slow.recurrent(
            input, UNITS, Slow.gru(gru.kernel(), gru.recurrent(), gru.bias(), true), true, counts);
    Tensor mean =
        Tensor.of(
            new int[] {UNITS},
            at -> {
              double sum = 0;
              for (int t = 2; t < TIME; t++) {
                // Steps 1 and 0 come last on the way back.
                sum += zeros && t >= 3 ? 0 : states.get(t, at[0]);
              }
              return sum / 3;
            });
    computes(
        Sequence.of(TIME, FEATURES)
            .layer("Masking", "\"mask_value\": 0.0")
            .layer(
                "GRU",
                "\"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", \"reset_after\": true, \"zero_output_for_mask\": %s, %s"
                    .formatted(zeros, course(true, true)),
                gru.arrays(""))
            .layer("GlobalAveragePooling1D", ""),
        input,
        mean);
  }

  /** Keras has both ways answer zeros at masked steps, and writes so since Keras 3. */
  @ParameterizedTest
  @ValueSource(strings = {"", ", \"zero_output_for_mask\": true"})
  void bidirectional_layers_answer_zeros_at_masked_steps(String told) {
    Tensor input = Tensor.of(INPUT.sizes(), at -> at[0] == 3 ? 0 : INPUT.get(at));
    boolean[] counts = {true, true, true, false, true};
    Weights there = Weights.of(140, 1, false);
    Weights back = Weights.of(150, 1, false);
    Map<String, Tensor> arrays = there.arrays("forward_layer/");
    arrays.putAll(back.arrays("backward_layer/"));
    Tensor forward =
        Slow.recurrent(
            input,
            UNITS,
            Slow.simple(there.kernel(), there.recurrent(), there.bias()),
            false,
            counts);
    Tensor backward =
        Slow.recurrent(
            input, UNITS, Slow.simple(back.kernel(), back.recurrent(), back.bias()), true, counts);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer("Masking", "\"mask_value\": 0.0")
            .layer(
                "Bidirectional",
                ("\"merge_mode\": \"sum\", \"layer\": {\"class_name\": \"SimpleRNN\", \"config\": {\"name\": \"r\","
                        + " \"units\": 4, \"activation\": \"tanh\", %s%s}}")
                    .formatted(course(true, false), told),
                arrays),
        input,
        Tensor.of(
            forward.sizes(),
            at -> counts[at[0]] ? forward.get(at) + backward.get(TIME - 1 - at[0], at[1]) : 0));
  }

  /** Both ways may have one name, and are still two layers. */
  @Test
  void the_two_ways_of_one_name_have_weights_of_their_own() {
    Weights there = Weights.of(160, 1, false);
    Weights back = Weights.of(170, 1, false);
    Map<String, Tensor> arrays = there.arrays("forward_layer/");
    arrays.putAll(back.arrays("backward_layer/"));
    String layer =
        "{\"class_name\": \"SimpleRNN\", \"config\": {\"name\": \"a\", \"units\": 4, \"activation\": \"tanh\", %s}}";
    Tensor forward =
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.simple(there.kernel(), there.recurrent(), there.bias()),
                false,
                all()),
            false);
    Tensor backward =
        answered(
            Slow.recurrent(
                INPUT,
                UNITS,
                Slow.simple(back.kernel(), back.recurrent(), back.bias()),
                true,
                all()),
            false);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer(
                "Bidirectional",
                "\"merge_mode\": \"sum\", \"layer\": %s, \"backward_layer\": %s"
                    .formatted(
                        layer.formatted(course(false, false)),
                        layer.formatted(course(false, true))),
                arrays),
        INPUT,
        Tensor.of(new int[] {UNITS}, at -> forward.get(at) + backward.get(at)));
  }

  /** More steps than a file of floats could hold copies of the weights. */
  @Test
  void a_layer_is_applied_to_many_steps() {
    Tensor film = Tensor.random(180, 9, 4, 4, 1);
    Tensor kernel = Tensor.random(181, 4, 4, 1, 200);
    double[] expected = new double[9 * 200];
    for (int t = 0; t < 9; t++) {
      for (int k = 0; k < 200; k++) {
        for (int i = 0; i < 16; i++) {
          expected[200 * t + k] += film.values()[16 * t + i] * kernel.values()[200 * i + k];
        }
      }
    }
    computes(
        Sequence.of(9, 4, 4, 1)
            .layer(
                "TimeDistributed",
                "\"layer\": {\"class_name\": \"Conv2D\", \"config\": {\"name\": \"c\", \"filters\": 200, \"kernel_size\": [4, 4], \"use_bias\": false}}",
                Sequence.arrays("layer/kernel", kernel))
            .layer(
                "TimeDistributed",
                "\"layer\": {\"class_name\": \"Flatten\", \"config\": {\"name\": \"f\"}}"),
        film,
        new Tensor(new int[] {9, 200}, expected));
  }

  @Test
  void means_over_time_leave_masked_steps_out() {
    Tensor input = Tensor.of(INPUT.sizes(), at -> at[0] >= 2 ? 0 : INPUT.get(at));
    computes(
        Sequence.of(TIME, FEATURES)
            .layer("Masking", "\"mask_value\": 0.0")
            .layer(
                "GlobalAveragePooling1D",
                "\"data_format\": \"channels_last\", \"keepdims\": false"),
        input,
        Tensor.of(new int[] {FEATURES}, at -> (input.get(0, at[0]) + input.get(1, at[0])) / 2));
  }

  @Test
  void layers_are_applied_to_each_step() {
    Tensor kernel = Tensor.random(120, FEATURES, 2);
    Tensor bias = Tensor.random(121, 2);
    computes(
        Sequence.of(TIME, FEATURES)
            .layer(
                "TimeDistributed",
                "\"layer\": {\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2, \"activation\": \"tanh\"}}",
                Sequence.arrays("layer/kernel", kernel, "layer/bias", bias)),
        INPUT,
        Slow.plus(Slow.dense(INPUT, kernel), bias).map(Math::tanh));
    Tensor film = Tensor.random(122, 2, 3, 3, 2);
    Tensor filters = Tensor.random(123, 2, 2, 2, 3);
    double[] frames =
        java.util.stream.IntStream.range(0, 2)
            .boxed()
            .flatMapToDouble(
                t ->
                    Arrays.stream(
                        Slow.convolution(
                                new Tensor(
                                    new int[] {3, 3, 2},
                                    Arrays.copyOfRange(film.values(), 18 * t, 18 * (t + 1))),
                                filters,
                                new Slow.Steps(1, 1, "valid", 1))
                            .values()))
            .toArray();
    computes(
        Sequence.of(2, 3, 3, 2)
            .layer(
                "TimeDistributed",
                "\"layer\": {\"class_name\": \"Conv2D\", \"config\": {\"name\": \"c\", \"filters\": 3, \"kernel_size\": [2, 2], \"use_bias\": false}}",
                Sequence.arrays("layer/kernel", filters))
            .layer(
                "TimeDistributed",
                "\"layer\": {\"class_name\": \"Flatten\", \"config\": {\"name\": \"f\"}}"),
        film,
        new Tensor(new int[] {2, 12}, frames));
  }
}
