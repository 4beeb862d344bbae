package io.sextant.adaptation;

import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Sharpness-aware, reliable entropy minimisation: the gradient is taken at theta + rho g / |g|,
 * over rows whose entropy is below the margin both here and there; and when the moving mean of that
 * entropy falls below a limit, the model has collapsed and is reset. At most two forwards and two
 * backwards per row.
 *
 * <p>Where no row is reliable nothing moves, the momentum neither; in the authors' code it moves
 * the weights.
 *
 * <p>Niu, Wu, Zhang, Wen, Chen, Zhao, Tan, "Towards Stable Test-Time Adaptation in Dynamic Wild
 * World", ICLR 2023, arXiv:2302.12400. Margin 0.4 ln C, rho 0.05, mean 0.9, reset below 0.2, SGD
 * with momentum 0.9 and 0.00025 as in the authors' code. There the last of a residual network's
 * four blocks is left as it is; here the last quarter of the normalisation layers, rounded down.
 *
 * @param margin largest entropy of a reliable row, as a share of that of the uniform distribution
 * @param rho how far the sharpness is looked for
 * @param resetEntropy moving mean of the entropy below which the model is reset, in nats
 * @param frozen share of the normalisation layers, the last ones, that stay as they are
 * @param estimator how the statistics of the batch are found
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Sar(
    Optimizer.Rule optimizer,
    double learningRate,
    double margin,
    double rho,
    double resetEntropy,
    double frozen,
    Statistics.Estimator estimator)
    implements Descent, Renormalizing {
  private static final double KEEP = 0.9;

  private static final Setting<Sar, Double> MARGIN =
      Setting.of("margin", Form.between(0, 10), Eata.MARGIN.help(), Sar::margin);
  private static final Setting<Sar, Double> RHO =
      Setting.of("rho", Form.between(0, 10), "how far the sharpness is looked for", Sar::rho);
  private static final Setting<Sar, Double> RESET_ENTROPY =
      Setting.of(
          "reset-entropy",
          Form.within(0, 100),
          "moving mean of the entropy, in nats, below which the model is reset",
          Sar::resetEntropy);
  private static final Setting<Sar, Double> FROZEN =
      Setting.of(
          "frozen",
          Form.within(0, 1),
          "share of the normalisation layers, the last ones, that stay as they are",
          Sar::frozen);

  private static final Declaration<Sar> DECLARATION =
      Declaration.of("sar", Kind.ADAPTATION, Sar.class)
          .summary("sharpness-aware steps down the entropy of reliable rows, with a reset")
          .source(
              "Niu, Wu, Zhang, Wen, Chen, Zhao, Tan, \"Towards Stable Test-Time Adaptation in"
                  + " Dynamic Wild World\", ICLR 2023, arXiv:2302.12400")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(MARGIN, RHO, RESET_ENTROPY, FROZEN))
          .settings(List.of(ESTIMATOR))
          .made(
              Sar::new,
              values ->
                  new Sar(
                      values.of(OPTIMIZER),
                      values.of(LEARNING_RATE),
                      values.of(MARGIN),
                      values.of(RHO),
                      values.of(RESET_ENTROPY),
                      values.of(FROZEN),
                      values.of(ESTIMATOR)));

  /** SGD 0.00025, margin 0.4, rho 0.05, reset below 0.2, a quarter frozen. */
  public Sar() {
    this(Optimizer.Rule.SGD, 0.00025, 0.4, 0.05, 0.2, 0.25, Statistics.Estimator.MEAN);
  }

  public Sar {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    MARGIN.require(margin);
    RHO.require(rho);
    RESET_ENTROPY.require(resetEntropy);
    FROZEN.require(frozen);
    Objects.requireNonNull(estimator, "estimator");
  }

  /** The same with another limit for the reset. */
  public Sar withResetEntropy(double nats) {
    return new Sar(optimizer, learningRate, margin, rho, nats, frozen, estimator);
  }

  @Override
  public Declaration<Sar> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2, 2);
  }

  @Override
  public Learner begin(LiveModel model) {
    return at(model, model.scales(), start(model.scales().size()), OptionalDouble.empty());
  }

  private Learner at(
      LiveModel model, Parameters parameters, Optimizer optimizer, OptionalDouble entropy) {
    double most = margin * Math.log(model.classes());
    Weighting reliable =
        logits -> Weighting.meanOf(logits.length, i -> Confidence.entropy(logits[i]) < most);
    return rows -> {
      Slope here = model.slope(rows, statistics(), parameters, Confidence.entropy(), reliable);
      Weighting still =
          logits ->
              Weighting.meanOf(
                  logits.length,
                  i -> here.weights()[i] > 0 && Confidence.entropy(logits[i]) < most);
      if (here.isFlat()) {
        return new Turn(here.logits(), at(model, parameters, optimizer, entropy), parameters);
      }
      Slope there =
          model.slope(
              rows,
              statistics(),
              uphill(model, parameters, here.gradient()),
              Confidence.entropy(),
              still);
      if (there.isFlat()) {
        return new Turn(here.logits(), at(model, parameters, optimizer, entropy), parameters);
      }
      double mean =
          entropy.isPresent()
              ? KEEP * entropy.getAsDouble() + (1 - KEEP) * there.value()
              : there.value();
      if (mean < resetEntropy) {
        return new Turn(here.logits(), begin(model), model.scales(), true);
      }
      Optimizer.Move move = model.move(optimizer, parameters, thawed(model, there.gradient()));
      return new Turn(
          here.logits(),
          at(model, move.parameters(), move.next(), OptionalDouble.of(mean)),
          move.parameters());
    };
  }

  private Parameters uphill(LiveModel model, Parameters parameters, double[] gradient) {
    double[] up = thawed(model, gradient);
    double length = Math.sqrt(Arrays.stream(up).map(slope -> slope * slope).sum());
    double[] moved = parameters.values().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += rho * up[i] / (length + 1e-12);
    }
    return parameters.to(moved);
  }

  /** The gradient without that of the layers that stay as they are. */
  private double[] thawed(LiveModel model, double[] gradient) {
    int layers = model.normalisations();
    int moving = layers - (int) (frozen * layers);
    double[] thawed = new double[gradient.length];
    for (int i = 0; i < thawed.length; i++) {
      thawed[i] = model.layerOf(i) < moving ? gradient[i] : 0;
    }
    return thawed;
  }
}
