package io.sextant.reports;

import io.sextant.reports.internal.HeatMap;
import io.sextant.reports.internal.Png;
import io.sextant.reports.internal.XmlText;
import io.sextant.results.Pixels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Pictures of single attributions, without a display: of images as PNG, of tables as SVG.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AttributionPictures {
  /** Pixels that the longest side of a panel has at least. */
  private static final int PANEL = 224;

  private static final int GAP = 8;

  /** Bars that people read; the others are counted. */
  private static final int BARS = 20;

  private static final int ROW = 22;
  private static final int NAMES = 200;
  private static final int WIDTH = 640;

  private AttributionPictures() {}

  /**
   * The input, the map, and the map on the input, side by side: orange supports the class, blue
   * speaks against it, and white is zero; where nothing is below zero, dark is zero. The colours'
   * ends are the 99th percentile of the map's magnitudes. Channels are added up.
   *
   * @param input the image
   * @param attribution one number per value of the image, channel first, or one per pixel
   * @return a PNG file
   */
  public static byte[] image(Pixels input, float[] attribution) {
    HeatMap map = HeatMap.of(HeatMap.plane(attribution, input));
    byte[][] panels = {rgb(input), map.alone(), map.over(input)};
    int factor = Math.max(1, PANEL / Math.max(input.width(), input.height()));
    int width = factor * input.width();
    int height = factor * input.height();
    int across = panels.length * width + (panels.length - 1) * GAP;
    byte[] sheet = new byte[across * height * 3];
    Arrays.fill(sheet, (byte) 255);
    for (int panel = 0; panel < panels.length; panel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int from = 3 * (y / factor * input.width() + x / factor);
          int to = 3 * (y * across + panel * (width + GAP) + x);
          System.arraycopy(panels[panel], from, sheet, to, 3);
        }
      }
    }
    return Png.file(sheet, across, height, 3);
  }

  private static byte[] rgb(Pixels input) {
    byte[] own = input.bytes();
    byte[] rgb = new byte[3 * input.width() * input.height()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = own[i / 3 * input.channels() + (input.channels() == 1 ? 0 : i % 3)];
    }
    return rgb;
  }

  /**
   * Bars, the largest first, with whiskers of one standard error.
   *
   * @param title above the bars
   * @param names of the values or players
   * @param values one per name
   * @param errors standard errors, one per name
   * @return an SVG file
   */
  public static String bars(
      String title, List<String> names, double[] values, Optional<double[]> errors) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(values[i])))
            .limit(BARS)
            .mapToInt(Integer::intValue)
            .toArray();
    double most = 0;
    for (int i : order) {
      most = Math.max(most, Math.abs(values[i]) + errors.map(e -> e[i]).orElse(0.0));
    }
    double scale = most == 0 ? 0 : (WIDTH - NAMES - 80) / 2.0 / most;
    double zero = NAMES + (WIDTH - NAMES) / 2.0;
    int height = ROW * (order.length + 2);
    XmlText svg = new XmlText();
    svg.open(
        "svg",
        attributes(
            "xmlns", "http://www.w3.org/2000/svg",
            "width", String.valueOf(WIDTH),
            "height", String.valueOf(height),
            "font-family", "sans-serif",
            "font-size", "12"));
    svg.element("title", Map.of(), title);
    svg.element("rect", attributes("width", "100%", "height", "100%", "fill", "white"), "");
    text(svg, NAMES, ROW - 6, "start", title);
    for (int row = 0; row < order.length; row++) {
      int i = order[row];
      double top = ROW * (row + 1.0);
      double end = zero + scale * values[i];
      double half = scale * errors.map(e -> e[i]).orElse(0.0);
      text(svg, NAMES - 8, top + ROW - 7, "end", names.get(i));
      svg.element(
          "rect",
          attributes(
              "x", number(Math.min(zero, end)),
              "y", number(top + 3),
              "width", number(Math.abs(end - zero)),
              "height", String.valueOf(ROW - 6),
              "fill", values[i] < 0 ? "#0072B2" : "#D55E00"),
          "");
      if (errors.isPresent()) {
        String whisker =
            "M%s %sH%s".formatted(number(end - half), number(top + ROW / 2.0), number(end + half));
        svg.element("path", attributes("d", whisker, "stroke", "black"), "");
      }
      text(
          svg,
          values[i] < 0 ? end - half - 4 : end + half + 4,
          top + ROW - 7,
          values[i] < 0 ? "end" : "start",
          String.format(Locale.ROOT, "%.3g", values[i]));
    }
    String axis =
        "M%s %sV%s".formatted(number(zero), number(ROW), number(ROW * (order.length + 1.0)));
    svg.element("path", attributes("d", axis, "stroke", "#555"), "");
    if (order.length < values.length) {
      String rest = (values.length - order.length) + " more are smaller";
      text(svg, NAMES - 8, height - 6, "end", rest);
    }
    svg.close();
    return svg.text();
  }

  private static void text(XmlText svg, double x, double y, String anchor, String content) {
    svg.element("text", attributes("x", number(x), "y", number(y), "text-anchor", anchor), content);
  }

  private static Map<String, String> attributes(String... namesAndValues) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return attributes;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
