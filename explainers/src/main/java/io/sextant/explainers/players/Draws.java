package io.sextant.explainers.players;

import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How long coalitions are drawn: until the largest standard error of any player is small enough, or
 * the samples are used up.
 *
 * @param samples the most coalitions that are asked about, beside none and all; 4 to a million
 * @param tolerance the standard error to stop at, in units of the output, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Draws(int samples, double tolerance) {
  /** Units with which a standard error is judged for the first time. */
  static final int FIRST = 32;

  private static final Setting<Sampled, Integer> SAMPLES =
      Setting.of(
          "samples",
          Form.integer(4, Form.MOST),
          "the most coalitions that are asked about, each at every baseline",
          m -> m.draws().samples());
  private static final Setting<Sampled, Double> TOLERANCE =
      Setting.of(
          "tolerance",
          Form.between(0, 1e6),
          "the largest standard error of a player to stop at, in units of the output",
          m -> m.draws().tolerance());

  /** At most 4,096 coalitions, to a standard error of 0.01. */
  public static final Draws DEFAULT = new Draws(4096, 0.01);

  /** The settings of whatever draws. */
  static final List<Setting<Sampled, ?>> SETTINGS = List.of(SAMPLES, TOLERANCE);

  static Draws of(Values<? extends Sampled> values) {
    return new Draws(values.of(SAMPLES), values.of(TOLERANCE));
  }

  public Draws {
    SAMPLES.require(samples);
    TOLERANCE.require(tolerance);
  }

  /** The same with another number of coalitions. */
  public Draws withSamples(int newSamples) {
    return new Draws(newSamples, tolerance);
  }

  /** The same to another standard error. */
  public Draws withTolerance(double newTolerance) {
    return new Draws(samples, newTolerance);
  }

  /** How many units are drawn at first. */
  int first(int most) {
    return Math.min(FIRST, most);
  }

  /**
   * How many units there are to be in all after a look at their standard error; as many as there
   * are when it is time to stop. It falls as the root of their number.
   *
   * @param drawn units so far
   * @param error the largest standard error
   * @param most units that there may be
   */
  int next(int drawn, double error, int most) {
    if (error <= tolerance || drawn >= most) {
      return drawn;
    }
    double ratio = error / tolerance;
    double growth = Math.min(2, Math.max(1.25, 1.05 * ratio * ratio));
    return (int) Math.min(most, Math.ceil(drawn * growth));
  }
}
