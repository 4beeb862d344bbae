package io.sextant.reports.internal;

import io.sextant.results.ExplanationQuality;
import io.sextant.results.Floats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Curves of one metric: explainers with bands of one standard error, and beside them the controls.
 *
 * @param title of the drawing
 * @param across what the axis from left to right says
 * @param upward what the axis from bottom to top says
 * @param lines explainers, then controls
 * @param more explainers for which there is no room
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record RemovalChart(String title, String across, String upward, List<Line> lines, int more) {
  /** Explainers that have a line; the styles of lines are as many. */
  static final int MOST = 6;

  private static final int MOST_CONTROLS = 3;
  private static final int MOST_ROWS = 21;

  private static final int LEFT = 60;
  private static final int RIGHT = 470;
  private static final int TOP = 50;
  private static final int BOTTOM = 300;
  private static final int LEGEND = 494;
  private static final int ENTRY = 34;

  /**
   * A line.
   *
   * @param name of the explainer or control
   * @param control whether it explains nothing
   * @param score in words
   * @param style class of the line
   * @param tone class of the band
   * @param shares where its points are
   * @param means how high
   * @param errors half the width of the band; 0 where it is unknown
   */
  record Line(
      String name,
      boolean control,
      String score,
      String style,
      String tone,
      float[] shares,
      float[] means,
      float[] errors) {
    double low(int i) {
      return (double) means[i] - errors[i];
    }

    double high(int i) {
      return (double) means[i] + errors[i];
    }
  }

  /**
   * The chart of a metric.
   *
   * @return empty where none of its cells has a curve
   */
  public static Optional<RemovalChart> of(ExplanationQuality.Column metric) {
    List<ExplanationQuality.Cell> drawn =
        metric.cells().stream().filter(cell -> cell.curve().isPresent()).toList();
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    List<Line> lines = new ArrayList<>();
    List<ExplanationQuality.Cell> own = drawn.stream().filter(cell -> !cell.control()).toList();
    for (int i = 0; i < Math.min(MOST, own.size()); i++) {
      lines.add(line(own.get(i), "s" + i, "f" + i));
    }
    List<ExplanationQuality.Cell> controls =
        drawn.stream().filter(ExplanationQuality.Cell::control).toList();
    for (int i = 0; i < Math.min(MOST_CONTROLS, controls.size()); i++) {
      lines.add(line(controls.get(i), "k" + i, "f"));
    }
    ExplanationQuality.Curve any = drawn.get(0).curve().orElseThrow();
    return Optional.of(
        new RemovalChart(
            "%s, %s is better".formatted(metric.metric(), metric.better()),
            "share of the input %s, the most supporting first"
                .formatted(any.removes() ? "removed" : "inserted"),
            "mean " + any.output(),
            lines,
            Math.max(0, own.size() - MOST)));
  }

  private static Line line(ExplanationQuality.Cell cell, String style, String tone) {
    ExplanationQuality.Curve curve = cell.curve().orElseThrow();
    float[] means = curve.means().values();
    return new Line(
        cell.explainer(),
        cell.control(),
        "%s on %d".formatted(Judged.score(cell), cell.defined()),
        style,
        tone,
        curve.shares().values(),
        means,
        curve.standardErrors().map(Floats::values).orElseGet(() -> new float[means.length]));
  }

  /**
   * A row of the table of figures.
   *
   * @param share of the input
   * @param cells a mean per line; a dash where a line has other points
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(String share, List<String> cells) {}

  /** Some points of the curves, both ends among them. */
  public List<Row> rows() {
    float[] shares = lines.get(0).shares();
    int kept = Math.min(MOST_ROWS, shares.length);
    return IntStream.range(0, kept)
        .map(r -> (int) Math.round((double) r * (shares.length - 1) / (kept - 1)))
        .mapToObj(
            i ->
                new Row(
                    Format.percent(shares[i]),
                    lines.stream()
                        .map(
                            line ->
                                Arrays.equals(line.shares(), shares)
                                    ? Format.number(line.means()[i])
                                    : "–")
                        .toList()))
        .toList();
  }

  /** Names of the lines. */
  public List<String> names() {
    return lines.stream().map(Line::name).toList();
  }

  /** What is to be seen, in words. */
  String description() {
    return "%s, against the %s: %s."
        .formatted(
            upward,
            across,
            Format.join(
                "; ",
                lines,
                line ->
                    "%s%s from %s to %s, score %s"
                        .formatted(
                            line.name(),
                            line.control() ? " (control)" : "",
                            Format.number(line.means()[0]),
                            Format.number(line.means()[line.means().length - 1]),
                            line.score())));
  }

  /** The drawing. */
  public Drawing drawing() {
    double least = upward.endsWith("probability") ? 0 : Double.POSITIVE_INFINITY;
    double most = upward.endsWith("probability") ? 1 : Double.NEGATIVE_INFINITY;
    double far = 0;
    for (Line line : lines) {
      for (int i = 0; i < line.means().length; i++) {
        least = Math.min(least, line.low(i));
        most = Math.max(most, line.high(i));
      }
      far = Math.max(far, line.shares()[line.shares().length - 1]);
    }
    Axis across = new Axis(0, far, LEFT, RIGHT);
    Axis up = Axis.over(least, most, BOTTOM, TOP);
    double tall = Math.max(BOTTOM + 52, TOP + ENTRY * (lines.size() + (more > 0 ? 1.0 : 0)) + 8);
    Drawing drawing = new Drawing(tall, title, description());
    drawing.words("head", Drawing.Anchor.START, 14, 22, Drawing.fit(title, 600));
    for (Axis.Tick tick : up.ticks()) {
      drawing.line("grid", LEFT, tick.at(), RIGHT, tick.at());
      drawing.words("soft", Drawing.Anchor.END, LEFT - 8, tick.at() + 4, tick.label());
    }
    for (Axis.Tick tick : across.ticks()) {
      drawing.line("grid", tick.at(), BOTTOM, tick.at(), BOTTOM + 4);
      drawing.words("soft", Drawing.Anchor.MIDDLE, tick.at(), BOTTOM + 18, tick.label());
    }
    drawing.words("soft", Drawing.Anchor.MIDDLE, (LEFT + RIGHT) / 2.0, BOTTOM + 38, this.across);
    drawing.words("soft", Drawing.Anchor.START, LEFT, TOP - 8, upward);
    for (Line line : lines) {
      drawing.path("spread " + line.tone(), band(line, across, up));
    }
    // Controls lie behind.
    for (int i = lines.size() - 1; i >= 0; i--) {
      draw(drawing, lines.get(i), across, up);
    }
    legend(drawing);
    return drawing;
  }

  private static void draw(Drawing drawing, Line line, Axis across, Axis up) {
    drawing.open(line.name() + ": " + line.score());
    drawing.path(
        "series " + line.style(),
        way(
            IntStream.range(0, line.means().length)
                .mapToObj(i -> point(across.at(line.shares()[i]), up.at(line.means()[i])))
                .toList()));
    drawing.close();
  }

  private static String band(Line line, Axis across, Axis up) {
    List<String> points = new ArrayList<>();
    int last = line.means().length - 1;
    for (int i = 0; i <= last; i++) {
      points.add(point(across.at(line.shares()[i]), up.at(line.high(i))));
    }
    for (int i = last; i >= 0; i--) {
      points.add(point(across.at(line.shares()[i]), up.at(line.low(i))));
    }
    return way(points) + "Z";
  }

  private static String way(List<String> points) {
    return "M" + String.join("L", points);
  }

  private static String point(double x, double y) {
    return Format.tenths(x) + " " + Format.tenths(y);
  }

  private void legend(Drawing drawing) {
    double y = TOP + 6;
    for (Line line : lines) {
      drawing.path("spread " + line.tone(), box(y));
      drawing.path("series " + line.style(), String.format(Locale.ROOT, "M%d %.1fh26", LEGEND, y));
      drawing.words(
          "label",
          Drawing.Anchor.START,
          LEGEND + 34,
          y + 2,
          Drawing.fit(line.control() ? line.name() + " (control)" : line.name(), 184));
      drawing.words("small", Drawing.Anchor.START, LEGEND + 34, y + 15, line.score());
      y += ENTRY;
    }
    if (more > 0) {
      drawing.words(
          "small",
          Drawing.Anchor.START,
          LEGEND + 34,
          y + 2,
          Format.plural(more, "more explainer") + " in the table");
    }
  }

  private static String box(double y) {
    return String.format(Locale.ROOT, "M%d %.1fh26v10h-26Z", LEGEND, y - 5);
  }
}
