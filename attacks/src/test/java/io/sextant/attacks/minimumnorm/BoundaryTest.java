package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Models;
import io.sextant.attacks.Searching;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BoundaryTest {
  /**
   * Class 1 nearly draws level at an iterate far from the clean input, where the value of its plane
   * is the difference of terms that are ten thousand million times larger; class 2 is far away.
   */
  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void a_plane_that_is_all_but_reached_is_the_nearest(Norm norm) {
    double[] moved = {(float) 0.7, (float) 0.1, (float) 0.3};
    double[] w = {0.9, -0.7, 1.1};
    double level = 1e-10;
    for (int i = 0; i < 3; i++) {
      level += w[i] * moved[i];
    }
    double[][] weights = {{0, w[0], 0}, {0, w[1], 0}, {0, w[2], 1}};
    InputDomain domain = InputDomain.box(3, -9, 9);
    List<Boundary.Way> ways = new ArrayList<>();
    try (GradientService service =
        Models.exact(
            Models.layers(new Models.Layer(weights, new double[] {level, 0, -40})), domain)) {
      Examples one = Examples.of(new double[][] {{0, 0, 0}}, new int[] {0}, new long[] {0});
      new Searching(
              trial -> {
                Iterate x = trial.at(moved);
                assertThat(x.row()).containsExactly(moved);
                return new Boundary(trial, new int[] {1, 2})
                    .nearest(
                        x,
                        (adversarial, way) -> {
                          ways.add(way);
                          return trial.over();
                        });
              })
          .run(service, one, ThreatModel.of(norm, 8), 1);
    }
    assertThat(ways).hasSize(1);
    assertThat(ways.get(0).length()).isLessThan(1e-8);
    assertThat(ways.get(0).gradient()).containsExactly(w);
  }
}
