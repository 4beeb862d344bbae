package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.GalleryExample;
import io.sextant.results.ModelInfo;
import io.sextant.results.Pixels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * One adversarial example of the gallery.
 *
 * @param title what happened, in words
 * @param detail threat, attack, distance
 * @param groups pictures, empty for tables
 * @param columns explainers of a table, empty for images
 * @param features rows of a table, empty for images
 * @param hidden what is said of features that are not listed, perhaps nothing
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Card(
    String title,
    String detail,
    List<Group> groups,
    List<Column> columns,
    List<Row> features,
    String hidden) {
  private static final int LISTED = 14;
  private static final int MOST_RADII = 12;
  // An attack may move every column of a wide table; a person reads the largest changes.
  private static final int MOST_LISTED = 40;

  /**
   * Pictures on one scale.
   *
   * @param name what they show
   * @param tiles the pictures
   * @param scale colours and what they stand for, where there is a scale
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Group(String name, List<Tile> tiles, Optional<Scale> scale) {}

  /**
   * A colour map.
   *
   * @param low value at its left end
   * @param high value at its right end
   * @param uri its colours from left to right, as a picture
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Scale(String low, String high, String uri) {
    private static final int STEPS = 64;

    static Scale of(double largest, boolean signed) {
      byte[] colours = new byte[3 * STEPS];
      for (int i = 0; i < STEPS; i++) {
        double unit = i / (STEPS - 1.0);
        HeatMap.paint(colours, i, signed ? Colours.sign(2 * unit - 1) : Colours.magnitude(unit));
      }
      return new Scale(
          signed ? Format.signed(-largest) : "0",
          signed ? Format.signed(largest) : Format.number(largest),
          Png.uri(colours, STEPS, 1, 3));
    }
  }

  /**
   * A picture.
   *
   * @param caption what it is
   * @param note a remark, perhaps empty
   * @param uri the picture as a data URI
   * @param alternative the picture in words
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Tile(String caption, String note, String uri, String alternative) {}

  /**
   * An explainer of a table.
   *
   * @param explainer its name
   * @param scale what a full bar stands for
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Column(String explainer, String scale) {}

  /**
   * A feature of a table.
   *
   * @param name of the feature
   * @param clean value in original units
   * @param adversarial value in original units
   * @param change in units of the feature's scale
   * @param changed whether it moved
   * @param bars before and after, per explainer
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(
      String name,
      String clean,
      String adversarial,
      String change,
      boolean changed,
      List<Bar> bars) {}

  /**
   * A signed bar around the middle of a box of 100 x 10.
   *
   * @param x left end
   * @param width length
   * @param tone {@code positive} or {@code negative}
   * @param value in words
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Bar(String x, String width, String tone, String value) {
    static Bar of(double value, double scale) {
      double length = scale == 0 ? 0 : 50 * Math.abs(value) / scale;
      return new Bar(
          Format.coordinate(value < 0 ? 50 - length : 50),
          Format.coordinate(length),
          value < 0 ? "negative" : "positive",
          Format.signed(value));
    }
  }

  static Card of(GalleryExample example, AuditResult result) {
    ModelInfo model = result.model();
    String before = model.className(example.predicted());
    String after = model.className(example.adversarialPredicted());
    String title =
        "%s becomes %s"
            .formatted(
                sure(before, example.confidence()), sure(after, example.adversarialConfidence()));
    String detail =
        "Sample %s, true class %s. %s, %s, distance %s."
            .formatted(
                example.sample(),
                model.className(example.label()),
                example.attack(),
                Format.condition(example.condition()),
                Format.number(example.distance()));
    if (example.view() instanceof GalleryExample.ImageView image) {
      return new Card(
          title, detail, groups(example, image, result, before, after), List.of(), List.of(), "");
    } else if (example.view() instanceof GalleryExample.TableView table) {
      return table(title, detail, example.attributions(), table);
    }
    throw new IllegalStateException("unknown view " + example.view());
  }

  private static List<Group> groups(
      GalleryExample example,
      GalleryExample.ImageView image,
      AuditResult result,
      String before,
      String after) {
    Pixels clean = image.clean();
    DataInfo.Domain domain = result.data().domain();
    float[] change = image.perturbation().values();
    double largest = largest(change, new float[0]);
    double factor = amplification(largest, domain.maximum() - domain.minimum());
    List<Tile> tiles = new ArrayList<>();
    tiles.add(tile("Clean", before, clean, "clean input, predicted " + before));
    double middle = (domain.minimum() + domain.maximum()) / 2;
    float[] amplified = new float[change.length];
    for (int i = 0; i < change.length; i++) {
      amplified[i] = (float) (middle + factor * change[i]);
    }
    Pixels perturbation =
        Pixels.of(
            amplified,
            change.length / (clean.width() * clean.height()),
            clean.height(),
            clean.width(),
            domain.minimum(),
            domain.maximum());
    tiles.add(
        tile(
            "Perturbation",
            "× %s, grey = 0".formatted(Format.number(factor)),
            perturbation,
            "perturbation, amplified %s times, largest change %s"
                .formatted(Format.number(factor), Format.number(largest))));
    tiles.add(
        tile("Adversarial", after, image.adversarial(), "adversarial input, predicted " + after));
    List<Group> groups = new ArrayList<>();
    groups.add(new Group("Input", tiles, Optional.empty()));
    if (example.radii().size() > 1) {
      groups.add(
          new Group(
              example.radii().size() > MOST_RADII
                  ? "The worst at each radius, the first %d of %d"
                      .formatted(MOST_RADII, example.radii().size())
                  : "The worst at each radius",
              Format.most(MOST_RADII, example.radii()).stream()
                  .map(at -> tile(at, result))
                  .toList(),
              Optional.empty()));
    }
    for (GalleryExample.AttributionPair pair : example.attributions()) {
      float[] first = HeatMap.plane(pair.before().values(), clean);
      float[] second = HeatMap.plane(pair.after().values(), clean);
      double scale = HeatMap.scale(first, second);
      boolean signed = HeatMap.isSigned(first) || HeatMap.isSigned(second);
      HeatMap clear = new HeatMap(first, scale, signed);
      HeatMap attacked = new HeatMap(second, scale, signed);
      groups.add(
          new Group(
              pair.explainer(),
              List.of(
                  attribution(pair.explainer(), "Before", clear, clean, before),
                  overlay(pair.explainer(), "Before", clear, clean),
                  attribution(pair.explainer(), "After", attacked, clean, before),
                  overlay(pair.explainer(), "After", attacked, image.adversarial())),
              Optional.of(Scale.of(scale, signed))));
    }
    return groups;
  }

  /** A class with its probability, where the model gives one. */
  private static String sure(String name, OptionalDouble confidence) {
    return confidence.isPresent()
        ? "%s (%s)".formatted(name, Format.percent(confidence.getAsDouble()))
        : name;
  }

  private static Tile tile(String caption, String note, Pixels pixels, String alternative) {
    return new Tile(
        caption,
        note,
        Picture.uri(pixels.bytes(), pixels.width(), pixels.height(), pixels.channels()),
        alternative);
  }

  /** What became of the example within one radius. */
  private static Tile tile(GalleryExample.AtRadius at, AuditResult result) {
    String taken = result.model().className(at.predicted());
    String threat = Format.condition(at.condition());
    return tile(
        threat,
        "%s, %s, distance %s"
            .formatted(sure(taken, at.confidence()), at.attack(), Format.number(at.distance())),
        at.adversarial(),
        "adversarial input at %s, predicted %s".formatted(threat, taken));
  }

  /** A map on its input. */
  private static Tile overlay(String explainer, String when, HeatMap map, Pixels input) {
    return new Tile(
        when + ", overlay",
        "",
        Picture.uri(map.over(input), input.width(), input.height(), 3),
        "%s %s the attack, on the input".formatted(explainer, when.toLowerCase(Locale.ROOT)));
  }

  private static Tile attribution(
      String explainer, String when, HeatMap map, Pixels size, String target) {
    return new Tile(
        when,
        "",
        Picture.uri(map.alone(), size.width(), size.height(), 3),
        "%s for class %s, %s the attack"
            .formatted(explainer, target, when.toLowerCase(Locale.ROOT)));
  }

  private static double largest(float[] first, float[] second) {
    double largest = 0;
    for (float value : first) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (float value : second) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** The largest of 1, 2, 5, 10, 20, ... that keeps the change within half the range. */
  private static double amplification(double largest, double range) {
    // A hair of room: a change of 0.1 in floats is a little more than 0.1, and that must not halve
    // the factor.
    double most = largest == 0 ? 1 : range / 2 / largest * (1 + 1e-4);
    if (most < 1) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    double digit = most / power;
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
  }

  private static Card table(
      String title,
      String detail,
      List<GalleryExample.AttributionPair> pairs,
      GalleryExample.TableView view) {
    List<GalleryExample.FeatureChange> features = view.features();
    List<Column> columns = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    List<Double> scales = new ArrayList<>();
    double[] weight = new double[features.size()];
    for (GalleryExample.AttributionPair pair : pairs) {
      float[] before = pair.before().values();
      float[] after = pair.after().values();
      double scale = largest(before, after);
      columns.add(new Column(pair.explainer(), "±" + Format.number(scale)));
      values.add(before);
      values.add(after);
      scales.add(scale);
      for (int i = 0; i < weight.length; i++) {
        double larger = Math.max(Math.abs(before[i]), Math.abs(after[i]));
        weight[i] = Math.max(weight[i], scale == 0 ? 0 : larger / scale);
      }
    }
    // What moved comes first, then what the model looked at.
    List<Integer> order =
        IntStream.range(0, features.size())
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> features.get(i).scaledChange() == 0)
                    .thenComparing(i -> -Math.abs(features.get(i).scaledChange()))
                    .thenComparing(i -> -weight[i]))
            .toList();
    long moved = features.stream().filter(f -> f.scaledChange() != 0).count();
    int listed = (int) Math.min(features.size(), Math.min(MOST_LISTED, Math.max(LISTED, moved)));
    List<Row> rows = new ArrayList<>();
    for (int i : order.subList(0, listed)) {
      GalleryExample.FeatureChange feature = features.get(i);
      List<Bar> bars = new ArrayList<>();
      for (int v = 0; v < values.size(); v++) {
        bars.add(Bar.of(values.get(v)[i], scales.get(v / 2)));
      }
      rows.add(
          new Row(
              feature.name(),
              Format.value(feature.clean()),
              Format.value(feature.adversarial()),
              feature.scaledChange() == 0 ? "–" : Format.signed(feature.scaledChange()),
              feature.scaledChange() != 0,
              bars));
    }
    return new Card(
        title,
        detail,
        List.of(),
        columns,
        rows,
        hidden(
            features.size() - listed + view.unlisted(), moved - listed + view.unlistedChanges()));
  }

  private static String hidden(int more, long moved) {
    if (more <= 0) {
      return "";
    }
    String said = Format.plural(more, "more feature");
    return moved <= 0
        ? said + " did not change."
        : "%s are not listed: %s changed, by less than these.".formatted(said, Format.count(moved));
  }
}
