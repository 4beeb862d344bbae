package io.sextant.lrp;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.propagation.OutputSlopes;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.gradients.rules.Start;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;

/**
 * Layer-wise relevance propagation: the output is shared out among the units of the last layer by
 * what they contributed to it, their relevance among those before them, and so on to the input.
 *
 * <p>Relevance begins as the logit (as the logit less the largest other one for {@code margin},
 * each with its sign; for {@code probability} what it is more than with logits of 0, shared out
 * along the line from there). Most rules conserve it but for what biases take and epsilon absorbs;
 * alpha-beta conserves it where a unit has contributions of both signs. The certificate states as
 * gap what the input got more than there was.
 *
 * <p>Bach, Binder, Montavon, Klauschen, Müller, Samek, "On Pixel-wise Explanations for Non-linear
 * Classifier Decisions by Layer-wise Relevance Propagation", PLoS ONE 10(7), 2015 (epsilon,
 * alpha-beta); Montavon, Lapuschkin, Binder, Samek, Müller, "Explaining NonLinear Classification
 * Decisions with Deep Taylor Decomposition", Pattern Recognition 65, 2017, arXiv:1512.02479 (z+,
 * w^2, z^B); Montavon, Binder, Lapuschkin, Samek, Müller, "Layer-wise Relevance Propagation: An
 * Overview", in "Explainable AI", 2019 (gamma, composites). Epsilon 1e-6, gamma 0.25 and composites
 * by kind of layer are those of zennit.
 *
 * <p>Others hold patents on the method; see the notice of this module.
 *
 * <p>Cost per example: one forward and one backward with epsilon, and up to four more forwards and
 * three more backwards by scheme; the box takes two forwards at the bounds. A predicted class costs
 * one forward.
 *
 * @param rules of all layers
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Lrp(RelevanceRules rules) implements Explainer {
  private static final Setting<Lrp, Scheme> COMPOSITE =
      Setting.of(
          "composite",
          Form.choice(Scheme.class),
          "rules of layers with weights; z+ is alpha-beta with alpha 1",
          m -> m.rules().scheme());
  private static final Setting<Lrp, FirstLayer> FIRST =
      Setting.of(
          "first",
          Form.choice(FirstLayer.class),
          "rule of the first layer: box shares by the distance from the domain's bounds, flat"
              + " evenly",
          m -> m.rules().first());
  private static final Setting<Lrp, Double> EPSILON =
      Setting.of(
          "epsilon",
          Form.between(0, 1e6),
          "what sums of contributions are kept away from 0 by",
          m -> m.rules().epsilon());
  private static final Setting<Lrp, Double> GAMMA =
      Setting.of(
          "gamma",
          Form.within(0, 1e6),
          "how much more positive contributions count in the gamma rule",
          m -> m.rules().gamma());
  private static final Setting<Lrp, Double> ALPHA =
      Setting.of(
          "alpha",
          Form.within(1, 1e6),
          "of the alpha-beta rule; beta is alpha - 1",
          m -> m.rules().alpha());
  private static final Setting<Lrp, Boolean> BIAS =
      Setting.of(
          "bias",
          Form.flag(),
          "whether biases take their share of the relevance, which is lost then",
          m -> m.rules().bias());

  private static final Declaration<Lrp> DECLARATION =
      Declaration.of("lrp", Kind.ATTRIBUTION, Lrp.class)
          .summary(
              "the output shared out layer by layer among what contributed to it (layer-wise"
                  + " relevance propagation)")
          .source(
              "Bach, Binder, Montavon, Klauschen, Müller, Samek, \"On Pixel-wise Explanations for"
                  + " Non-linear Classifier Decisions by Layer-wise Relevance Propagation\", PLoS"
                  + " ONE 10(7), 2015")
          .settings(List.of(COMPOSITE, FIRST, EPSILON, GAMMA, ALPHA, BIAS))
          .made(Lrp::new, Lrp::of);

  /** z+ for convolutions and epsilon for dense layers. */
  public static final Lrp DEFAULT = new Lrp();

  // Four runs of a layer are the most that a rule asks for.
  private static final int MOST_RUNS = 4;

  public Lrp {
    Objects.requireNonNull(rules, "rules");
  }

  /** The {@link #DEFAULT}. */
  public Lrp() {
    this(new RelevanceRules(Scheme.EPSILON_PLUS, FirstLayer.SAME, 1e-6, 0.25, 2, true));
  }

  private static Lrp of(Values<Lrp> values) {
    return new Lrp(
        new RelevanceRules(
            values.of(COMPOSITE),
            values.of(FIRST),
            values.of(EPSILON),
            values.of(GAMMA),
            values.of(ALPHA),
            values.of(BIAS)));
  }

  /** With other rules. */
  public Lrp withRules(RelevanceRules newRules) {
    return new Lrp(newRules);
  }

  @Override
  public Declaration<Lrp> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2L + rules.references() + MOST_RUNS, MOST_RUNS);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    List<double[]> bounds =
        rules.references() == 0
            ? List.of()
            : List.of(bound(x, Feature::minimum), bound(x, Feature::maximum));
    return x.knowingClass(
        () ->
            x.ruled(x.input(), bounds, relevance(x), rules)
                .then(reply -> Step.done(attribution(x, reply))));
  }

  /** Logits times the mean slopes on the way from none. */
  private static Start relevance(Explained x) {
    OutputSlopes slopes = new OutputSlopes(x.objective());
    return (logits, references) -> {
      double[] relevance = slopes.between(new double[logits.length], logits);
      for (int i = 0; i < relevance.length; i++) {
        relevance[i] *= logits[i];
      }
      return relevance;
    };
  }

  private static double[] bound(Explained x, ToDoubleFunction<Feature> of) {
    InputDomain domain = x.domain();
    double[] bound = domain.features().stream().mapToDouble(of).toArray();
    if (!Arrays.stream(bound).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "first=box shares by the distance from the domain's bounds, which must be finite; give"
              + " features a minimum and a maximum, or take first=same");
    }
    return bound;
  }

  private static Attribution attribution(Explained x, Reply.Ruled reply) {
    double output = x.output(reply.logits());
    double without = x.output(new double[reply.logits().length]);
    double gap = Arrays.stream(reply.flow()).sum() - (output - without);
    return new Attribution(
        reply.flow(),
        x.certificate(
            1, output, OptionalDouble.of(without), OptionalDouble.of(gap), Optional.empty()));
  }
}
