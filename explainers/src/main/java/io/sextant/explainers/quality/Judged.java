package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Shape;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Attributions that are scored, and what they are of.
 *
 * @param service the model, its work counted for whoever scores
 * @param examples the inputs; their labels are the classes that were explained
 * @param output the number about the class that was explained
 * @param explainer what explained them, fitted to the data
 * @param attributions {@code [examples][input values]}, in the input's layout
 * @param players whether values that play together each carry what all of them got
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Judged(
    GradientService service,
    Examples examples,
    Output output,
    Explainer explainer,
    double[][] attributions,
    boolean players) {
  public Judged {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(explainer, "explainer");
    if (attributions.length != examples.size()) {
      throw new IllegalArgumentException(
          "there must be one attribution per example but there were %d and %d"
              .formatted(attributions.length, examples.size()));
    }
  }

  /**
   * Explains examples, and what came of it.
   *
   * @param service the model
   * @param examples the inputs; their labels are the classes to explain
   * @param output the number about the class
   * @param explainer fitted to the data
   * @throws IllegalArgumentException when the explainer's attributions are not in the input's shape
   */
  public static Judged of(
      GradientService service, Examples examples, Output output, Explainer explainer) {
    return of(
        service,
        examples,
        output,
        explainer,
        explainer.explain(service, examples, Target.label().withOutput(output)));
  }

  /**
   * What came of explanations that there are already.
   *
   * @param service the model
   * @param examples the inputs; their labels are the classes that were explained
   * @param output the number about the class
   * @param explainer that explained them
   * @param found one explanation per example, of the output and the examples' labels
   * @throws IllegalArgumentException when the attributions are not in the input's shape
   */
  public static Judged of(
      GradientService service,
      Examples examples,
      Output output,
      Explainer explainer,
      Explanations found) {
    if (!fits(found.shape(), service.inputShape())) {
      throw new IllegalArgumentException(
          "%s attributes to %s, but metrics need the input's shape %s; take an explainer of inputs"
              .formatted(explainer.name(), found.shape(), service.inputShape()));
    }
    return new Judged(
        service, examples, output, explainer, found.attributions(), found.players().isPresent());
  }

  /** Whether attributions of a shape are of the values of an input. */
  public static boolean fits(Shape attribution, Shape input) {
    return attribution.equals(input)
        || input.rank() == 3
            && input.channels() == 1
            && attribution.equals(Shape.of(input.size(1), input.size(2)));
  }

  /** The shape of an input. */
  public Shape shape() {
    return service.inputShape();
  }

  /** One of the examples, to be asked about. */
  Explained explained(int i) {
    return Explained.of(service, examples, i, output);
  }
}
