package io.sextant.attacks.patch;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A patch: one square of the image becomes anything in the box, all channels together; of series
 * and vectors, one stretch. The radius in L0 bounds the values that change, and so the patch: its
 * side is the largest s with s² times channels within it. Over the patch's values p, with low and
 * high the box,
 *
 * <pre>
 * p(0) uniform in the box
 * p(t+1) = clip(p(t) + a(t) (high - low) sign(dloss/dp)),  a(t) = (1 + cos(pi t / T)) / 4
 * </pre>
 *
 * <p>A run has one place: that of {@code row} and {@code column}, or, drawn at random, the best of
 * {@code tries} places. Of two places the better one is that on which the gradient at the clean
 * input promises more, the sum of what each value gains by moving to the end of the box that it
 * points to. Another run is another place and another start.
 *
 * <p>Cost: {@code restarts} times {@code steps} gradients and a forward, and one gradient where
 * several places are compared.
 *
 * <p>Karmon, Zoran, Goldberg, "LaVAN: Localized and Visible Adversarial Noise", ICML 2018,
 * arXiv:1801.02608, for patches of one image at a place; the steps are those of PGD in L∞ (Madry et
 * al., ICLR 2018, arXiv:1706.06083) within the patch. Rao, Stutz, Schiele, "Adversarial Training
 * against Location-Optimized Adversarial Patches", 2020, arXiv:2005.02313, for choosing the place.
 *
 * @param steps of a run, at least 1
 * @param restarts runs in all, until one breaks
 * @param tries places that a run chooses from, at least 1
 * @param side of the patch in positions at most; the radius bounds it as well
 * @param row of the patch's upper left corner, from 0; -1 for random places
 * @param column of the same
 * @param loss what is climbed
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Patch(int steps, int restarts, int tries, int side, int row, int column, Loss loss)
    implements Attack {
  private static final Setting<Patch, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps of a run", Patch::steps);
  private static final Setting<Patch, Integer> RESTARTS =
      Setting.of("restarts", Form.count(), "runs in all, until one breaks", Patch::restarts);
  private static final Setting<Patch, Integer> TRIES =
      Setting.of("tries", Form.count(), "random places that a run chooses from", Patch::tries);
  private static final Setting<Patch, Integer> SIDE =
      Setting.of("side", Form.count(), "longest side of the patch", Patch::side);
  private static final Setting<Patch, Integer> ROW =
      Setting.of(
          "row",
          Form.integer(-1, Form.MOST),
          "row of its upper left corner, -1 for any",
          Patch::row);
  private static final Setting<Patch, Integer> COLUMN =
      Setting.of(
          "column",
          Form.integer(-1, Form.MOST),
          "column of its upper left corner, -1 for any",
          Patch::column);
  private static final Setting<Patch, Loss> LOSS =
      Setting.of("loss", Loss.FORM, "what is climbed", Patch::loss);

  private static final Declaration<Patch> DECLARATION =
      Declaration.of("patch", Kind.FIXED_RADIUS, Patch.class)
          .summary("one square of the image becomes anything, by signed gradient steps")
          .source(
              "Karmon, Zoran, Goldberg, \"LaVAN: Localized and Visible Adversarial Noise\", ICML"
                  + " 2018, arXiv:1801.02608; Brown, Mané, Roy, Abadi, Gilmer, \"Adversarial"
                  + " Patch\", 2017, arXiv:1712.09665")
          .norms(Set.of(Norm.L0))
          .settings(List.of(STEPS, RESTARTS, TRIES, SIDE, ROW, COLUMN, LOSS))
          .made(
              Patch::new,
              values ->
                  new Patch(
                      values.of(STEPS),
                      values.of(RESTARTS),
                      values.of(TRIES),
                      values.of(SIDE),
                      values.of(ROW),
                      values.of(COLUMN),
                      values.of(LOSS)));

  /** 40 steps in each of 5 runs, each at the best of 10 random places, on the margin. */
  public static final Patch DEFAULT = new Patch();

  public Patch {
    STEPS.require(steps);
    RESTARTS.require(restarts);
    TRIES.require(tries);
    SIDE.require(side);
    ROW.require(row);
    COLUMN.require(column);
    Objects.requireNonNull(loss, "loss");
    if ((row < 0) != (column < 0)) {
      throw new IllegalArgumentException(
          "row and column must be given together but were %d and %d".formatted(row, column));
    }
  }

  /** The {@link #DEFAULT}. */
  public Patch() {
    this(40, 5, 10, Form.MOST, -1, -1, Loss.MARGIN);
  }

  /** This attack with another number of steps. */
  public Patch withSteps(int newSteps) {
    return new Patch(newSteps, restarts, tries, side, row, column, loss);
  }

  /** This attack with another number of runs. */
  public Patch withRestarts(int newRestarts) {
    return new Patch(steps, newRestarts, tries, side, row, column, loss);
  }

  /** This attack choosing from another number of random places. */
  public Patch withTries(int newTries) {
    return new Patch(steps, restarts, newTries, side, row, column, loss);
  }

  /** This attack with a patch that is no longer than this. */
  public Patch withSide(int newSide) {
    return new Patch(steps, restarts, tries, newSide, row, column, loss);
  }

  /** This attack at one place. */
  public Patch at(int newRow, int newColumn) {
    return new Patch(steps, restarts, tries, side, newRow, newColumn, loss);
  }

  @Override
  public Declaration<Patch> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long taken = (long) restarts * steps + 1;
    return new Passes(1 + taken + restarts, taken);
  }

  @Override
  public Optional<Attack> longer() {
    return Optional.of(withSteps(Math.min(Form.MOST, 2 * steps)));
  }

  /** The smaller patch is another one: what is left of a larger one need not be a square. */
  @Override
  public boolean nested() {
    return false;
  }

  @Override
  public Optional<Footprint> footprint(Shape shape, double radius) {
    Region region = Region.of(shape, radius, side);
    return Optional.of(
        row < 0
            ? Footprint.anywhere(region.tall(), region.wide())
            : Footprint.at(region.tall(), region.wide(), row, column));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Region region = Region.of(trial.shape(), trial.epsilon(), side);
    if (row >= 0) {
      int place = region.place(row, column);
      return trial.runs(restarts, run -> fill(trial, region.features(place)));
    }
    // A clean input without a gradient tells no place from another; then the first one drawn is it.
    return trial.look(
        trial.clean(),
        trial.objective(loss),
        seen ->
            trial.runs(
                restarts,
                run -> fill(trial, region.features(best(trial, region, seen.gradient())))));
  }

  /** Of places drawn at random the one where the gradient promises most. */
  private int best(Trial trial, Region region, double[] gradient) {
    double[] slope = trial.slope(gradient);
    RandomGenerator random = trial.random(0);
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tries; i++) {
      int place = region.draw(random);
      double gain = 0;
      for (int f : region.features(place)) {
        gain += slope[f] * (slope[f] > 0 ? trial.high()[f] : trial.low()[f]);
      }
      if (gain > most) {
        most = gain;
        best = place;
      }
    }
    return best;
  }

  private Step<Trial> fill(Trial trial, int[] features) {
    double[] v = new double[trial.clean().row().length];
    RandomGenerator random = trial.random(1);
    for (int f : features) {
      v[f] = trial.low()[f] + random.nextDouble() * (trial.high()[f] - trial.low()[f]);
    }
    return climb(trial, features, trial.at(v), 0);
  }

  private Step<Trial> climb(Trial trial, int[] features, Iterate x, int t) {
    return t == steps
        ? trial.judge(x)
        : trial.gradient(
            x,
            trial.objective(loss),
            g -> {
              double[] slope = trial.slope(g);
              double[] v = x.perturbation().clone();
              double a = (1 + Math.cos(Math.PI * t / steps)) / 4;
              for (int f : features) {
                double reach = trial.high()[f] - trial.low()[f];
                v[f] += a * reach * Math.signum(slope[f]);
              }
              return climb(trial, features, trial.at(v), t + 1);
            });
  }
}
