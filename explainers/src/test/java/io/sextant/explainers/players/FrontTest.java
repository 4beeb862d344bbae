package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.explainers.SeveralBaselines;
import io.sextant.explainers.Target;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrontTest {
  private static final Players PATCHES = Players.parse("patches:2x4");
  private static final int PLAYERS = 8;
  private static final Shape IMAGE = Shape.of(2, 8, 8);

  @Test
  void activations_are_those_of_the_network_for_every_coalition() {
    try (GradientService service = service(convolutional())) {
      Game game = game(service, Games.row(IMAGE.elements(), 1));
      Front front = Front.of(game).orElseThrow();
      assertThat(front.layer()).isEqualTo("dense");
      // Patches see their neighbours below, no more.
      assertThat(front.coalitions()).hasSizeLessThan(1 << PLAYERS - 2).contains(0);
      double[][] all = activations(service, game, front.layer());
      double[][] known = new double[all.length][];
      for (int coalition : front.coalitions()) {
        known[coalition] = all[coalition];
      }
      for (int coalition = 0; coalition < all.length; coalition++) {
        assertThat(front.activation(coalition, known))
            .as("coalition %d", coalition)
            .containsExactly(all[coalition], within(1e-12));
      }
    }
  }

  private double[][] activations(GradientService service, Game game, String layer) {
    return service
        .answer(
            IntStream.range(0, 1 << game.size())
                .mapToObj(c -> BitSet.valueOf(new long[] {c}))
                .map(
                    present ->
                        new Query.Activation(game.point(present, game.baselines().get(0)), layer))
                .toList())
        .stream()
        .map(reply -> reply.activation())
        .toArray(double[][]::new);
  }

  @Test
  void shares_passes_and_sums_are_those_of_a_network_that_nobody_looks_into() {
    double[] row = Games.row(IMAGE.elements(), 2);
    // One patch is equal to the first baseline and not to the second, another one to both.
    double[] other = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      int patch = i / 16 % 4 * 2 + i / 4 % 2;
      other[i] = patch == 1 ? 0.5 : 0.25;
      row[i] = patch == 0 ? 0 : patch == 1 ? 0.5 : row[i];
      other[i] = patch == 0 ? 0 : other[i];
    }
    Baseline first = new Baseline.Zero();
    Baseline second = new Baseline.Given("other", Arrays.stream(other).boxed().toList());
    for (Baseline baseline : List.of(first, new SeveralBaselines(List.of(first, second)))) {
      ExactShapley exact =
          new ExactShapley(Play.DEFAULT.withPlayers(PATCHES).withBaseline(baseline));
      try (GradientService inside = service(convolutional());
          GradientService service = service(convolutional());
          GradientService opaque =
              Games.service(IMAGE, x -> inside.logits(new double[][] {x})[0][0])) {
        Explanations found = exact.explain(service, Games.examples(row), Target.fixed(0));
        Explanations expected = exact.explain(opaque, Games.examples(row), Target.fixed(0));
        assertThat(found.attributions()[0])
            .containsExactly(expected.attributions()[0], within(1e-10));
        assertThat(found.players().orElseThrow()[0][0]).isZero();
        Certificate one = found.certificates().get(0);
        assertThat(one.forwards()).isEqualTo(expected.certificates().get(0).forwards());
        assertThat(one.forwards()).isEqualTo(1 + baseline.count() * ((1 << PLAYERS - 1) - 1));
        assertThat(service.meter().total()).isEqualTo(one.forwards());
        assertThat(one.gap().orElseThrow()).isCloseTo(0, within(1e-10));
      }
    }
  }

  @Test
  void there_is_none_where_every_layer_mixes_all_players_or_is_too_wide() {
    try (GradientService opaque = Games.service(Shape.of(8), Games::tangled)) {
      assertThat(Front.of(game(opaque, Games.row(8, 1), new Players.Features()))).isEmpty();
    }
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(8));
    Node wide = dense(builder, "wide", builder.input(), 16);
    Node end = dense(builder, "end", relu(builder, wide), 2);
    try (GradientService service = service(builder.build(end))) {
      assertThat(Front.of(game(service, Games.row(8, 1), new Players.Features()))).isEmpty();
    }
  }

  @Test
  void a_linear_layer_of_few_values_is_a_front_of_every_player_by_itself() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(8));
    Node narrow = dense(builder, "narrow", builder.input(), 3);
    Node end = dense(builder, "end", relu(builder, narrow), 2);
    try (GradientService service = service(builder.build(end))) {
      Game game = game(service, Games.row(8, 1), new Players.Features());
      Front front = Front.of(game).orElseThrow();
      assertThat(front.layer()).isEqualTo("narrow");
      assertThat(front.coalitions()).containsExactly(0, 1, 2, 4, 8, 16, 32, 64, 128);
    }
  }

  private Game game(GradientService service, double[] row) {
    return game(service, row, PATCHES);
  }

  private Game game(GradientService service, double[] row, Players players) {
    Explained x = Explained.of(service, Games.examples(row), 0, Output.LOGIT);
    return Game.of(
        x, players.partition(x.shape(), x.domain()), List.of(new double[x.input().length]));
  }

  private static GradientService service(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE).build();
  }

  /** Convolution, residual convolution, mean pool, dense, hidden and output. */
  private InferenceGraph convolutional() {
    RandomGenerator weights = RandomKey.of(6).with("weights").random();
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Window window = new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1));
    Parameter one = new Parameter("one", Shape.of(3, 2, 3, 3));
    builder.weights(one, weights.doubles(54, -0.5, 0.5).toArray());
    Node first =
        builder.add(
            "first", new Operation.Convolution(one, Optional.empty(), window), builder.input());
    Node second =
        builder.add(
            "sum", new Operation.Combine(Operation.Combination.ADD), relu(builder, first), first);
    Node pooled =
        builder.add(
            "pooled",
            new Operation.Pool(
                Operation.Reduction.AVERAGE, new Window(2, 2, 2, 2, 1, 1, Margins.NONE), true, 2),
            second);
    Node flat =
        builder.add("flat", new Operation.Reshape(Shape.of(pooled.shape().elements())), pooled);
    Node dense = dense(builder, "dense", flat, 4);
    return builder.build(dense(builder, "end", relu(builder, dense), 2));
  }

  private static Node relu(InferenceGraph.Builder builder, Node of) {
    return builder.add("relu", new Operation.Elementwise(new Function.Relu()), of);
  }

  private static Node dense(InferenceGraph.Builder builder, String name, Node of, int outputs) {
    Parameter w = new Parameter(name + "/W", Shape.of(of.shape().elements(), outputs));
    RandomGenerator weights = RandomKey.of(7).with(name).random();
    builder.weights(w, weights.doubles(w.shape().elements(), -0.5, 0.5).toArray());
    return builder.add(name, new Operation.Affine(w, Optional.empty()), of);
  }
}
