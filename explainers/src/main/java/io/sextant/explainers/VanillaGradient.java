package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the output with respect to the input, signed: what a small change of each value
 * does. One forward and one backward per example.
 *
 * <p>Simonyan, Vedaldi, Zisserman, "Deep Inside Convolutional Networks: Visualising Image
 * Classification Models and Saliency Maps", ICLR workshop 2014, arXiv:1312.6034. The paper draws
 * the absolute value; that is left to the renderer.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record VanillaGradient() implements Explainer {
  @Override
  public String name() {
    return "vanilla-gradient";
  }

  @Override
  public Map<String, String> configuration() {
    return Map.of();
  }

  @Override
  public Explanations explain(
      GradientService service, Examples examples, Target target, ExampleProgress progress) {
    boolean predicted = target.choice() instanceof Target.Predicted;
    Objective output = target.output().objective();
    // The predicted class is read off the same forward pass that is pulled back. Logits that are
    // not finite name no class; the answer is refused below, where the example is known.
    Objective objective =
        predicted
            ? (logits, label, cotangent) ->
                output.evaluate(logits, Math.max(0, Logits.decision(logits)), cotangent)
            : output;
    int[] classes = predicted ? new int[examples.size()] : Classes.named(service, examples, target);
    double[][] attributions = new double[examples.size()][];
    Certificate[] certificates = new Certificate[examples.size()];
    AtomicInteger done = new AtomicInteger();
    class Point implements GradientQueue.Job {
      private final int row;
      private double @Nullable [] input;

      Point(int row) {
        this.row = row;
        this.input = examples.row(row);
      }

      @Override
      public int label() {
        return classes[row];
      }

      @Override
      public double @Nullable [] next() {
        double[] point = input;
        input = null;
        return point;
      }

      @Override
      public void answer(double value, double[] gradient, double[] logits) {
        long id = examples.id(row);
        int explained = predicted ? Classes.decided(logits, id) : classes[row];
        Classes.requireFinite(value, id);
        Classes.requireFinite(gradient, id);
        attributions[row] = gradient;
        certificates[row] =
            new Certificate(
                id,
                explained,
                target.output(),
                1,
                value,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                1,
                1);
        progress.finished(done.incrementAndGet(), examples.size());
      }
    }
    new GradientQueue(service, objective)
        .run(IntStream.range(0, examples.size()).mapToObj(Point::new).iterator());
    return new Explanations(
        name(), configuration(), attributions, List.of(certificates), Optional.empty(), List.of());
  }
}
