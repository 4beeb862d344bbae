package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Output;
import io.sextant.explainers.SmoothGrad;
import io.sextant.explainers.Smoothing;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassActivationMapTest {
  private static final int PLACES = 12;
  private static final Cam RAW = Cam.DEFAULT.withRelu(false).withResize(false);

  /** The class activation map of Zhou et al.: the class's weights times the feature maps. */
  private static double[] classActivationMap(double[] maps, double[] weights, int label) {
    double[] map = new double[PLACES];
    for (int k = 0; k < Nets.CHANNELS; k++) {
      for (int i = 0; i < PLACES; i++) {
        map[i] += weights[k * Nets.CLASSES + label] * maps[k * PLACES + i];
      }
    }
    return map;
  }

  @Test
  void behind_a_global_average_and_one_dense_layer_grad_cam_is_the_class_activation_map() {
    InferenceGraph graph = Nets.pooled(1);
    Examples examples = Nets.examples(graph, 9, 1);
    double[] weights = Nets.weights(graph, "dense");
    double[] shifts = graph.weights().values(graph.output().operation().parameters().get(1));
    try (GradientService service = Nets.exact(graph).build();
        Tape tape = service.record(examples.rows())) {
      double[][] maps = tape.activation("maps");
      Explanations raw = new GradCam(RAW).explain(service, examples, Target.label());
      Explanations positive =
          new GradCam(RAW.withRelu(true)).explain(service, examples, Target.label());
      assertThat(raw.shape()).isEqualTo(Shape.of(4, 3));
      for (int i = 0; i < examples.size(); i++) {
        double[] expected = classActivationMap(maps[i], weights, examples.label(i));
        double[] found = raw.attributions()[i];
        for (int p = 0; p < PLACES; p++) {
          assertThat(found[p]).isCloseTo(expected[p] / PLACES, within(1e-12));
          assertThat(positive.attributions()[i][p]).isEqualTo(Math.max(0, found[p]));
        }
        assertThat(Arrays.stream(found).sum())
            .isCloseTo(
                raw.certificates().get(i).fInput() - shifts[examples.label(i)], within(1e-12));
      }
    }
  }

  @Test
  void behind_one_dense_layer_hires_cam_adds_up_to_the_logit_without_its_bias() {
    InferenceGraph graph = Nets.flattened(new Function.Tanh(), 2);
    Examples examples = Nets.examples(graph, 6, 2);
    double[] shifts = graph.weights().values(graph.output().operation().parameters().get(1));
    double[] weights = Nets.weights(graph, "dense");
    try (GradientService service = Nets.exact(graph).build();
        Tape tape = service.record(examples.rows())) {
      Explanations found = new HiResCam(RAW).explain(service, examples, Target.label());
      Explanations mixed = new GradCam(RAW).explain(service, examples, Target.label());
      double[][] maps = tape.activation("maps");
      for (int i = 0; i < examples.size(); i++) {
        int label = examples.label(i);
        double[] expected = new double[PLACES];
        for (int v = 0; v < maps[i].length; v++) {
          expected[v % PLACES] += weights[v * Nets.CLASSES + label] * maps[i][v];
        }
        assertThat(found.attributions()[i]).containsExactly(expected, within(1e-12));
        double without = found.certificates().get(i).fInput() - shifts[label];
        assertThat(Arrays.stream(found.attributions()[i]).sum()).isCloseTo(without, within(1e-12));
        // Grad-CAM mixes the places there.
        assertThat(Arrays.stream(mixed.attributions()[i]).sum())
            .isNotCloseTo(without, within(1e-3));
      }
    }
  }

  /** Grad-CAM from its definition, by finite differences of the network behind the layer. */
  private static double[] slowGradCam(GradientService rest, double[] maps, int label) {
    double[] weights = new double[Nets.CHANNELS];
    double step = 1e-5;
    for (int v = 0; v < maps.length; v++) {
      double[] up = maps.clone();
      double[] down = maps.clone();
      up[v] += step;
      down[v] -= step;
      double[][] logits = rest.logits(new double[][] {up, down});
      weights[v / PLACES] += (logits[0][label] - logits[1][label]) / (2 * step) / PLACES;
    }
    double[] map = new double[PLACES];
    for (int p = 0; p < PLACES; p++) {
      for (int k = 0; k < Nets.CHANNELS; k++) {
        map[p] += weights[k] * maps[k * PLACES + p];
      }
      map[p] = Math.max(0, map[p]);
    }
    return map;
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5})
  void grad_cam_is_what_its_definition_says(long seed) {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), seed);
    Examples examples = Nets.examples(graph, 4, seed);
    try (GradientService service = Nets.exact(graph).build();
        GradientService rest = Nets.exact(graph.behind("maps")).build();
        Tape tape = service.record(examples.rows())) {
      double[][] found =
          new GradCam(RAW.withRelu(true)).explain(service, examples, Target.label()).attributions();
      for (int i = 0; i < examples.size(); i++) {
        assertThat(found[i])
            .containsExactly(
                slowGradCam(rest, tape.activation("maps")[i], examples.label(i)), within(1e-7));
      }
    }
  }

  @Test
  void a_map_is_brought_to_the_inputs_size_after_the_relu_and_keeps_its_scale() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 6);
    Examples examples = Nets.examples(graph, 5, 6);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations small =
          new GradCam(RAW.withRelu(true)).explain(service, examples, Target.predicted());
      Explanations large = GradCam.DEFAULT.explain(service, examples, Target.predicted());
      assertThat(large.shape()).isEqualTo(Shape.of(6, 5));
      for (int i = 0; i < examples.size(); i++) {
        assertThat(large.attributions()[i])
            .containsExactly(new Bilinear(4, 3, 6, 5).apply(small.attributions()[i]));
      }
    }
  }

  @Test
  void maps_are_not_scaled_by_their_neighbours_or_at_all() {
    InferenceGraph graph = Nets.pooled(7);
    Examples examples = Nets.examples(graph, 8, 7);
    try (GradientService service = Nets.exact(graph).batchSize(8).build()) {
      for (Explainer explainer : List.of(GradCam.DEFAULT, HiResCam.DEFAULT)) {
        double[][] all = explainer.explain(service, examples, Target.label()).attributions();
        for (int i = 0; i < examples.size(); i++) {
          double[] alone =
              explainer.explain(service, examples.at(i), Target.label()).attributions()[0];
          assertThat(all[i]).containsExactly(alone, within(1e-12));
        }
        // Nothing brings it to [0, 1].
        assertThat(Arrays.stream(all).flatMapToDouble(Arrays::stream).max().orElseThrow())
            .isNotCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void one_forward_and_one_backward_name_the_class_too() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 8);
    Examples examples = Nets.examples(graph, 7, 8);
    try (GradientService service = Nets.exact(graph).build()) {
      for (Explainer explainer : List.of(GradCam.DEFAULT, HiResCam.DEFAULT)) {
        Explanations found =
            explainer.explain(service.as(explainer.name()), examples, Target.predicted());
        assertThat(service.meter().counts()).containsEntry(explainer.name(), new Meter.Count(7, 7));
        double[][] logits = service.logits(examples.rows());
        for (int i = 0; i < 7; i++) {
          Certificate one = found.certificates().get(i);
          assertThat(one.fInput())
              .isCloseTo(Arrays.stream(logits[i]).max().orElseThrow(), within(1e-12));
          assertThat(logits[i][one.target()]).isCloseTo(one.fInput(), within(1e-12));
          assertThat(one.gap()).isEmpty();
          assertThat(one.nodes()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void the_output_that_is_explained_is_the_targets() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 9);
    Examples one = Nets.examples(graph, 1, 9);
    try (GradientService service = Nets.exact(graph).build()) {
      Explainer explainer = new HiResCam(RAW);
      double[] logit = explainer.explain(service, one, Target.fixed(2)).attributions()[0];
      Explanations probability =
          explainer.explain(service, one, Target.fixed(2).withOutput(Output.PROBABILITY));
      assertThat(probability.attributions()[0]).isNotEqualTo(logit);
      assertThat(probability.certificates().get(0).fInput()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void the_last_feature_maps_are_those_before_channels_move_and_not_the_image() {
    for (InferenceGraph graph : List.of(Nets.channelsLast(1), Nets.ofVectors(1))) {
      assertThat(LayerChoice.AUTO.mapIn(graph, "m").name()).isEqualTo("maps");
      assertThat(GradCam.DEFAULT.shape(graph)).isEqualTo(Shape.of(6, 5));
      assertThat(new GradCam(RAW).shape(graph)).isEqualTo(Shape.of(4, 3));
    }
    Explainer moved = Explainers.create("grad-cam", Map.of("layer", "moved"));
    assertThatThrownBy(() -> moved.shape(Nets.channelsLast(1)))
        .hasMessageContaining("grad-cam needs a layer with feature maps")
        .hasMessageContaining("moved has none (shape [4, 3, 4])")
        .hasMessageContaining("[convolution [4, 4, 3], maps [4, 4, 3]]");
  }

  @Test
  void layers_that_will_not_do_are_refused_before_any_pass() {
    InferenceGraph graph = Nets.dense(1);
    try (GradientService service = Nets.exact(graph).build()) {
      Examples one = Nets.examples(graph, 1, 1);
      assertThatThrownBy(() -> GradCam.DEFAULT.explain(service, one, Target.label()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("grad-cam needs a layer with feature maps")
          .hasMessageContaining("active [4]")
          .hasMessageContaining("layer-gradient-times-activation");
      assertThat(service.meter().total()).isZero();
    }
    assertThatThrownBy(
            () -> Explainers.create("hires-cam", Map.of("layer", "conv9")).shape(Nets.pooled(1)))
        .hasMessageContaining("no layer named conv9")
        .hasMessageContaining("maps");
  }

  @Test
  void smoothing_follows_the_shape_of_its_base() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 10);
    Examples examples = Nets.examples(graph, 3, 10);
    try (GradientService service = Nets.exact(graph).build()) {
      Explainer smooth = new SmoothGrad(Smoothing.DEFAULT.withBase(new GradCam(RAW)).withDraws(4));
      Explanations found = smooth.explain(service, examples, Target.label());
      assertThat(found.shape()).isEqualTo(Shape.of(4, 3));
      assertThat(found.attributions()).hasDimensions(3, PLACES);
      assertThat(found.standardErrors().orElseThrow()).hasDimensions(3, PLACES);
    }
  }

  @Test
  void an_activation_that_is_no_number_is_refused_by_example() {
    InferenceGraph graph = Nets.pooled(11);
    double[][] rows = Nets.examples(graph, 2, 11).rows();
    rows[1][3] = Double.POSITIVE_INFINITY;
    Examples examples = Examples.of(rows, new int[2], new long[] {4, 9});
    try (GradientService service = Nets.exact(graph).build()) {
      for (Explainer explainer :
          List.of(GradCam.DEFAULT, HiResCam.DEFAULT, new LayerActivation())) {
        assertThatThrownBy(() -> explainer.explain(service, examples, Target.label()))
            .isInstanceOf(NotFiniteException.class)
            .hasMessageContaining("example 9");
      }
    }
  }

  @Test
  void configurations_lead_back() {
    for (Explainer explainer :
        List.of(
            new GradCam(new Cam(LayerChoice.named("block/relu#2"), false, true)),
            new HiResCam(new Cam(LayerChoice.AUTO, true, false)),
            new LayerActivation(LayerChoice.named("maps")))) {
      assertThat(Explainers.create(explainer.name(), explainer.configuration()))
          .isEqualTo(explainer);
    }
    assertThatThrownBy(() -> Explainers.create("grad-cam", Map.of("layer", "")))
        .hasMessageContaining("layer must be auto or the name of a layer");
  }
}
