package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The search on a line, against the rule of false position written out. */
class RegulaFalsiTest {
  /** One step to {@code end}, then the search back towards 0. */
  private static ExampleResult search(InferenceGraph graph, double end, List<double[]> points) {
    Searching own =
        new Searching(
            trial -> trial.judge(trial.at(new double[] {end})).then(RegulaFalsi::search),
            Kind.MINIMUM_NORM);
    try (GradientService service = Models.exact(graph, InputDomain.box(1, -4, 4))) {
      return Searching.traced(own, points)
          .run(
              service,
              Examples.of(new double[][] {{0}}, new int[] {0}, new long[] {7}),
              ThreatModel.nearest(Norm.L2),
              1)
          .examples()
          .get(0);
    }
  }

  /** Where the rule looks, from 0 to 1. */
  private static List<Double> places(DoubleUnaryOperator lead) {
    double wanted = Math.max(1e-3 * -lead.applyAsDouble(0), 1e-4);
    double low = 0;
    double high = 1;
    List<Double> places = new ArrayList<>();
    for (int t = 0; t < 3 && lead.applyAsDouble(high) > wanted; t++) {
      double below = lead.applyAsDouble(low);
      double above = lead.applyAsDouble(high);
      double place = low + (high - low) * (wanted - below) / (above - below);
      places.add(place);
      if (lead.applyAsDouble(place) > wanted) {
        high = place;
      } else {
        low = place;
      }
    }
    return places;
  }

  private static void followsTheRule(double bias, double[] knots, double[] slopes) {
    DoubleUnaryOperator lead =
        x -> {
          double sum = bias;
          for (int k = 0; k < knots.length; k++) {
            sum += slopes[k] * Math.max(0, x - knots[k]);
          }
          return sum;
        };
    List<double[]> points = new ArrayList<>();
    ExampleResult result = search(Models.hinges(bias, knots, slopes), 1, points);
    List<Double> places = places(lead);
    assertThat(places).hasSizeGreaterThan(1);
    // The last questions are those of the rule.
    for (int i = 0; i < places.size(); i++) {
      assertThat(points.get(points.size() - places.size() + i)[0])
          .isCloseTo(places.get(i), within(1e-6));
    }
    double nearest =
        places.stream().filter(x -> lead.applyAsDouble(x) > 0).min(Double::compare).orElse(1.0);
    assertThat(((Outcome.Broken) result.outcome()).distance()).isCloseTo(nearest, within(1e-6));
  }

  @Test
  void a_lead_that_rises_ever_faster_is_closed_in_on_from_below() {
    followsTheRule(-1, new double[] {0, 0.4}, new double[] {1, 3});
  }

  @Test
  void a_lead_that_rises_ever_slower_is_closed_in_on_from_above() {
    followsTheRule(-1, new double[] {0, 0.2}, new double[] {8, -7});
  }

  @Test
  void on_a_straight_lead_one_look_is_enough_and_ends_a_thousandth_beyond() {
    List<double[]> points = new ArrayList<>();
    ExampleResult result = search(Models.hinges(-1, new double[] {0}, new double[] {2}), 1, points);
    assertThat(((Outcome.Broken) result.outcome()).distance()).isCloseTo(0.5 * 1.001, within(1e-5));
  }
}
