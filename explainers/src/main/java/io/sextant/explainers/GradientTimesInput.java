package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The gradient times the input, value by value: the first-order estimate of what setting each value
 * to zero takes away. It adds up only for models that are linear through the origin, so no
 * completeness is certified.
 *
 * <p>Shrikumar, Greenside, Shcherbina, Kundaje, "Not Just a Black Box: Learning Important Features
 * Through Propagating Activation Differences", 2016, arXiv:1605.01713.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GradientTimesInput() implements Explainer {
  @Override
  public String name() {
    return "gradient-x-input";
  }

  @Override
  public Map<String, String> configuration() {
    return Map.of();
  }

  @Override
  public Explanations explain(
      GradientService service, Examples examples, Target target, ExampleProgress progress) {
    Explanations gradient = new VanillaGradient().explain(service, examples, target, progress);
    double[][] attributions = gradient.attributions();
    for (int row = 0; row < attributions.length; row++) {
      double[] input = examples.row(row);
      for (int i = 0; i < input.length; i++) {
        attributions[row][i] *= input[i];
      }
    }
    return new Explanations(
        name(),
        configuration(),
        attributions,
        gradient.certificates(),
        Optional.empty(),
        List.of());
  }
}
