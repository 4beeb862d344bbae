package com.example.methods;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An explainer that needs no gradients: what the output loses when one feature alone is replaced.
 *
 * <p>Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
 * arXiv:1311.2901, with a patch of one feature.
 *
 * @param value what stands in for a feature
 */
public record Erasure(double value) implements Explainer {
  private static final Setting<Erasure, Double> VALUE =
      Setting.of("value", Form.between(-1e6, 1e6), "what stands in for a feature", Erasure::value);

  private static final Declaration<Erasure> DECLARATION =
      Declaration.of("erasure", Kind.ATTRIBUTION, Erasure.class)
          .summary("what the output loses when one feature alone is replaced")
          .source(
              "Zeiler, Fergus, \"Visualizing and Understanding Convolutional Networks\", ECCV 2014,"
                  + " arXiv:1311.2901")
          .access(Access.LOGITS)
          .setting(VALUE)
          .made(Erasure::new, values -> new Erasure(values.of(VALUE)));

  public Erasure {
    VALUE.require(value);
  }

  /** Zero in place of a feature. */
  public Erasure() {
    this(0);
  }

  @Override
  public Declaration<Erasure> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + features, 0);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return x.atInput(whole -> withoutEach(x, whole));
  }

  private Step<Attribution> withoutEach(Explained x, double whole) {
    int features = x.input().length;
    double[] lost = new double[features];
    return Step.all(
        features,
        features,
        i -> {
          double[] without = x.input().clone();
          without[i] = value;
          return x.value(without, Step::done);
        },
        (i, left) -> lost[i] = whole - left,
        () ->
            new Attribution(
                lost,
                x.certificate(
                    0, whole, OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty())));
  }
}
