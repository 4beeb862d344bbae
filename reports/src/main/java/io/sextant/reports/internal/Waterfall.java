package io.sextant.reports.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The way from the output at the baseline to the output at an input, contribution by contribution,
 * the largest first. What the contributions fail to account for is a step of its own, so that the
 * way ends at the output whatever they are.
 *
 * @param title what is explained
 * @param output what the numbers are
 * @param steps contributions, perhaps the smaller ones as one step, and what all of them fail to
 *     account for, the completeness gap with its sign turned
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Waterfall(String title, String output, List<Step> steps) {
  /** Contributions that have a step of their own. */
  static final int MOST = 14;

  private static final int TOP = 40;
  private static final int ROW = 26;
  private static final int BAR = 16;

  /** What a step is. */
  enum Kind {
    CONTRIBUTION,
    OTHERS,
    GAP
  }

  /**
   * A step.
   *
   * @param name what makes it
   * @param kind what it is
   * @param from output before it
   * @param to output after it
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  record Step(String name, Kind kind, double from, double to) {
    double size() {
      return to - from;
    }

    private String tone() {
      return switch (kind) {
        case GAP -> "gap";
        case OTHERS -> "lump";
        case CONTRIBUTION -> size() < 0 ? "negative" : "positive";
      };
    }
  }

  /**
   * Contributions that nobody lists.
   *
   * @param count how many
   * @param sum of them
   */
  public record Unlisted(int count, double sum) {
    /** None. */
    public static final Unlisted NONE = new Unlisted(0, 0);
  }

  /**
   * Makes the way.
   *
   * @param names of the contributions, perhaps with the values at the input
   * @param contributions one per name, in units of the output
   * @param unlisted further ones
   * @throws IllegalArgumentException if a number is not finite
   */
  public static Waterfall of(
      String title,
      String output,
      double atBaseline,
      double atInput,
      List<String> names,
      double[] contributions,
      Unlisted unlisted) {
    Given.finite("output at the baseline", atBaseline);
    Given.finite("output at the input", atInput);
    Given.finite("contribution", contributions);
    Given.oneEach("contribution", names.size(), contributions.length);
    int[] order =
        IntStream.range(0, contributions.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(contributions[i])))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Step> steps = new ArrayList<>();
    double now = atBaseline;
    // One more than has room would stand as "1 other" in the same place.
    int own =
        order.length + unlisted.count() == MOST + 1 ? order.length : Math.min(MOST, order.length);
    for (int i : IntStream.of(order).limit(own).toArray()) {
      steps.add(new Step(names.get(i), Kind.CONTRIBUTION, now, now + contributions[i]));
      now += contributions[i];
    }
    int others = order.length - own + unlisted.count();
    if (others > 0) {
      double sum =
          unlisted.sum() + IntStream.of(order).skip(own).mapToDouble(i -> contributions[i]).sum();
      steps.add(
          new Step(
              Format.plural(others, "other") + (others == 1 ? "" : " together"),
              Kind.OTHERS,
              now,
              now + sum));
      now += sum;
    }
    Given.finite("sum of contributions", now);
    steps.add(new Step("not accounted for (minus the gap)", Kind.GAP, now, atInput));
    return new Waterfall(title, output, List.copyOf(steps));
  }

  private double atBaseline() {
    return steps.get(0).from();
  }

  private double atInput() {
    return steps.get(steps.size() - 1).to();
  }

  /** The way in words. */
  String description() {
    return "From %s at the baseline to %s at the input: %s."
        .formatted(
            Format.number(atBaseline()),
            Format.number(atInput()),
            Format.join(", ", steps, step -> step.name() + " " + Format.signed(step.size())));
  }

  /** The drawing: a row per step, and one for each end. */
  public Drawing drawing() {
    double least = atBaseline();
    double most = atBaseline();
    for (Step step : steps) {
      least = Math.min(least, step.to());
      most = Math.max(most, step.to());
    }
    Axis axis = Axis.over(least, most, Bars.LEFT, Bars.RIGHT);
    int rows = steps.size() + 2;
    double bottom = TOP + (double) rows * ROW;
    Drawing drawing = new Drawing(bottom + 48, title, description());
    drawing.words("head", Drawing.Anchor.START, 14, 22, Drawing.fit(title, 600));
    drawing.across(axis, TOP, bottom, output);
    end(drawing, axis, 0, "f(x′) at the baseline", atBaseline());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      double middle = middle(i + 1);
      double left = axis.at(Math.min(step.from(), step.to()));
      double right = axis.at(Math.max(step.from(), step.to()));
      drawing.line(
          "link",
          axis.at(step.from()),
          middle - ROW + BAR / 2.0,
          axis.at(step.from()),
          middle - BAR / 2.0);
      drawing.open(step.name() + ": " + Format.signed(step.size()));
      drawing.words(
          step.kind() == Kind.CONTRIBUTION ? "label" : "soft",
          Drawing.Anchor.END,
          Bars.NAMES - 8,
          middle + 4,
          Drawing.fit(step.name(), Bars.NAMES - 20));
      drawing.box(step.tone(), left, middle - BAR / 2.0, right - left, BAR);
      boolean down = step.size() < 0;
      drawing.words(
          "figure",
          down ? Drawing.Anchor.END : Drawing.Anchor.START,
          down ? left - 5 : right + 5,
          middle + 4,
          Format.signed(step.size()));
      drawing.close();
    }
    end(drawing, axis, steps.size() + 1, "f(x) at the input", atInput());
    return drawing;
  }

  private static void end(Drawing drawing, Axis axis, int row, String name, double value) {
    double middle = middle(row);
    drawing.words("strong", Drawing.Anchor.END, Bars.NAMES - 8, middle + 4, name);
    drawing.line("end", axis.at(value), middle - BAR / 2.0, axis.at(value), middle + BAR / 2.0);
    drawing.words(
        "strong", Drawing.Anchor.START, axis.at(value) + 6, middle + 4, Format.number(value));
  }

  private static double middle(int row) {
    return TOP + (row + 0.5) * ROW;
  }
}
