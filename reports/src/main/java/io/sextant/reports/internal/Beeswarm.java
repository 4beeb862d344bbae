package io.sextant.reports.internal;

import io.sextant.results.Correlation;
import io.sextant.results.ExplanationQuality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Attributions of many examples: a row per feature, the largest mean magnitude first, and in it a
 * point per example, which lies at its attribution and has the colour of the feature's value.
 *
 * @param title what is explained
 * @param output what the numbers are
 * @param examples how many there are
 * @param features how many there are
 * @param rows the features with the largest attributions
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Beeswarm(String title, String output, int examples, int features, List<Row> rows) {
  /** Features that have a row. */
  public static final int MOST_ROWS = 20;

  /** Points of a row. */
  static final int MOST_POINTS = 400;

  /** Points that lie above each other; what would lie beyond them is not drawn but counted. */
  static final int LANES = 9;

  /** Side of a point. */
  static final double POINT = 5;

  // Six colours can be told apart, also as shades of grey.
  private static final int LEVELS = 6;
  private static final int FLAT = LEVELS / 2;
  private static final double CLIP = 0.05;

  private static final int NAMES = 196;
  private static final int LEFT = 206;
  private static final int RIGHT = 606;
  private static final int TOP = 36;
  private static final int LEAST_ROW = 36;
  private static final int GAP = 12;

  /**
   * A feature.
   *
   * @param name of the feature
   * @param mean magnitude of its attributions
   * @param low value that has the first colour, and all below it
   * @param high value that has the last colour, and all above it
   * @param points one per example, or as many as there is room for, from left to right
   */
  record Row(String name, double mean, double low, double high, List<Point> points) {
    private boolean flat() {
      return !(high > low);
    }

    private String range() {
      return flat()
          ? "always " + Format.number(low)
          : Format.number(low) + " to " + Format.number(high);
    }
  }

  /**
   * An example in a row.
   *
   * @param attribution where it lies
   * @param value of the feature
   */
  record Point(double attribution, double value) {}

  /**
   * Chooses rows and points.
   *
   * @param names of the features
   * @param values {@code [examples][features]}
   * @param attributions {@code [examples][features]}
   * @throws IllegalArgumentException if a number is not finite, or there is no example
   */
  public static Beeswarm of(
      String title, String output, List<String> names, double[][] values, double[][] attributions) {
    if (attributions.length == 0) {
      throw new IllegalArgumentException("there must be at least one example to be drawn");
    }
    Given.oneEach("row of values", attributions.length, values.length);
    for (int i = 0; i < attributions.length; i++) {
      Given.oneEach("attribution", names.size(), attributions[i].length);
      Given.oneEach("value", names.size(), values[i].length);
      Given.finite("attribution", attributions[i]);
      Given.finite("value", values[i]);
    }
    double[] means = new double[names.size()];
    for (double[] of : attributions) {
      Arrays.setAll(means, f -> means[f] + Math.abs(of[f]) / attributions.length);
    }
    List<Row> rows =
        IntStream.range(0, means.length)
            .boxed()
            .sorted(Comparator.comparingDouble(f -> -means[f]))
            .limit(MOST_ROWS)
            .map(f -> row(names.get(f), means[f], column(values, f), column(attributions, f)))
            .toList();
    return new Beeswarm(title, output, attributions.length, names.size(), rows);
  }

  /**
   * A summary that a result holds.
   *
   * @param className of the class that was explained
   */
  static Beeswarm of(ExplanationQuality.Summary summary, String className) {
    double[][] values = new double[summary.examples()][summary.listed().size()];
    double[][] attributions = new double[summary.examples()][summary.listed().size()];
    for (int f = 0; f < summary.listed().size(); f++) {
      float[] value = summary.listed().get(f).values().values();
      float[] attribution = summary.listed().get(f).attributions().values();
      for (int i = 0; i < summary.examples(); i++) {
        values[i][f] = value[i];
        attributions[i][f] = attribution[i];
      }
    }
    Beeswarm listed =
        of(
            "%s of %s".formatted(summary.explainer(), className),
            (summary.slopes()
                    ? "change of the %s of %s per unit of the feature"
                    : "attribution to the %s of %s")
                .formatted(summary.output(), className),
            summary.listed().stream().map(ExplanationQuality.Feature::name).toList(),
            values,
            attributions);
    return new Beeswarm(
        listed.title(), listed.output(), listed.examples(), summary.features(), listed.rows());
  }

  /**
   * A row in numbers, for those who do not see colours or points.
   *
   * @param name of the feature
   * @param mean magnitude
   * @param least attribution
   * @param most attribution
   * @param values that have the first and the last colour
   * @param correlation of values and attributions, of their ranks; a dash where one of them is
   *     always the same
   */
  public record Figure(
      String name, String mean, String least, String most, String values, String correlation) {}

  /** The rows in numbers. */
  public List<Figure> figures() {
    return rows.stream().map(Beeswarm::figure).toList();
  }

  private static Figure figure(Row row) {
    double[] attributions = row.points().stream().mapToDouble(Point::attribution).toArray();
    double[] values = row.points().stream().mapToDouble(Point::value).toArray();
    double correlation = Correlation.spearman(values, attributions);
    return new Figure(
        row.name(),
        Format.number(row.mean()),
        Format.number(attributions[0]),
        Format.number(attributions[attributions.length - 1]),
        row.range(),
        Double.isNaN(correlation) ? "–" : Format.number(correlation));
  }

  private static double[] column(double[][] table, int feature) {
    return Arrays.stream(table).mapToDouble(row -> row[feature]).toArray();
  }

  private static Row row(String name, double mean, double[] values, double[] attributions) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    double low = sorted[(int) Math.floor(CLIP * last)];
    double high = sorted[(int) Math.ceil((1 - CLIP) * last)];
    // A category that few examples have is no outlier.
    boolean all = !(high > low);
    int[] order =
        IntStream.range(0, attributions.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> attributions[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int drawn = Math.min(MOST_POINTS, order.length);
    List<Point> points = new ArrayList<>();
    for (int p = 0; p < drawn; p++) {
      // Evenly by rank, both ends included.
      int i = order[drawn == 1 ? 0 : (int) Math.round((double) p * last / (drawn - 1))];
      points.add(new Point(attributions[i], values[i]));
    }
    return new Row(name, mean, all ? sorted[0] : low, all ? sorted[last] : high, points);
  }

  /**
   * Points that do not touch: each on the lane nearest to the middle on which there is room, above
   * before below.
   *
   * @param places coordinate and lane of each; those for which there is no room are left out
   * @param reach how far lanes are from the middle at most
   * @param hidden how many are left out
   */
  record Pile(List<Place> places, int reach, int hidden) {
    record Place(double x, int lane, Point point) {}

    static Pile of(List<Point> points, Axis axis) {
      double[] ends = new double[LANES];
      Arrays.fill(ends, Double.NEGATIVE_INFINITY);
      List<Place> places = new ArrayList<>();
      int reach = 0;
      int hidden = 0;
      for (Point point : points) {
        // As it is written, so that written points do not touch either.
        double x = Math.rint(axis.at(point.attribution()) * 10) / 10;
        int lane = 0;
        while (lane < LANES && x - ends[lane] < POINT) {
          lane++;
        }
        if (lane == LANES) {
          hidden++;
          continue;
        }
        ends[lane] = x;
        int off = (lane + 1) / 2;
        places.add(new Place(x, lane % 2 == 1 ? -off : off, point));
        reach = Math.max(reach, off);
      }
      return new Pile(places, reach, hidden);
    }
  }

  /** What is to be seen, in words. */
  String description() {
    return "%s of %s, %s. Mean size of the attributions, the largest first: %s."
        .formatted(
            Format.plural(rows.size(), "feature"),
            Format.count(features),
            Format.plural(examples, "example"),
            Format.join(", ", rows, row -> row.name() + " " + Format.number(row.mean())));
  }

  /** The drawing. */
  public Drawing drawing() {
    double least = 0;
    double most = 0;
    for (Row row : rows) {
      for (Point point : row.points()) {
        least = Math.min(least, point.attribution());
        most = Math.max(most, point.attribution());
      }
    }
    Axis axis = Axis.over(least, most, LEFT, RIGHT);
    List<Pile> piles = rows.stream().map(row -> Pile.of(row.points(), axis)).toList();
    double bottom = TOP + piles.stream().mapToDouble(Beeswarm::tall).sum();
    Drawing drawing = new Drawing(bottom + 96, title, description());
    drawing.words("head", Drawing.Anchor.START, 14, 22, Drawing.fit(title, 600));
    drawing.across(axis, TOP, bottom, output);
    drawing.line("axis", axis.at(0), TOP, axis.at(0), bottom);
    double top = TOP;
    for (int r = 0; r < rows.size(); r++) {
      draw(drawing, rows.get(r), piles.get(r), top + tall(piles.get(r)) / 2);
      top += tall(piles.get(r));
    }
    legend(drawing, bottom + 62, piles.stream().mapToInt(Pile::hidden).sum());
    return drawing;
  }

  private static double tall(Pile pile) {
    return Math.max(LEAST_ROW, (2 * pile.reach() + 1) * POINT + GAP);
  }

  private static void draw(Drawing drawing, Row row, Pile pile, double middle) {
    String range = Format.number(row.low()) + " to " + Format.number(row.high());
    drawing.open(
        "%s: mean size %s, colours from %s%s"
            .formatted(
                row.name(),
                Format.number(row.mean()),
                range,
                pile.hidden() == 0
                    ? ""
                    : ", %d not drawn for want of room".formatted(pile.hidden())));
    drawing.words(
        "label", Drawing.Anchor.END, NAMES, middle - 1, Drawing.fit(row.name(), NAMES - 14));
    drawing.words(
        "small", Drawing.Anchor.END, NAMES, middle + 12, "mean size " + Format.number(row.mean()));
    drawing.words(
        "small", Drawing.Anchor.START, RIGHT + 12, middle + 4, Drawing.fit(row.range(), 110));
    StringBuilder rim = new StringBuilder();
    Map<Integer, StringBuilder> levels = new TreeMap<>();
    for (Pile.Place place : pile.places()) {
      String dot =
          "M%s %sh0"
              .formatted(Format.tenths(place.x()), Format.tenths(middle + place.lane() * POINT));
      rim.append(dot);
      levels.computeIfAbsent(level(row, place.point()), l -> new StringBuilder()).append(dot);
    }
    drawing.path("rim", rim.toString());
    levels.forEach((level, dots) -> drawing.path("points", colour(level), dots.toString()));
    drawing.close();
  }

  private static int level(Row row, Point point) {
    if (row.flat()) {
      return FLAT;
    }
    double unit = (point.value() - row.low()) / (row.high() - row.low());
    return Math.max(0, Math.min(LEVELS - 1, (int) Math.floor(unit * LEVELS)));
  }

  private static int colour(int level) {
    return Colours.magnitude(level / (LEVELS - 1.0));
  }

  private void legend(Drawing drawing, double y, int hidden) {
    double x = LEFT + 70;
    drawing.words("soft", Drawing.Anchor.END, x - 12, y + 4, "value low");
    for (int level = 0; level < LEVELS; level++) {
      String dot = "M%s %sh0".formatted(Format.tenths(x), Format.tenths(y));
      drawing.path("rim", dot).path("points", colour(level), dot);
      x += 9;
    }
    drawing.words("soft", Drawing.Anchor.START, x + 3, y + 4, "high (of each feature: right)");
    List<String> notes = new ArrayList<>();
    notes.add(Format.plural(examples, "example"));
    if (examples > MOST_POINTS) {
      notes.add("%d of them drawn in each row, evenly by rank".formatted(MOST_POINTS));
    }
    if (hidden > 0) {
      notes.add("%s not drawn where piles are full".formatted(Format.plural(hidden, "point")));
    }
    if (rows.size() < features) {
      notes.add(Format.plural(features - rows.size(), "more feature") + " smaller");
    }
    drawing.words("small", Drawing.Anchor.START, 14, y + 26, String.join("; ", notes));
  }
}
