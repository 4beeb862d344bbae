package io.sextant.explainers.propagation;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.DrawnBaselines;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The mean of {@link DeepLift} over a background of inputs: an estimate of Shapley values of the
 * difference from a typical input.
 *
 * <p>Attributions add up to f(x) - mean f(b) over the rows b that were drawn, as those of each row
 * do. The standard errors are those of the mean over rows, for what other rows would have given.
 *
 * <p>Lundberg, Lee, "A Unified Approach to Interpreting Model Predictions", NeurIPS 2017,
 * arXiv:1705.07874 (Deep SHAP); Chen, Lundberg, Lee, "Explaining a Series of Models by Propagating
 * Shapley Values", Nature Communications 13, 2022, arXiv:2105.00108, of which the rescale rule is
 * taken.
 *
 * <p>Cost per example: that of {@link DeepLift} for each row of the background.
 *
 * @param baseline the background; {@code draws:N} are N rows of the data
 * @param nodes of path means, 2 to 1000
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DeepShap(Baseline baseline, int nodes) implements Explainer {
  private static final int USUAL_ROWS = 32;

  private static final Setting<DeepShap, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "the background that the input is compared with; draws:N are N rows of the data",
          DeepShap::baseline);
  private static final Setting<DeepShap, Integer> NODES =
      Setting.of("nodes", DeepLift.NODES_FORM, DeepLift.NODES_HELP, DeepShap::nodes);

  private static final Declaration<DeepShap> DECLARATION =
      Declaration.of("deep-shap", Kind.ATTRIBUTION, DeepShap.class)
          .summary("the mean of deep-lift over a background of inputs")
          .source(
              "Lundberg, Lee, \"A Unified Approach to Interpreting Model Predictions\", NeurIPS"
                  + " 2017, arXiv:1705.07874")
          .settings(List.of(BASELINE, NODES))
          .made(DeepShap::new, values -> new DeepShap(values.of(BASELINE), values.of(NODES)));

  /** From 32 rows of the data. */
  public static final DeepShap DEFAULT = new DeepShap();

  public DeepShap {
    Objects.requireNonNull(baseline, "baseline");
    NODES.require(nodes);
  }

  /** The {@link #DEFAULT}. */
  public DeepShap() {
    this(new DrawnBaselines(USUAL_ROWS), DeepLift.USUAL_NODES);
  }

  /** The same with another background. */
  public DeepShap withBaseline(Baseline newBaseline) {
    return new DeepShap(newBaseline, nodes);
  }

  /** The same with another number of nodes. */
  public DeepShap withNodes(int newNodes) {
    return new DeepShap(baseline, newNodes);
  }

  private DeepLift ofEachRow() {
    return new DeepLift(baseline, nodes);
  }

  @Override
  public Declaration<DeepShap> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return ofEachRow().passes(classes, features);
  }

  @Override
  public DeepShap fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return ofEachRow()
        .compared(x)
        .then(
            all -> {
              Attribution mean = all.attribution(x, baseline);
              Optional<double[]> errors = all.standardErrors();
              return Step.done(errors.isEmpty() ? mean : withErrors(mean, errors.get()));
            });
  }

  private static Attribution withErrors(Attribution mean, double[] errors) {
    double average = Arrays.stream(errors).average().orElse(0);
    return new Attribution(mean.values(), mean.certificate().withStandardError(average))
        .withStandardErrors(errors)
        .withRemarks(mean.remarks());
  }
}
