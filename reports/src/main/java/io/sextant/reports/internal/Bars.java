package io.sextant.reports.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Attributions of one example as bars, the largest first.
 *
 * @param title above the bars
 * @param bars the largest ones
 * @param more how many are smaller
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Bars(String title, List<Bar> bars, int more) {
  /** Bars that people read; the others are counted. */
  private static final int MOST = 20;

  /** Room for names, and between which places the axis lies: in other drawings by rows, too. */
  static final int NAMES = 236;

  static final int LEFT = 316;
  static final int RIGHT = 636;
  private static final int TOP = 36;
  private static final int ROW = 22;

  /**
   * A bar.
   *
   * @param name whose it is
   * @param value its length
   * @param error half of its whisker, 0 where there is none
   */
  record Bar(String name, double value, double error) {}

  /**
   * Chooses the bars.
   *
   * @throws IllegalArgumentException if a number is not finite
   */
  public static Bars of(
      String title, List<String> names, double[] values, Optional<double[]> errors) {
    Given.oneEach("value", names.size(), values.length);
    Given.finite("value", values);
    errors.ifPresent(all -> Given.oneEach("standard error", names.size(), all.length));
    errors.ifPresent(all -> Given.finite("standard error", all));
    return new Bars(
        title,
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(values[i])))
            .limit(MOST)
            .map(i -> new Bar(names.get(i), values[i], errors.map(all -> all[i]).orElse(0.0)))
            .toList(),
        Math.max(0, values.length - MOST));
  }

  /** The drawing, zero in the middle. */
  public Drawing drawing() {
    double most =
        bars.stream().mapToDouble(bar -> Math.abs(bar.value()) + bar.error()).max().orElse(0);
    Axis axis = Axis.over(-most, most, LEFT, RIGHT);
    double bottom = TOP + (double) ROW * bars.size();
    Drawing drawing =
        new Drawing(
            bottom + (more > 0 ? 30 : 12),
            title,
            Format.join(", ", bars, bar -> bar.name() + " " + Format.signed(bar.value())) + ".");
    drawing.words("head", Drawing.Anchor.START, 14, 22, Drawing.fit(title, 600));
    for (int row = 0; row < bars.size(); row++) {
      Bar bar = bars.get(row);
      double middle = TOP + (row + 0.5) * ROW;
      boolean down = bar.value() < 0;
      double left = axis.at(Math.min(0, bar.value()));
      double right = axis.at(Math.max(0, bar.value()));
      double half = axis.at(bar.error()) - axis.at(0);
      drawing.open(bar.name() + ": " + Format.signed(bar.value()));
      drawing.words(
          "label", Drawing.Anchor.END, NAMES - 8, middle + 4, Drawing.fit(bar.name(), NAMES - 20));
      drawing.box(down ? "negative" : "positive", left, middle - 8, right - left, 16);
      if (bar.error() > 0) {
        double end = down ? left : right;
        drawing.line("whisker", end - half, middle, end + half, middle);
      }
      drawing.words(
          "figure",
          down ? Drawing.Anchor.END : Drawing.Anchor.START,
          down ? left - half - 5 : right + half + 5,
          middle + 4,
          Format.signed(bar.value()));
      drawing.close();
    }
    drawing.line("axis", axis.at(0), TOP, axis.at(0), bottom);
    if (more > 0) {
      drawing.words("soft", Drawing.Anchor.END, NAMES - 8, bottom + 16, more + " more are smaller");
    }
    return drawing;
  }
}
