package io.sextant.attacks.gradient;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Output diversified initialisation: before a run begins to climb its loss, some steps as long as
 * the radius along a random combination of the logits, so that runs begin where the model says
 * different things.
 *
 * <pre>
 * x ← P(x + epsilon d(gradient of w z)),   w ~ U(-1, 1) for each class, anew for each run
 * </pre>
 *
 * <p>Tashiro, Song, Ermon, "Diversity can be Transferred: Output Diversification for White- and
 * Black-box Attacks", NeurIPS 2020, arXiv:2003.06878.
 *
 * <p>Adaptive directions lead towards one rival after another: w is u s at the true class and 0.8 s
 * at one other class, with s = K / 10, at least 1. That class goes through the first 9 (from 100
 * classes on 14, from 1000 on 20) by their logits on the clean input, one for each run; u is drawn
 * from (-0.5, 0.1) and (-0.1, 0.5) in turn, from 100 classes on from the first. They follow Liu et
 * al., "Practical Evaluation of Adversarial Robustness via Adaptive Auto Attack" (A3), CVPR 2022,
 * arXiv:2203.05154, which chooses between these patterns by how often each was successful on other
 * examples; here they take turns, so that an example's result depends on itself alone.
 *
 * @param steps from 0, for none, to 1000
 * @param adaptive whether directions are adaptive
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Odi(int steps, boolean adaptive) {
  /** No such steps. */
  public static final Odi NONE = new Odi(0, false);

  /** How settings name it: {@code 7}, or {@code adaptive 7}. */
  public static final Form<Odi> FORM =
      new Form<>("a whole number from 0 to 1000, or 'adaptive' and one", Odi::parse, Odi::text);

  private static final int MOST = 1000;
  private static final String ADAPTIVE = "adaptive ";
  private static final long DIRECTION = 1;

  public Odi {
    if (steps < 0 || steps > MOST || adaptive && steps == 0) {
      throw new IllegalArgumentException(
          "odi must have 0 to 1000 steps, and 1 at least with adaptive directions, but had "
              + steps);
    }
  }

  /**
   * Reads {@code 7} or {@code adaptive 7}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static Odi parse(String text) {
    boolean adaptive = text.startsWith(ADAPTIVE);
    return new Odi(
        Integer.parseInt((adaptive ? text.substring(ADAPTIVE.length()) : text).trim()), adaptive);
  }

  private String text() {
    return (adaptive ? ADAPTIVE : "") + steps;
  }

  /** The setting {@code odi} of a method that begins with such steps. */
  static <M> Setting<M, Odi> setting(Function<? super M, Odi> value) {
    return Setting.of("odi", FORM, "first steps along random combinations of logits", value);
  }

  /** Takes its steps, and goes on from where they lead. */
  Step<Trial> from(Trial trial, Iterate x, Function<Iterate, Step<Trial>> next) {
    if (steps == 0) {
      return next.apply(x);
    }
    long draw = trial.random(DIRECTION).nextLong();
    return adaptive
        ? trial.rivals(
            rivals -> climb(trial, towards(trial.label(), rivals, trial.run(), draw), x, 0, next))
        : climb(trial, anywhere(draw), x, 0, next);
  }

  private Step<Trial> climb(
      Trial trial, Objective wz, Iterate x, int t, Function<Iterate, Step<Trial>> next) {
    return t == steps
        ? next.apply(x)
        : trial.gradient(
            x,
            wz,
            g -> climb(trial, wz, trial.project(trial.ascend(x, g, trial.epsilon())), t + 1, next));
  }

  /** w z with w ~ U(-1, 1) for each class. */
  private static Objective anywhere(long draw) {
    return (logits, cotangent) -> {
      uniform(RandomKey.of(draw).random(), cotangent);
      return product(logits, cotangent);
    };
  }

  private static void uniform(RandomGenerator random, double[] w) {
    for (int i = 0; i < w.length; i++) {
      w[i] = 2 * random.nextDouble() - 1;
    }
  }

  /** The same, but for the label and one of its rivals. */
  static Objective towards(int label, int[] rivals, int run, long draw) {
    return (logits, cotangent) -> {
      RandomGenerator random = RandomKey.of(draw).random();
      uniform(random, cotangent);
      int classes = logits.length;
      int ranks = Math.min(rivals.length, classes < 100 ? 9 : classes < 1000 ? 14 : 20);
      // The other pattern in every other run; and also for each rank, where their number is even.
      boolean second = classes < 100 && (run + (ranks % 2 == 0 ? run / ranks : 0)) % 2 == 1;
      double scale = Math.max(1, classes / 10.0);
      cotangent[label] = scale * ((second ? -0.1 : -0.5) + 0.6 * random.nextDouble());
      cotangent[rivals[run % ranks]] = 0.8 * scale;
      return product(logits, cotangent);
    };
  }

  private static double product(double[] logits, double[] w) {
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += w[i] * logits[i];
    }
    return sum;
  }
}
