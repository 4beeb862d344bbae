package io.sextant.reports;

import io.sextant.reports.internal.Bars;
import io.sextant.reports.internal.Beeswarm;
import io.sextant.reports.internal.HeatMap;
import io.sextant.reports.internal.Png;
import io.sextant.reports.internal.RemovalChart;
import io.sextant.reports.internal.Waterfall;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Pictures of attributions, without a display: of images as PNG, of tables as SVG, light or dark as
 * the viewer is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AttributionPictures {
  /** Pixels that the longest side of a panel has at least. */
  private static final int PANEL = 224;

  private static final int GAP = 8;

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
    return sheet(input, panels);
  }

  /**
   * Two inputs and their maps side by side: the first input, its map, the map of the second, and
   * the second input. Both maps are on one scale, whose ends are the 99th percentile of the
   * magnitudes of both.
   *
   * @param first the image before
   * @param second the image after, of the same size
   * @param before one number per value of the image, channel first, or one per pixel
   * @param after the same of the second
   * @return a PNG file
   */
  public static byte[] pair(Pixels first, Pixels second, float[] before, float[] after) {
    HeatMap.Pair maps = HeatMap.pair(HeatMap.plane(before, first), HeatMap.plane(after, second));
    return sheet(
        first, new byte[][] {rgb(first), maps.first().alone(), maps.second().alone(), rgb(second)});
  }

  private static byte[] sheet(Pixels input, byte[][] panels) {
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
   * Bars, the twenty largest first, with whiskers of one standard error.
   *
   * @param title above the bars
   * @param names of the values or players
   * @param values one per name
   * @param errors standard errors, one per name
   * @return an SVG file
   * @throws IllegalArgumentException if a number is not finite
   */
  public static String bars(
      String title, List<String> names, double[] values, Optional<double[]> errors) {
    return Bars.of(title, names, values, errors).drawing().file();
  }

  /**
   * The way from the output at the baseline to the output at the input: a step per contribution,
   * the largest first, the smaller ones together as one. What they fail to account for is the last
   * step, so the way ends at the output: the completeness gap with its sign turned, since a gap
   * above 0 says that the attributions are too large together.
   *
   * <pre>{@code
   * Certificate about = found.certificates().get(0);
   * String svg =
   *     AttributionPictures.waterfall(
   *         "integrated-gradients of sample 0",
   *         "logit of Good",
   *         about.fBaseline().orElseThrow(),
   *         about.fInput(),
   *         List.of("duration = 24", "amount = 2,300", "age = 35"),
   *         found.attributions()[0]);
   * Files.writeString(Path.of("waterfall.svg"), svg);
   * }</pre>
   *
   * @param title above the drawing
   * @param output what the numbers are, with their unit
   * @param atBaseline output at the baseline
   * @param atInput output at the input
   * @param names of the features or players, perhaps with their values at the input
   * @param contributions one per name, in units of the output: not slopes
   * @return an SVG file
   * @throws IllegalArgumentException if a number is not finite
   */
  public static String waterfall(
      String title,
      String output,
      double atBaseline,
      double atInput,
      List<String> names,
      double[] contributions) {
    return Waterfall.of(
            title, output, atBaseline, atInput, names, contributions, Waterfall.Unlisted.NONE)
        .drawing()
        .file();
  }

  /**
   * Attributions of many examples at once: a row per feature, the twenty with the largest mean
   * magnitude, and a point per example at its attribution, in the colour of the feature's value
   * from low to high (5th to 95th percentile). Points do not touch; of more than 400 examples 400
   * are drawn in each row, evenly by rank.
   *
   * @param title above the drawing
   * @param output what is attributed, with its unit
   * @param names of the features
   * @param values {@code [examples][features]}, in units of the data
   * @param attributions {@code [examples][features]}, of one class
   * @return an SVG file
   * @throws IllegalArgumentException if a number is not finite, or there is no example
   */
  public static String beeswarm(
      String title, String output, List<String> names, double[][] values, double[][] attributions) {
    return Beeswarm.of(title, output, names, values, attributions).drawing().file();
  }

  /**
   * The curves of a metric such as deletion or insertion: the output against the share of the input
   * that is replaced, in the mean over examples with a band of one standard error, of up to six
   * explainers beside the controls.
   *
   * @param metric as results hold it; of a table made in the library see {@code QualityColumns} of
   *     {@code sextant-evaluation}
   * @return an SVG file; empty where the metric has no curves
   */
  public static Optional<String> curves(ExplanationQuality.Column metric) {
    return RemovalChart.of(metric).map(chart -> chart.drawing().file());
  }
}
