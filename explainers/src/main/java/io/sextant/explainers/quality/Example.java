package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import org.apiguardian.api.API;

/**
 * One attribution that is scored.
 *
 * @param x the example; the output that was explained, at any point
 * @param attribution {@code [input values]}; not to be modified
 * @param explainer what made it
 * @param shape of the input
 * @param players whether values that play together each carry what all of them got
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Example(
    Explained x, double[] attribution, Explainer explainer, Shape shape, boolean players) {
  static Example of(Judged judged, int i) {
    return new Example(
        judged.explained(i),
        judged.attributions()[i],
        judged.explainer(),
        judged.shape(),
        judged.players());
  }

  /** The attribution, with what a one-hot group got as one player divided among its members. */
  double[] perValue() {
    double[] each = attribution.clone();
    if (players) {
      for (InputDomain.OneHot group : x.domain().groups()) {
        int first = group.members().get(0);
        if (group.members().stream()
            .allMatch(member -> attribution[member] == attribution[first])) {
          group.members().forEach(member -> each[member] /= group.members().size());
        }
      }
    }
    return each;
  }

  /**
   * What the attribution says that each value contributes, in units of the output: slopes are
   * multiplied by the distance from the baseline.
   *
   * @param baseline {@code [input values]}
   * @return a new array
   */
  double[] contributions(double[] baseline) {
    double[] contributions = perValue();
    if (explainer.slopes()) {
      for (int i = 0; i < contributions.length; i++) {
        contributions[i] *= x.input()[i] - baseline[i];
      }
    }
    return contributions;
  }
}
