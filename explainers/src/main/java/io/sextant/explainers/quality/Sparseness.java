package io.sextant.explainers.quality;

import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * How much of an attribution few values carry: the Gini index of the absolute values, from 0 where
 * all get the same to nearly 1 where one gets everything. The larger the better, if short
 * explanations are what is wanted; it says nothing on whether they are true.
 *
 * <p>Chalasani, Chen, Chowdhury, Jha, Wu, "Concise Explanations of Neural Networks using
 * Adversarial Training", ICML 2020, arXiv:1810.06583.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Sparseness() implements ExampleMetric {
  private static final Declaration<Sparseness> DECLARATION =
      Declaration.of("sparseness", Kind.EXPLANATION_QUALITY, Sparseness.class)
          .summary("Gini index of the absolute attributions")
          .source(
              "Chalasani, Chen, Chowdhury, Jha, Wu, \"Concise Explanations of Neural Networks using"
                  + " Adversarial Training\", ICML 2020, arXiv:1810.06583")
          .access(Access.NOTHING)
          .made(Sparseness::new);

  @Override
  public Declaration<Sparseness> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(0, 0);
  }

  @Override
  public Step<Double> score(Example one) {
    return Step.done(gini(one.attribution()));
  }

  /** NaN where all values are 0. */
  static double gini(double[] attribution) {
    double[] sizes = Arrays.stream(attribution).map(Math::abs).sorted().toArray();
    double sum = Arrays.stream(sizes).sum();
    int count = sizes.length;
    double weighted = 0;
    for (int i = 0; i < count; i++) {
      weighted += sizes[i] / sum * (count - i - 0.5) / count;
    }
    // Of equal values the sum may round to a hair more than one half.
    return Math.max(0, 1 - 2 * weighted);
  }
}
