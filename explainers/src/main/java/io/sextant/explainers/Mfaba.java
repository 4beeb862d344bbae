package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The gradient integrated along the way of an attack: from the input, the output is descended until
 * the model decides otherwise, and each value gets what crossing its moves took from the output.
 *
 * <pre>
 * attribution_i = sum over j of (g_i(x_j) + g_i(x_{j+1})) / 2 (x_{j,i} - x_{j+1,i})
 * </pre>
 *
 * <p>There is no baseline to choose: the end of the path, an adversarial input, is one, and the
 * certificate has the output there. Attributions add up to f(input) - f(end) but for the error of
 * the steps, which the certificate states.
 *
 * <p>Zhu, Chen, Zhang et al., "MFABA: A More Faithful and Accelerated Boundary-based Attribution
 * Method for Deep Neural Networks", AAAI 2024, arXiv:2312.13630. As there, steps follow the sign of
 * the gradient or its direction, and end early; gradients are averaged over both ends of a step.
 * Here the path keeps to the domain: bounds, immutable features and one-way features as for an
 * attack; binaries and one-hot groups do not move.
 *
 * <p>Steps of an example follow one another; examples share batches. Cost per example: a gradient
 * for each point of its path.
 *
 * @param steps the most steps, 1 to 10000
 * @param stepSize in units of each feature's scale (of inputs whose features have scale 1, such as
 *     pixels, in units of the input), above 0
 * @param direction of a step
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Mfaba(int steps, double stepSize, Direction direction) implements Explainer {
  /**
   * How a step follows the gradient.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Direction {
    /** Every feature by the step size, against the sign of its gradient. */
    SIGN,
    /** All features together by the step size in L2, against the gradient. */
    GRADIENT
  }

  private static final Setting<Mfaba, Integer> STEPS =
      Setting.of("steps", Form.integer(1, 10_000), "the most steps", Mfaba::steps);
  private static final Setting<Mfaba, Double> STEP_SIZE =
      Setting.of(
          "step-size",
          Form.between(0, 1e6),
          "of each step, in units of the features' scale",
          Mfaba::stepSize);
  private static final Setting<Mfaba, Direction> DIRECTION =
      Setting.of(
          "direction",
          Form.choice(Direction.class),
          "sign moves every feature by the step size, gradient all together in L2",
          Mfaba::direction);

  private static final Declaration<Mfaba> DECLARATION =
      Declaration.of("mfaba", Kind.ATTRIBUTION, Mfaba.class)
          .summary("the gradient integrated along the way of an attack, to where the class changes")
          .source(
              "Zhu, Chen, Zhang et al., \"MFABA: A More Faithful and Accelerated Boundary-based"
                  + " Attribution Method for Deep Neural Networks\", AAAI 2024, arXiv:2312.13630")
          .settings(List.of(STEPS, STEP_SIZE, DIRECTION))
          .made(
              Mfaba::new,
              values -> new Mfaba(values.of(STEPS), values.of(STEP_SIZE), values.of(DIRECTION)));

  /** At most 50 steps of 0.01 by the sign. */
  public static final Mfaba DEFAULT = new Mfaba();

  public Mfaba {
    Objects.requireNonNull(direction, "direction");
    STEPS.require(steps);
    STEP_SIZE.require(stepSize);
  }

  /** The {@link #DEFAULT}. */
  public Mfaba() {
    this(50, 0.01, Direction.SIGN);
  }

  /** The same with more steps or fewer. */
  public Mfaba withSteps(int newSteps) {
    return new Mfaba(newSteps, stepSize, direction);
  }

  /** The same with longer steps or shorter ones. */
  public Mfaba withStepSize(double newStepSize) {
    return new Mfaba(steps, newStepSize, direction);
  }

  /** The same with steps in another direction. */
  public Mfaba withDirection(Direction newDirection) {
    return new Mfaba(steps, stepSize, newDirection);
  }

  @Override
  public Declaration<Mfaba> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 1L, steps + 1L);
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    return new Descent(x, this).attribution();
  }
}
