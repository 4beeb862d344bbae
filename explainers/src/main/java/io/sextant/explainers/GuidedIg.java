package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Guided integrated gradients: the gradient integrated along a path from a baseline to the input
 * that the model itself chooses. At each step the values with the smallest gradients move first, so
 * that the path keeps away from places where the output changes for no reason of the input's; it
 * never strays far from the straight line.
 *
 * <p>Kapishnikov, Venugopalan, Avci, Wedin, Terry, Bolukbasi, "Guided Integrated Gradients: an
 * Adaptive Path Method for Removing Noise", CVPR 2021, arXiv:2106.09788. Defaults are those of the
 * authors' code.
 *
 * <p>Attributions add up to f(x) - f(x') but for the error of the steps, which the certificate
 * states. The path of each example depends on the gradients on it, so its steps follow one another;
 * examples share batches. Cost per example and baseline: a gradient for each step; once for each
 * example a forward for f(x).
 *
 * @param steps of the path, 1 to 10000
 * @param fraction of the values that move first, those with the smallest gradients, above 0 to 1;
 *     with 1 all move together, along the straight line
 * @param maxDistance how far each value may be ahead of the straight line or behind it, as a part
 *     of its whole way, from 0 to 1
 * @param baseline the start of the path
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GuidedIg(int steps, double fraction, double maxDistance, Baseline baseline)
    implements Explainer {
  private static final Setting<GuidedIg, Integer> STEPS =
      Setting.of("steps", Form.integer(1, 10_000), "of the path", GuidedIg::steps);
  private static final Setting<GuidedIg, Double> FRACTION =
      Setting.of(
          "fraction",
          Form.within(0, 1),
          "of the values that move first, those with the smallest gradients",
          GuidedIg::fraction);
  private static final Setting<GuidedIg, Double> MAX_DISTANCE =
      Setting.of(
          "max-distance",
          Form.within(0, 1),
          "how far a value may be from the straight line, as a part of its way",
          GuidedIg::maxDistance);
  private static final Setting<GuidedIg, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "where the path starts; auto is the median of the data for tables, zero otherwise",
          GuidedIg::baseline);

  private static final Declaration<GuidedIg> DECLARATION =
      Declaration.of("guided-ig", Kind.ATTRIBUTION, GuidedIg.class)
          .summary("integrated gradients on a path along which small gradients are passed first")
          .source(
              "Kapishnikov, Venugopalan, Avci, Wedin, Terry, Bolukbasi, \"Guided Integrated"
                  + " Gradients: an Adaptive Path Method for Removing Noise\", CVPR 2021,"
                  + " arXiv:2106.09788")
          .settings(List.of(STEPS, FRACTION, MAX_DISTANCE, BASELINE))
          .made(
              GuidedIg::new,
              values ->
                  new GuidedIg(
                      values.of(STEPS),
                      values.of(FRACTION),
                      values.of(MAX_DISTANCE),
                      values.of(BASELINE)));

  /** 200 steps, a quarter of the values first, within 0.02 of the straight line. */
  public static final GuidedIg DEFAULT = new GuidedIg();

  public GuidedIg {
    Objects.requireNonNull(baseline, "baseline");
    STEPS.require(steps);
    FRACTION.require(fraction);
    MAX_DISTANCE.require(maxDistance);
  }

  /** The {@link #DEFAULT}. */
  public GuidedIg() {
    this(200, 0.25, 0.02, new Baseline.Automatic());
  }

  /** The same with more steps or fewer. */
  public GuidedIg withSteps(int newSteps) {
    return new GuidedIg(newSteps, fraction, maxDistance, baseline);
  }

  /** The same with another part of the values moving first. */
  public GuidedIg withFraction(double newFraction) {
    return new GuidedIg(steps, newFraction, maxDistance, baseline);
  }

  /** The same nearer to the straight line or farther from it. */
  public GuidedIg withMaxDistance(double newMaxDistance) {
    return new GuidedIg(steps, fraction, newMaxDistance, baseline);
  }

  /** The same from another baseline. */
  public GuidedIg withBaseline(Baseline newBaseline) {
    return new GuidedIg(steps, fraction, maxDistance, newBaseline);
  }

  @Override
  public Declaration<GuidedIg> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0).plus(new Passes(steps, steps).times(baseline.count()));
  }

  @Override
  public GuidedIg fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    List<double[]> starts = baseline.rows(x);
    MeanIntegral mean = new MeanIntegral(x.input().length);
    return x.atInput(
        fInput ->
            Step.all(
                starts.size(),
                starts.size(),
                k -> new GuidedPath(x, starts.get(k), fInput, this).integral(),
                (k, integral) -> mean.add(integral),
                () -> attribution(x, starts, mean.mean())));
  }

  private Attribution attribution(Explained x, List<double[]> starts, PathIntegral integral) {
    return new Attribution(
            integral.values(),
            x.certificate(
                integral.nodes(),
                integral.fInput(),
                OptionalDouble.of(integral.fBaseline()),
                OptionalDouble.of(integral.gap()),
                integral.toleranceMet()))
        .withRemarks(baseline.remarks(x.domain(), starts));
  }
}
