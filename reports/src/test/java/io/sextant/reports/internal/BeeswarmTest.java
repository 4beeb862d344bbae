package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BeeswarmTest {
  private static double[][] column(double... values) {
    return Arrays.stream(values).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
  }

  private static Beeswarm of(double[] values, double[] attributions) {
    return Beeswarm.of("t", "logit of a", List.of("f"), column(values), column(attributions));
  }

  @Test
  void points_lie_at_their_attribution_in_the_colour_of_their_value() {
    String svg = of(new double[] {0, 1, 2}, new double[] {-1, 0, 1}).drawing().inline("b");
    // From -1 to 1 on 400 pixels from 206; one row of 36 from 36; of six colours the first, the
    // fourth and the last.
    assertThat(svg)
        .contains(
            "<path class=\"rim\" d=\"M206.0 54.0h0M406.0 54.0h0M606.0 54.0h0\">",
            "<path class=\"points\" stroke=\"#440154\" d=\"M206.0 54.0h0\">",
            "<path class=\"points\" stroke=\"#27a882\" d=\"M406.0 54.0h0\">",
            "<path class=\"points\" stroke=\"#fde725\" d=\"M606.0 54.0h0\">",
            ">0 to 2<",
            ">logit of a<",
            ">mean size 0.6667<");
  }

  @Test
  void equal_points_pile_up_above_before_below() {
    String svg = of(new double[3], new double[3]).drawing().inline("b");
    assertThat(svg)
        .contains("class=\"rim\" d=\"M406.0 54.0h0M406.0 49.0h0M406.0 59.0h0\"", ">always 0<")
        .doesNotContain("NaN");
  }

  @Test
  void points_never_touch() {
    Random random = new Random(5);
    double[] attributions = random.doubles(300, 0, 1).map(x -> x * x).toArray();
    Beeswarm swarm = of(new double[300], attributions);
    Beeswarm.Pile pile = Beeswarm.Pile.of(swarm.rows().get(0).points(), new Axis(0, 1, 0, 200));
    assertThat(pile.places().size() + pile.hidden()).isEqualTo(300);
    assertThat(pile.hidden()).as("full piles").isPositive();
    List<Beeswarm.Pile.Place> places = pile.places();
    for (int i = 0; i < places.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (places.get(i).lane() == places.get(j).lane()) {
          assertThat(Math.abs(places.get(i).x() - places.get(j).x()))
              .isGreaterThanOrEqualTo(Beeswarm.POINT);
        }
      }
      assertThat(Math.abs(places.get(i).lane())).isLessThanOrEqualTo(Beeswarm.LANES / 2);
    }
  }

  @Test
  void the_largest_mean_magnitude_comes_first_and_twenty_have_rows() {
    double[][] attributions = new double[2][25];
    for (int f = 0; f < 25; f++) {
      attributions[0][f] = f;
      attributions[1][f] = -f;
    }
    Beeswarm swarm =
        Beeswarm.of(
            "t",
            "o",
            IntStream.range(0, 25).mapToObj(i -> "f" + i).toList(),
            new double[2][25],
            attributions);
    assertThat(swarm.rows()).hasSize(20);
    assertThat(swarm.rows().get(0).name()).isEqualTo("f24");
    assertThat(swarm.rows().get(19).name()).isEqualTo("f5");
    assertThat(swarm.rows().get(0).mean()).isEqualTo(24);
  }

  @Test
  void of_many_examples_those_at_the_ends_are_kept() {
    double[] attributions = IntStream.range(0, 1000).mapToDouble(i -> i).toArray();
    List<Beeswarm.Point> points = of(attributions, attributions).rows().get(0).points();
    assertThat(points).hasSize(Beeswarm.MOST_POINTS);
    assertThat(points.get(0).attribution()).isEqualTo(0);
    assertThat(points.get(399).attribution()).isEqualTo(999);
  }

  @Test
  void colours_end_at_percentiles_but_rare_categories_have_their_own() {
    double[] outlier = IntStream.range(0, 101).mapToDouble(i -> i == 100 ? 1e9 : i).toArray();
    Beeswarm.Row row = of(outlier, new double[101]).rows().get(0);
    assertThat(row.low()).isEqualTo(5);
    assertThat(row.high()).isEqualTo(95);
    double[] rare = new double[101];
    rare[50] = 1;
    assertThat(of(rare, new double[101]).rows().get(0).high()).isEqualTo(1);
  }

  @Test
  void one_example_is_drawn() {
    assertThat(of(new double[] {3}, new double[] {-2}).drawing().inline("b"))
        .contains(">1 example<", ">always 3<")
        .doesNotContain("NaN");
  }
}
