package io.sextant.reports.internal;

import io.sextant.results.AttackCounts;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Proportion;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.SampleRow;
import io.sextant.results.Threat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Accuracy against epsilon for one norm, drawn in a box of {@value #WIDTH} x {@value #HEIGHT}.
 *
 * @param norm of the threat
 * @param description the chart in words
 * @param xTicks radii
 * @param yTicks accuracies
 * @param band points of the polygon of the worst case's intervals
 * @param lines per attack, the worst case last
 * @param chanceY where guessing lies
 * @param chance accuracy of guessing, in words
 * @param rows the same figures as a table
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Curve(
    Norm norm,
    String description,
    List<Tick> xTicks,
    List<Tick> yTicks,
    String band,
    List<Line> lines,
    String chanceY,
    String chance,
    List<Row> rows) {
  /** Width of the drawing. */
  public static final int WIDTH = 720;

  /** Height of the drawing. */
  public static final int HEIGHT = 360;

  /** Left end of the plot. */
  public static final int LEFT = 64;

  /** Right end of the plot. */
  public static final int RIGHT = 700;

  /** Upper end of the plot. */
  public static final int TOP = 16;

  /** Lower end of the plot. */
  public static final int BOTTOM = 308;

  private static final int STYLES = 6;

  /**
   * A mark on an axis.
   *
   * @param at coordinate
   * @param label its text
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Tick(String at, String label) {}

  /**
   * A line.
   *
   * @param name of the attack
   * @param style class of the style sheet
   * @param points of the polyline
   * @param dots its measured points
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Line(String name, String style, String points, List<Dot> dots) {}

  /**
   * A measured point.
   *
   * @param x coordinate
   * @param y coordinate
   * @param title in words
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Dot(String x, String y, String title) {}

  /**
   * A row of the table.
   *
   * @param epsilon radius as written
   * @param cells accuracy per line, in the same order
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(String epsilon, List<String> cells) {}

  /** The lines from the back to the front: the bold worst case must not hide an attack. */
  public List<Line> drawn() {
    List<Line> drawn = new ArrayList<>(lines);
    drawn.add(0, drawn.remove(drawn.size() - 1));
    return drawn;
  }

  /** One chart per norm for which something was measured. */
  static List<Curve> of(AuditResult result) {
    List<Curve> curves = new ArrayList<>();
    for (Threat threat : result.plan().threats()) {
      List<RobustAccuracy> cells = cells(threat, result);
      if (!cells.isEmpty()) {
        curves.add(of(threat.norm(), cells, result));
      }
    }
    return curves;
  }

  /** What was measured of a threat, by radius. */
  static List<RobustAccuracy> cells(Threat threat, AuditResult result) {
    return threat.conditions().stream()
        .sorted()
        .flatMap(within -> result.accuracy().at(within).stream())
        .toList();
  }

  private static Epsilon radius(RobustAccuracy cell) {
    return cell.condition().sharedRadius().orElseThrow();
  }

  private static Curve of(Norm norm, List<RobustAccuracy> cells, AuditResult result) {
    Proportion clean = result.accuracy().clean();
    double largest = radius(cells.get(cells.size() - 1)).value();
    List<String> names = new ArrayList<>();
    for (AttackInfo attack : result.plan().attacks()) {
      if (cells.stream().anyMatch(cell -> cell.of(attack.name()).isPresent())) {
        names.add(attack.name());
      }
    }
    names.add(SampleRow.WORST_CASE);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      boolean worst = i == names.size() - 1;
      lines.add(line(names.get(i), worst ? "worst" : "s" + i % STYLES, cells, clean, largest));
    }
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("0 (clean)", names.stream().map(name -> Format.percent(clean)).toList()));
    for (RobustAccuracy cell : cells) {
      rows.add(
          new Row(
              radius(cell).text(),
              names.stream()
                  .map(name -> cell.of(name).map(c -> Format.percent(c.accuracy())).orElse("–"))
                  .toList()));
    }
    RobustAccuracy last = cells.get(cells.size() - 1);
    double chance = 1.0 / result.model().classes().size();
    return new Curve(
        norm,
        "Accuracy starts at %s without an attack and is at most %s at %s in the worst case over all attacks."
            .formatted(
                Format.percent(clean),
                Format.percent(last.worstCase().accuracy()),
                Format.condition(last.condition())),
        xTicks(cells, largest),
        IntStream.rangeClosed(0, 4).mapToObj(i -> new Tick(y(i / 4.0), 25 * i + "%")).toList(),
        band(cells, clean, largest),
        lines,
        y(chance),
        "chance " + Format.percent(chance),
        rows);
  }

  private static Line line(
      String name, String style, List<RobustAccuracy> cells, Proportion clean, double largest) {
    List<Dot> dots = new ArrayList<>();
    if (clean.n() > 0) {
      dots.add(new Dot(x(0, largest), y(share(clean)), "clean: " + Format.percent(clean)));
    }
    for (RobustAccuracy cell : cells) {
      Optional<Proportion> accuracy = cell.of(name).map(AttackCounts::accuracy);
      if (accuracy.isPresent() && accuracy.get().n() > 0) {
        dots.add(
            new Dot(
                x(radius(cell).value(), largest),
                y(share(accuracy.get())),
                "%s, %s: at most %s (%s)"
                    .formatted(
                        name,
                        Format.condition(cell.condition()),
                        Format.percent(accuracy.get()),
                        Format.interval(accuracy.get()))));
      }
    }
    return new Line(name, style, Format.join(" ", dots, dot -> dot.x() + "," + dot.y()), dots);
  }

  private static String band(List<RobustAccuracy> cells, Proportion clean, double largest) {
    List<String> points = new ArrayList<>();
    points.add(x(0, largest) + "," + y(clean.interval().high()));
    for (RobustAccuracy cell : cells) {
      points.add(
          x(radius(cell).value(), largest)
              + ","
              + y(cell.worstCase().accuracy().interval().high()));
    }
    for (int i = cells.size() - 1; i >= 0; i--) {
      points.add(
          x(radius(cells.get(i)).value(), largest)
              + ","
              + y(cells.get(i).worstCase().accuracy().interval().low()));
    }
    points.add(x(0, largest) + "," + y(clean.interval().low()));
    return String.join(" ", points);
  }

  /** Every radius is marked; labels that would touch the one before are left out. */
  private static List<Tick> xTicks(List<RobustAccuracy> cells, double largest) {
    List<Tick> ticks = new ArrayList<>();
    ticks.add(new Tick(x(0, largest), "0"));
    double previous = 0;
    for (int i = 0; i < cells.size(); i++) {
      double place = radius(cells.get(i)).value() / largest;
      boolean last = i == cells.size() - 1;
      boolean room = place - previous > 0.08 && (last || 1 - place > 0.08);
      ticks.add(new Tick(x(place, 1), room || last ? radius(cells.get(i)).text() : ""));
      previous = room ? place : previous;
    }
    return ticks;
  }

  private static double share(Proportion proportion) {
    return proportion.value().orElseThrow();
  }

  private static String x(double epsilon, double largest) {
    return Format.coordinate(LEFT + (RIGHT - LEFT) * epsilon / largest);
  }

  private static String y(double share) {
    return Format.coordinate(BOTTOM - (BOTTOM - TOP) * share);
  }
}
