package io.sextant.reports.internal;

import io.sextant.results.internal.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Shapes and words in a box, written as SVG: as a file of its own, light or dark as its viewer is,
 * or as a part of a report. Shapes carry classes of the style sheet, not colours. All that is
 * written goes through {@link XmlText}: names come from strangers.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Drawing {
  /** Width of every drawing. */
  static final int WIDTH = 720;

  // Of common fonts at 12 pixels; a name that is cut is legible, one that runs into another is not.
  private static final double NARROW = 6.9;
  private static final double WIDE = 12.5;
  private static final int FIRST_WIDE = 0x1100;

  /** Where words stand from their point. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String key() {
      return switch (this) {
        case START -> "start";
        case MIDDLE -> "middle";
        case END -> "end";
      };
    }
  }

  private final int height;
  private final String title;
  private final String description;
  private final List<Consumer<XmlText>> body = new ArrayList<>();

  /**
   * An empty box.
   *
   * @param height in pixels
   * @param title what is drawn
   * @param description what is to be seen, for those who do not
   */
  Drawing(double height, String title, String description) {
    this.height = (int) Math.ceil(height);
    this.title = title;
    this.description = description;
  }

  /** Its height in pixels. */
  int height() {
    return height;
  }

  /** Begins a group; what it is shows when it is pointed at. */
  Drawing open(String what) {
    body.add(
        svg -> {
          svg.open("g", Map.of());
          svg.element("title", Map.of(), what);
        });
    return this;
  }

  /** Ends the group that was begun last. */
  Drawing close() {
    body.add(XmlText::close);
    return this;
  }

  Drawing box(String tone, double x, double y, double width, double tall) {
    return shape(
        "rect",
        "class",
        tone,
        "x",
        Format.coordinate(x),
        "y",
        Format.coordinate(y),
        "width",
        Format.coordinate(width),
        "height",
        Format.coordinate(tall));
  }

  Drawing line(String tone, double x1, double y1, double x2, double y2) {
    return shape(
        "line",
        "class",
        tone,
        "x1",
        Format.coordinate(x1),
        "y1",
        Format.coordinate(y1),
        "x2",
        Format.coordinate(x2),
        "y2",
        Format.coordinate(y2));
  }

  Drawing path(String tone, String way) {
    return shape("path", "class", tone, "d", way);
  }

  /** A path of a colour that is data, as 0xRRGGBB. */
  Drawing path(String tone, int colour, String way) {
    return shape("path", "class", tone, "stroke", "#%06x".formatted(colour), "d", way);
  }

  private Drawing shape(String element, String... namesAndValues) {
    body.add(svg -> svg.element(element, attributes(namesAndValues), ""));
    return this;
  }

  Drawing words(String tone, Anchor anchor, double x, double y, String words) {
    body.add(
        svg ->
            svg.element(
                "text",
                attributes(
                    "class",
                    tone,
                    "x",
                    Format.coordinate(x),
                    "y",
                    Format.coordinate(y),
                    "text-anchor",
                    anchor.key()),
                words));
    return this;
  }

  /** A row of marks below the plot, with lines through it, and what the numbers are. */
  Drawing across(Axis axis, double top, double bottom, String unit) {
    for (Axis.Tick tick : axis.ticks()) {
      line("grid", tick.at(), top, tick.at(), bottom + 4);
      words("soft", Anchor.MIDDLE, tick.at(), bottom + 18, tick.label());
    }
    words("soft", Anchor.MIDDLE, (axis.from() + axis.to()) / 2, bottom + 37, fit(unit, 440));
    return this;
  }

  /**
   * Words that need no more than some room: where there are more of them, those in the middle go,
   * since names often differ at their ends.
   *
   * @param room in pixels, of text of 12 pixels
   */
  static String fit(String words, double room) {
    String line = Text.line(words.replaceAll("[\r\n\t]+", " "));
    int[] all = line.codePoints().toArray();
    if (room(all, 0, all.length) <= room) {
      return line;
    }
    int left = 0;
    int right = all.length;
    double used = NARROW;
    while (left < right) {
      boolean front = left <= all.length - right;
      double next = width(front ? all[left] : all[right - 1]);
      if (used + next > room) {
        break;
      }
      used += next;
      left += front ? 1 : 0;
      right -= front ? 0 : 1;
    }
    return new String(all, 0, left) + "…" + new String(all, right, all.length - right);
  }

  private static double room(int[] characters, int from, int to) {
    double room = 0;
    for (int i = from; i < to; i++) {
      room += width(characters[i]);
    }
    return room;
  }

  private static double width(int character) {
    return character >= FIRST_WIDE ? WIDE : NARROW;
  }

  /** A file. */
  public String file() {
    XmlText svg = new XmlText();
    Map<String, String> root = root("title", "desc");
    root.put("xmlns", "http://www.w3.org/2000/svg");
    root.put("width", String.valueOf(WIDTH));
    root.put("height", String.valueOf(height));
    svg.open("svg", root);
    svg.element("title", Map.of("id", "title"), title);
    svg.element("desc", Map.of("id", "desc"), description);
    svg.element("style", Map.of(), Style.drawing());
    svg.element("rect", attributes("class", "paper", "width", "100%", "height", "100%"), "");
    return written(svg);
  }

  /**
   * An element of an HTML page that has the style sheet.
   *
   * @param id of the drawing on the page
   */
  public String inline(String id) {
    XmlText svg = XmlText.element();
    svg.open("svg", root(id + "-title", id + "-desc"));
    svg.element("title", Map.of("id", id + "-title"), title);
    svg.element("desc", Map.of("id", id + "-desc"), description);
    return written(svg);
  }

  private Map<String, String> root(String titleId, String descriptionId) {
    return attributes(
        "class",
        "drawing",
        "viewBox",
        "0 0 %d %d".formatted(WIDTH, height),
        "role",
        "img",
        "aria-labelledby",
        titleId + " " + descriptionId);
  }

  private String written(XmlText svg) {
    body.forEach(part -> part.accept(svg));
    svg.close();
    return svg.text();
  }

  private static Map<String, String> attributes(String... namesAndValues) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return attributes;
  }
}
