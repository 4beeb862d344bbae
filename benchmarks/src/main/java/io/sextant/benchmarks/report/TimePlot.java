package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * RESULTS.svg: the time of forward + input gradient against the batch, one panel per network, both
 * axes logarithmic.
 */
public final class TimePlot {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 1090;
  private static final int PANEL_WIDTH = 380;
  private static final int PANEL_HEIGHT = 250;
  private static final int LEFT = 70;
  private static final int TOP = 100;
  private static final int GAP_X = 90;
  private static final int GAP_Y = 80;

  // The palette of Okabe and Ito, which colour-blind readers can tell apart; shapes differ too.
  private static final Map<Contender, String> COLOURS =
      Map.of(
          Contender.ONEDNN, "#0072B2",
          Contender.ND4J, "#009E73",
          Contender.LIBTORCH, "#D55E00",
          Contender.DL4J, "#CC79A7");
  private static final List<Contender> ORDER =
      List.of(Contender.ONEDNN, Contender.ND4J, Contender.LIBTORCH, Contender.DL4J);

  private final Results results;
  private final StringBuilder svg = new StringBuilder();

  private TimePlot(Results results) {
    this.results = results;
  }

  /** The plot's text. */
  public static String of(Results results) {
    TimePlot plot = new TimePlot(results);
    plot.draw();
    return plot.svg.toString();
  }

  private record Point(int batch, double millis) {}

  private void draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    add("<title>Time of forward + input gradient against batch</title>");
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    text(LEFT, 34, "start", 18, "#111111", "Forward + input gradient: milliseconds against batch");
    text(
        LEFT,
        54,
        "start",
        12,
        "#555555",
        "%s, %d cores; medians; both axes logarithmic; lower is better"
            .formatted(results.machine().cpu(), results.machine().cores()));
    legend();
    for (int i = 0; i < Network.TIMED.size(); i++) {
      panel(
          Network.TIMED.get(i),
          LEFT + (i % 2) * (PANEL_WIDTH + GAP_X),
          TOP + 20 + (i / 2) * (PANEL_HEIGHT + GAP_Y));
    }
    add("</svg>");
  }

  private void legend() {
    int x = LEFT;
    for (Contender contender : ORDER) {
      marker(contender, x + 6, 74);
      String name = contender == Contender.DL4J ? "DL4J calculateGradients" : contender.title();
      text(x + 18, 79, "start", 13, "#111111", name);
      x += 40 + 9 * name.length();
    }
    add(
        "<line x1=\"%d\" y1=\"74\" x2=\"%d\" y2=\"74\" stroke=\"#888888\" stroke-width=\"1.5\""
            + " stroke-dasharray=\"5 4\"/>",
        x, x + 24);
    text(x + 30, 79, "start", 13, "#111111", "arithmetic floor");
  }

  private List<Point> points(Network network, Contender contender) {
    List<Point> points = new ArrayList<>();
    for (int batch : Results.BATCHES) {
      Optional<Series> series =
          results.timings().series(Question.cell(Mode.GRADIENT, network, batch), contender);
      series.ifPresent(s -> points.add(new Point(batch, s.median())));
    }
    return points;
  }

  private void panel(Network network, int x, int y) {
    double[] measured =
        ORDER.stream()
            .flatMap(contender -> points(network, contender).stream())
            .mapToDouble(Point::millis)
            .toArray();
    // The floor of a tiny network lies far below everything; it must not squeeze the rest.
    double least = Arrays.stream(measured).min().orElse(1);
    double most = Arrays.stream(measured).max().orElse(10);
    Scale scale =
        new Scale(
            x,
            y,
            Math.pow(10, Math.floor(Math.log10(least))),
            Math.pow(10, Math.floor(Math.log10(most)) + 1));
    text(x, y - 10, "start", 15, "#111111", network.title());
    axes(scale);
    line(
        scale,
        Results.BATCHES.stream()
            .map(batch -> new Point(batch, results.floor(network, batch)))
            .filter(point -> point.millis() >= scale.least())
            .toList(),
        "#888888",
        "stroke-width=\"1.5\" stroke-dasharray=\"5 4\"");
    for (Contender contender : ORDER) {
      List<Point> points = points(network, contender);
      line(scale, points, colour(contender), "stroke-width=\"2.5\"");
      points.forEach(point -> marker(contender, scale.x(point.batch()), scale.y(point.millis())));
    }
  }

  private static String colour(Contender contender) {
    return COLOURS.getOrDefault(contender, "#000000");
  }

  /** From batches and milliseconds to places in the picture. */
  private record Scale(int left, int top, double least, double most) {
    double x(int batch) {
      double share = Math.log(batch) / Math.log(512);
      return left + 14 + share * (PANEL_WIDTH - 28);
    }

    double y(double millis) {
      double share = Math.log(millis / least) / Math.log(most / least);
      return top + PANEL_HEIGHT * (1 - share);
    }
  }

  private void axes(Scale scale) {
    int bottom = scale.top() + PANEL_HEIGHT;
    int right = scale.left() + PANEL_WIDTH;
    for (double tick = scale.least(); tick <= scale.most() * 1.001; tick *= 10) {
      add(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
          scale.left(), scale.y(tick), right, scale.y(tick));
      text(scale.left() - 8, scale.y(tick) + 4, "end", 12, "#333333", label(tick));
    }
    for (int batch : Results.BATCHES) {
      add(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#eeeeee\"/>",
          scale.x(batch), scale.top(), scale.x(batch), bottom);
      text(scale.x(batch), bottom + 18, "middle", 12, "#333333", Integer.toString(batch));
    }
    add(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#333333\"/>",
        scale.left(), scale.top(), bottom, right);
    text((scale.left() + right) / 2.0, bottom + 36, "middle", 12, "#333333", "batch (examples)");
    double middle = scale.top() + PANEL_HEIGHT / 2.0;
    add(
        "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"12\" fill=\"#333333\""
            + " transform=\"rotate(-90 %d %.1f)\">time (ms)</text>",
        scale.left() - 52, middle, scale.left() - 52, middle);
  }

  private static String label(double tick) {
    return tick >= 1
        ? Long.toString(Math.round(tick))
        : String.format(Locale.ROOT, "%.4g", tick).replaceAll("0+$", "");
  }

  private void line(Scale scale, List<Point> points, String colour, String style) {
    if (points.size() < 2) {
      return;
    }
    StringBuilder places = new StringBuilder();
    for (Point point : points) {
      places.append(
          String.format(
              Locale.ROOT, "%.1f,%.1f ", scale.x(point.batch()), scale.y(point.millis())));
    }
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" %s/>",
        places.toString().strip(), colour, style);
  }

  private void marker(Contender contender, double x, double y) {
    String colour = colour(contender);
    switch (contender) {
      case ONEDNN -> add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>", x, y, colour);
      case ND4J ->
          add(
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" fill=\"%s\"/>",
              x - 4.5, y - 4.5, colour);
      case LIBTORCH ->
          add("<path d=\"M%.1f %.1f l5.5 9.5 h-11 z\" fill=\"%s\"/>", x, y - 6, colour);
      case DL4J ->
          add("<path d=\"M%.1f %.1f l6 6 l-6 6 l-6 -6 z\" fill=\"%s\"/>", x, y - 6, colour);
    }
  }

  private void text(double x, double y, String anchor, int size, String colour, String content) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor, size, colour, content.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
