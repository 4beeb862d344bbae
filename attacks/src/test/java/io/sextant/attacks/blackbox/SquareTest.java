package io.sextant.attacks.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SquareTest {
  private static final Square BRIEF = Square.DEFAULT.withQueries(400).withRescale(true);

  /** A linear model of images: logits (0, bias + sum of w x). */
  private static InferenceGraph image(Shape shape, double bias, double[] w) {
    InferenceGraph.Builder builder = InferenceGraph.builder(shape);
    Parameter weights = new Parameter("w", Shape.of(w.length, 2));
    Parameter shift = new Parameter("b", Shape.of(2));
    double[] flat = new double[2 * w.length];
    for (int i = 0; i < w.length; i++) {
      flat[2 * i + 1] = w[i];
    }
    Node row = builder.add("flat", new Operation.Reshape(Shape.of(w.length)), builder.input());
    builder.weights(weights, flat).weights(shift, new double[] {0, bias});
    return builder.build(
        builder.add("dense", new Operation.Affine(weights, Optional.of(shift)), row));
  }

  private static ExampleResult grey(
      Square attack, Shape shape, double bias, double[] w, Norm norm, String epsilon) {
    try (GradientService service =
        GradientService.builder(image(shape, bias, w)).precision(Precision.DOUBLE).build()) {
      double[] row = new double[w.length];
      Arrays.fill(row, 0.5);
      Examples examples = Examples.of(new double[][] {row}, new int[] {0}, new long[] {9});
      return attack.run(service, examples, ThreatModel.of(norm, epsilon), 4).examples().get(0);
    }
  }

  private static double[] drawn(int size, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    return IntStream.range(0, size).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  private static double length(Norm norm, double[] v) {
    return switch (norm) {
      case LINF -> Arrays.stream(v).map(Math::abs).max().orElse(0);
      case L1 -> Arrays.stream(v).map(Math::abs).sum();
      default -> Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
    };
  }

  /** As the paper's appendix has it, for 10,000 queries. */
  private static double halvings(int query) {
    if (query <= 10) {
      return 1;
    } else if (query <= 50) {
      return 2;
    } else if (query <= 200) {
      return 4;
    } else if (query <= 500) {
      return 8;
    } else if (query <= 1000) {
      return 16;
    } else if (query <= 2000) {
      return 32;
    } else if (query <= 4000) {
      return 64;
    } else if (query <= 6000) {
      return 128;
    } else if (query <= 8000) {
      return 256;
    }
    return 512;
  }

  @Test
  void shares_follow_the_schedule_of_the_paper() {
    Square rescaled = new Square(5000, 0.8, true, 1);
    Square ofAutoAttack = Square.DEFAULT;
    Square tiny = new Square(7, 0.3, true, 1);
    for (int t = 0; t < 5000; t++) {
      assertThat(rescaled.share(t)).isEqualTo(0.8 / halvings(2 * t));
      assertThat(ofAutoAttack.share(t)).isEqualTo(0.8 / halvings(t));
    }
    for (int t = 0; t < 7; t++) {
      assertThat(tiny.share(t)).isEqualTo(0.3 / halvings((int) Math.floor(t / 7.0 * 10_000)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void on_a_linear_model_it_reaches_the_optimum_of_ball_and_box(long seed) {
    Plane plane = Plane.of(24, 0, 1, 50, seed);
    try (GradientService service = plane.service()) {
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.1");
      ExampleResult result =
          Square.DEFAULT
              .withQueries(1500)
              .withRescale(true)
              .run(service, plane.example(), threat, 1)
              .examples()
              .get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Held());
      assertThat(plane.score(result.input()))
          .isCloseTo(plane.highest(threat.radius(), false), within(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"L2, 0.75", "L1, 0.5"})
  void in_l2_and_l1_it_comes_near_the_optimum_of_an_image(Norm norm, double part) {
    // A bright patch on an image of 2 channels, within what pyramids can draw.
    double[] w = new double[2 * 8 * 8];
    for (int i = 0; i < w.length; i++) {
      int y = i / 8 % 8;
      int x = i % 8;
      w[i] = Math.exp(-((y - 3) * (y - 3) + (x - 4) * (x - 4)) / 4.0) * (i < 64 ? 1 : -2);
    }
    ExampleResult result = grey(BRIEF.withQueries(2000), Shape.of(2, 8, 8), -100, w, norm, "0.5");
    double gain =
        IntStream.range(0, w.length).mapToDouble(i -> w[i] * (result.input()[i] - 0.5)).sum();
    double best = 0.5 * (norm == Norm.L2 ? length(Norm.L2, w) : length(Norm.LINF, w));
    assertThat(gain).isBetween(part * best, best * (1 + 1e-6));
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void more_queries_go_on_from_where_fewer_ended_and_never_lower_the_margin(Norm norm) {
    double[] w = drawn(2 * 6 * 5, 5);
    double last = Double.NEGATIVE_INFINITY;
    for (int queries : new int[] {1, 2, 5, 20, 80, 300}) {
      Square attack = Square.DEFAULT.withQueries(queries);
      ExampleResult result = grey(attack, Shape.of(2, 6, 5), -1000, w, norm, "0.25");
      double[] v = Arrays.stream(result.input()).map(x -> x - 0.5).toArray();
      assertThat(length(norm, v)).isBetween(0.24, 0.25);
      double gain = IntStream.range(0, w.length).mapToDouble(i -> w[i] * v[i]).sum();
      assertThat(gain).isGreaterThanOrEqualTo(last);
      last = gain;
    }
    assertThat(last).isPositive();
  }

  @Test
  void images_begin_with_stripes_and_vectors_with_a_sign_for_each_feature() {
    double[] w = drawn(2 * 6 * 6, 8);
    ExampleResult image =
        grey(Square.DEFAULT.withQueries(1), Shape.of(2, 6, 6), -1000, w, Norm.LINF, "0.25");
    Set<Double> signs = new HashSet<>();
    for (int c = 0; c < 2; c++) {
      for (int x = 0; x < 6; x++) {
        double top = image.input()[c * 36 + x];
        signs.add(top);
        for (int y = 1; y < 6; y++) {
          assertThat(image.input()[c * 36 + 6 * y + x]).isEqualTo(top);
        }
      }
    }
    assertThat(signs).containsExactlyInAnyOrder(0.25, 0.75);
    ExampleResult vector =
        grey(Square.DEFAULT.withQueries(1), Shape.of(72), -1000, w, Norm.LINF, "0.25");
    assertThat(Arrays.stream(vector.input()).boxed()).containsOnly(0.25, 0.75);
    assertThat(vector.input()).isNotEqualTo(image.input());
  }

  @ParameterizedTest
  @CsvSource({"0.8", "0.3", "0.05", "0.001"})
  void windows_lie_everywhere_on_any_grid_the_last_place_included(double share) {
    for (Layout.Grid grid :
        new Layout.Grid[] {
          new Layout.Grid(3, 6, 6), new Layout.Grid(1, 3, 9), new Layout.Grid(2, 1, 10)
        }) {
      Set<Integer> seen = new HashSet<>();
      RandomGenerator random = RandomKey.of(1).random();
      int cells = grid.height() * grid.width();
      for (int n = 0; n < 2000; n++) {
        Layout.Window window = grid.window(share, 1, random);
        assertThat(window.channels()).hasSize(grid.channels());
        for (int c = 0; c < grid.channels(); c++) {
          for (int cell : window.channels().get(c)) {
            assertThat(cell / cells).isEqualTo(c);
            seen.add(cell);
          }
        }
        assertThat((double) window.tall() * window.wide())
            .isBetween(Math.min(1, share * cells / 2), Math.max(1, 1.6 * share * cells));
      }
      assertThat(seen).hasSize(grid.channels() * cells);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void a_change_keeps_the_length_and_stays_finite(Norm norm) {
    for (Shape shape : new Shape[] {Shape.of(3, 5, 7), Shape.of(4), Shape.of(2, 9), Shape.of(1)}) {
      double[] w = drawn(shape.elements(), 2);
      ExampleResult result = grey(BRIEF, shape, -1000, w, norm, "0.2");
      double[] v = Arrays.stream(result.input()).map(x -> x - 0.5).toArray();
      assertThat(length(norm, v)).isBetween(0.199, 0.2);
      assertThat(IntStream.range(0, v.length).mapToDouble(i -> w[i] * v[i]).sum()).isPositive();
    }
  }

  @Test
  void it_asks_for_logits_alone_and_as_often_as_it_says() {
    Plane plane = Plane.of(10, 0, 1, 50, 1);
    try (GradientService service = plane.service()) {
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.1");
      Square attack = Square.DEFAULT.withQueries(37).withRestarts(2);
      ExampleResult result = attack.run(service, plane.example(), threat, 1).examples().get(0);
      Meter.Count count = Objects.requireNonNull(service.meter().counts().get("square"));
      assertThat(count.backwards()).isZero();
      // A window that changes nothing is not asked about.
      assertThat(count.forwards()).isBetween(40L, 1 + 2 * 37L).isEqualTo(result.forwards());
    }
  }

  @Test
  void where_all_pixels_stand_at_the_box_it_moves_them_into_it() {
    double[] w = {1, -1, 1, -1};
    try (GradientService service = Models.exact(Models.binary(0.05, w), InputDomain.box(4, 0, 1))) {
      Examples corner = Examples.of(new double[][] {{0, 1, 0, 1}}, new int[] {0}, new long[] {0});
      assertThat(
              BRIEF
                  .run(service, corner, ThreatModel.of(Norm.L1, "3"), 1)
                  .examples()
                  .get(0)
                  .outcome())
          .isInstanceOf(Outcome.Broken.class);
    }
  }

  @Test
  void settings_out_of_range_are_refused() {
    assertThatThrownBy(() -> new Square(0, 0.8, false, 1)).hasMessageContaining("queries");
    assertThatThrownBy(() -> new Square(10, 1.5, false, 1)).hasMessageContaining("share");
    assertThatThrownBy(() -> new Square(10, 0.5, false, 0)).hasMessageContaining("restarts");
  }

  /** The same row under many ids: a window drawn for the batch would be the same for all. */
  @Test
  void each_example_draws_windows_of_its_own() {
    Shape shape = Shape.of(1, 8, 8);
    double[] w = new double[64];
    Arrays.fill(w, 1);
    double[] row = new double[64];
    Arrays.fill(row, 0.5);
    Square attack = new Square(2, 0.05, false, 1);
    long[] ids = IntStream.range(0, 64).asLongStream().toArray();
    List<List<double[]>> all = new ArrayList<>();
    List<List<double[]>> alone = new ArrayList<>();
    try (GradientService service =
        GradientService.builder(image(shape, -1000, w)).precision(Precision.DOUBLE).build()) {
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.25");
      double[][] rows = IntStream.range(0, 64).mapToObj(i -> row).toArray(double[][]::new);
      Searching.tracedEach(attack, all)
          .run(service, Examples.of(rows, new int[64], ids), threat, 4);
      Searching.tracedEach(attack, alone)
          .run(service, Examples.of(new double[][] {row}, new int[1], new long[] {7}), threat, 4);
    }
    assertThat(all).hasSize(64);
    Set<Integer> tops = new HashSet<>();
    Set<List<Double>> stripes = new HashSet<>();
    for (List<double[]> points : all) {
      double[] first = points.get(0);
      stripes.add(Arrays.stream(first).boxed().toList());
      if (points.size() > 1) {
        // Of the stripes a window changes whole columns of its own, so its first row shows.
        double[] second = points.get(1);
        tops.add(
            IntStream.range(0, 64).filter(i -> first[i] != second[i]).findFirst().orElseThrow()
                / 8);
      }
    }
    assertThat(tops).hasSizeGreaterThanOrEqualTo(5);
    assertThat(stripes).hasSizeGreaterThan(30);
    assertThat(alone.get(0).toArray(double[][]::new))
        .isDeepEqualTo(all.get(7).toArray(double[][]::new));
  }
}
