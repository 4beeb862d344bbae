package io.sextant.attacks;

import io.sextant.gradients.Query;
import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * In which order an attack aims at classes. All that is asked is asked at the clean input; where
 * the goal is one class, that one is all there is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum TargetOrder {
  /** The largest logit first, as AutoAttack has it. One forward, unless the logits are known. */
  LOGIT {
    @Override
    public Passes passes(int classes) {
      return new Passes(1, 0);
    }

    @Override
    public Step<Trial> targets(Trial trial, int count, Function<int[], Step<Trial>> next) {
      return trial.rivals(
          classes -> next.apply(Arrays.copyOf(classes, Math.min(count, classes.length))));
    }
  },
  /**
   * The class first whose boundary is nearest if the model were linear: by
   *
   * <pre>
   * (z_y - z_c) / |gradient of (z_c - z_y)|*
   * </pre>
   *
   * with the dual norm, over the 100 classes of largest logits. Beside the logits, one forward and
   * a backward for each of these classes and the true one.
   *
   * <p>Melamed, Yehudai, Shamir, "MALT Powers Up Adversarial Attacks", NeurIPS 2024,
   * arXiv:2407.02240.
   */
  MALT {
    @Override
    public Passes passes(int classes) {
      return new Passes(2, Math.min(CANDIDATES + 1, classes));
    }

    @Override
    public Step<Trial> targets(Trial trial, int count, Function<int[], Step<Trial>> next) {
      return trial.rivals(
          likely ->
              likely.length == 1
                  ? next.apply(likely)
                  : trial.atClean(logits -> nearest(trial, logits, likely, count, next)));
    }
  };

  /** How settings name it. */
  public static final Form<TargetOrder> FORM = Form.choice(TargetOrder.class);

  /** Of so many classes at most MALT asks for the gradients, beside the true one. */
  public static final int CANDIDATES = 100;

  /** The most that it asks, the logits of the clean input included. */
  public abstract Passes passes(int classes);

  /**
   * The classes to aim at.
   *
   * @param count how many at most, at least 1
   * @param next what to do with them
   */
  public abstract Step<Trial> targets(Trial trial, int count, Function<int[], Step<Trial>> next);

  private static Step<Trial> nearest(
      Trial trial, double[] logits, int[] likely, int count, Function<int[], Step<Trial>> next) {
    int[] candidates = Arrays.copyOf(likely, Math.min(CANDIDATES, likely.length));
    int[] asked = Arrays.copyOf(candidates, candidates.length + 1);
    asked[candidates.length] = trial.label();
    return trial.ask(
        new Query.Jacobian(trial.clean().row(), asked),
        reply -> {
          double[][] slopes = reply.gradients();
          double[] own = slopes[candidates.length];
          double[] distance = new double[candidates.length];
          for (int i = 0; i < candidates.length; i++) {
            double[] across = new double[own.length];
            for (int f = 0; f < own.length; f++) {
              across[f] = slopes[i][f] - own[f];
            }
            double steepness = trial.steepness(across);
            // A class that no step approaches to first order comes last, whatever its logit.
            distance[i] =
                steepness > 0
                    ? (logits[trial.label()] - logits[candidates[i]]) / steepness
                    : Double.POSITIVE_INFINITY;
          }
          return next.apply(
              IntStream.range(0, candidates.length)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> distance[i]))
                  .limit(count)
                  .mapToInt(i -> candidates[i])
                  .toArray());
        });
  }
}
