package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaterfallTest {
  private static Waterfall of(double atBaseline, double atInput, double... contributions) {
    return Waterfall.of(
        "t",
        "logit of a",
        atBaseline,
        atInput,
        IntStream.range(0, contributions.length).mapToObj(i -> "f" + i).toList(),
        contributions,
        Waterfall.Unlisted.NONE);
  }

  @Test
  void steps_follow_each_other_and_the_gap_is_one_of_them() {
    List<Waterfall.Step> steps = of(1, 4, 2, -1, 1.5).steps();
    assertThat(steps)
        .containsExactly(
            new Waterfall.Step("f0", Waterfall.Kind.CONTRIBUTION, 1, 3),
            new Waterfall.Step("f2", Waterfall.Kind.CONTRIBUTION, 3, 4.5),
            new Waterfall.Step("f1", Waterfall.Kind.CONTRIBUTION, 4.5, 3.5),
            new Waterfall.Step("not accounted for (minus the gap)", Waterfall.Kind.GAP, 3.5, 4));
  }

  @Test
  void bars_lie_where_their_numbers_are() {
    String svg = of(1, 4, 2, -1, 1.5).drawing().inline("w");
    // From 1 to 4.5 on 320 pixels from 316: 91.43 a unit; rows of 26 from 40, bars of 16.
    assertThat(svg)
        .contains(
            "<rect class=\"positive\" x=\"316.00\" y=\"71.00\" width=\"182.86\" height=\"16.00\">",
            "<rect class=\"positive\" x=\"498.86\" y=\"97.00\" width=\"137.14\" height=\"16.00\">",
            "<rect class=\"negative\" x=\"544.57\" y=\"123.00\" width=\"91.43\" height=\"16.00\">",
            "<rect class=\"gap\" x=\"544.57\" y=\"149.00\" width=\"45.71\" height=\"16.00\">",
            ">logit of a<",
            ">+0.5<")
        .contains("From 1 at the baseline to 4 at the input: f0 +2, f2 +1.5, f1 -1, not accounted");
  }

  @Test
  void many_contributions_are_fourteen_and_the_rest_and_still_add_up() {
    Random random = new Random(3);
    double[] contributions = random.doubles(200, -1, 1).toArray();
    List<Waterfall.Step> steps = of(-0.5, 2, contributions).steps();
    assertThat(steps).hasSize(16);
    assertThat(steps.get(14).name()).isEqualTo("186 others together");
    assertThat(steps.get(14).kind()).isEqualTo(Waterfall.Kind.OTHERS);
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i).from()).isEqualTo(steps.get(i - 1).to());
    }
    double sum = IntStream.range(0, 200).mapToDouble(i -> contributions[i]).sum();
    assertThat(steps.get(15).from()).isCloseTo(-0.5 + sum, within(1e-12));
    assertThat(steps.get(15).to()).isEqualTo(2);
  }

  @Test
  void one_more_than_has_room_stands_by_itself() {
    double[] fifteen = IntStream.range(0, 15).mapToDouble(i -> i + 1).toArray();
    assertThat(of(0, 120, fifteen).steps()).hasSize(16).noneMatch(s -> s.name().contains("other"));
  }

  @Test
  void what_others_left_out_is_lumped_with_the_rest() {
    Waterfall way =
        Waterfall.of(
            "t", "o", 0, 3, List.of("a"), new double[] {1}, new Waterfall.Unlisted(1, 1.5));
    assertThat(way.steps())
        .containsExactly(
            new Waterfall.Step("a", Waterfall.Kind.CONTRIBUTION, 0, 1),
            new Waterfall.Step("1 other", Waterfall.Kind.OTHERS, 1, 2.5),
            new Waterfall.Step("not accounted for (minus the gap)", Waterfall.Kind.GAP, 2.5, 3));
  }

  @Test
  void nothing_but_zeros_is_drawn() {
    assertThat(of(0, 0, 0, 0).drawing().inline("w")).doesNotContain("NaN", "Infinity");
    assertThat(of(1e300, -1e300).drawing().inline("w")).doesNotContain("NaN", "Infinity");
  }

  @Test
  void values_too_near_to_each_other_to_be_told_apart_are_drawn_as_one() {
    for (double[] ends :
        new double[][] {
          {0, Double.MIN_VALUE}, {1, Math.nextUp(1)}, {1e300, Math.nextUp(1e300)}, {-4e-320, 1e-320}
        }) {
      assertThat(of(ends[0], ends[1], ends[1] - ends[0]).drawing().inline("w"))
          .doesNotContain("NaN", "Infinity");
    }
  }
}
