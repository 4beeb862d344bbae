package io.sextant.evaluation;

import io.sextant.corruptions.Columns;
import io.sextant.corruptions.Corrupter;
import io.sextant.corruptions.Corruption;
import io.sextant.corruptions.Corruptions;
import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.TableCorruption;
import io.sextant.corruptions.image.Image;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Corrupts the examples of a data set, whatever they are: images in their own box, rows by their
 * columns. Images of bytes stay such, so that they are what a file of bytes would hold.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DataCorrupter {
  private final Shape shape;
  private final InputDomain domain;
  private final boolean bytes;
  private final Columns columns;
  private final ParameterSet parameters;
  private final long seed;

  private DataCorrupter(
      Shape shape,
      InputDomain domain,
      boolean bytes,
      Columns columns,
      ParameterSet parameters,
      long seed) {
    this.shape = shape;
    this.domain = domain;
    this.bytes = bytes;
    this.columns = columns;
    this.parameters = parameters;
    this.seed = seed;
  }

  /**
   * A corrupter of examples like these.
   *
   * @param data whose shape, bounds and kind of numbers hold; of tables, how widely columns lie and
   *     what is usual in them is read off all its rows
   * @param parameters how strong severities are
   * @param seed of all random numbers
   */
  public static DataCorrupter of(DataSet data, ParameterSet parameters, long seed) {
    boolean image = data.shape().rank() > 1;
    Columns columns =
        image ? unknown(data.domain()) : Columns.of(data.domain(), data.size(), data::row);
    return new DataCorrupter(
        data.shape(), data.domain(), data.origin().bytes(), columns, parameters, seed);
  }

  /**
   * A corrupter of images.
   *
   * @param form of the images
   * @param box their bounds
   * @param parameters how strong severities are
   * @param seed of all random numbers
   */
  public static DataCorrupter of(
      ImageFiles.Form form, Box box, ParameterSet parameters, long seed) {
    InputDomain domain = box.domain(form.shape().elements());
    return new DataCorrupter(form.shape(), domain, form.bytes(), unknown(domain), parameters, seed);
  }

  /** The corrupter of a finished audit. */
  static DataCorrupter of(Shape shape, InputDomain domain, CorruptionResult recorded, long seed) {
    List<CorruptionResult.Column> known = recorded.columns();
    return new DataCorrupter(
        shape,
        domain,
        recorded.bytes(),
        known.isEmpty()
            ? unknown(domain)
            : Columns.of(
                domain,
                known.stream().mapToDouble(CorruptionResult.Column::deviation).toArray(),
                known.stream().mapToDouble(CorruptionResult.Column::usual).toArray()),
        ParameterSet.of(recorded.parameters()),
        seed);
  }

  /** The corrupter of images of a finished audit. */
  static DataCorrupter of(
      Shape shape, InputDomain domain, boolean bytes, ParameterSet parameters, long seed) {
    return new DataCorrupter(shape, domain, bytes, unknown(domain), parameters, seed);
  }

  private static Columns unknown(InputDomain domain) {
    return Columns.of(domain, new double[domain.size()], new double[domain.size()]);
  }

  /** Whether values are rounded to bytes. */
  boolean bytes() {
    return bytes;
  }

  /** What is known of the columns; empty for images. */
  List<CorruptionResult.Column> columns() {
    return shape.rank() > 1
        ? List.of()
        : IntStream.range(0, domain.size())
            .mapToObj(
                i ->
                    new CorruptionResult.Column(
                        domain.feature(i).name(), columns.deviation(i), columns.usual(i)))
            .toList();
  }

  /**
   * Why a kind changes nothing here, in words; empty when it can.
   *
   * @throws IllegalArgumentException when there is no such kind, or it is for other data
   */
  public Optional<String> needless(String kind) {
    Corruption corruption = Corruptions.catalogue().create(kind);
    if (corruption instanceof ImageCorruption image) {
      requireImages(kind);
      return image.applies(channels())
          ? Optional.empty()
          : Optional.of(
              "%s cannot change images of %s %s"
                  .formatted(kind, channels(), channels() == 1 ? "channel" : "channels"));
    } else if (corruption instanceof TableCorruption table) {
      if (shape.rank() > 1) {
        throw new IllegalArgumentException(
            "%s is a corruption of tables but the data are images; name kinds of images, or the profile standard"
                .formatted(kind));
      }
      return table.applies(columns)
          ? Optional.empty()
          : Optional.of("%s finds no column that it could change".formatted(kind));
    }
    throw new IllegalArgumentException(
        "%s must corrupt images or tables but is %s"
            .formatted(kind, corruption.getClass().getName()));
  }

  private void requireImages(String kind) {
    if (shape.rank() == 1) {
      throw new IllegalArgumentException(
          "%s is a corruption of images but the data are vectors of %d values; name kinds of tables, or the profile table"
              .formatted(kind, shape.elements()));
    }
    if (shape.rank() > 3) {
      throw new IllegalArgumentException(
          "%s is a corruption of images [channels, height, width] but the data have the shape %s; leave corruptions out"
              .formatted(kind, shape));
    }
  }

  private int channels() {
    return shape.rank() == 2 ? 1 : shape.channels();
  }

  /**
   * Examples, corrupted; each keeps label and id.
   *
   * @param corrupted the kind and the severity
   * @param clean of the shape and in the bounds of the data
   */
  public Examples corrupt(Condition.Corrupted corrupted, Examples clean) {
    Strength strength = new Strength(parameters, corrupted.severity());
    Corruption corruption = Corruptions.catalogue().create(corrupted.kind()).at(strength);
    float[][] rows = new float[clean.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = corrupt(corruption, corrupted.severity(), clean.id(i), clean.row(i));
    }
    return Examples.ofFloats(rows, clean.labels(), clean.ids());
  }

  /**
   * One example, corrupted.
   *
   * @param corruption with its parameters
   * @param severity part of the key of random numbers; 0 for parameters of one's own
   * @param id of the example
   * @param row its values
   */
  public float[] corrupt(Corruption corruption, int severity, long id, double[] row) {
    if (corruption instanceof ImageCorruption image) {
      return image(new Corrupter(image, severity, seed), row, id);
    }
    return Rows.narrow(
        ((TableCorruption) corruption)
            .corrupt(row, columns, Corrupter.key(seed, corruption.name(), severity, id)));
  }

  /** To [0, 1] and back, by the box of the images. */
  private float[] image(Corrupter corrupter, double[] row, long id) {
    Feature pixel = domain.feature(0);
    double range = pixel.maximum() - pixel.minimum();
    double[] unit = new double[row.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = Math.max(0, Math.min(1, (row[i] - pixel.minimum()) / range));
    }
    double[] values = corrupter.image(Image.of(shape, unit), id).values();
    float[] back = new float[values.length];
    for (int i = 0; i < back.length; i++) {
      double value = pixel.minimum() + range * values[i];
      back[i] = (float) (bytes ? Math.rint(255 * value) / 255 : value);
    }
    return back;
  }

  /** The kinds that can change this data, and why the others cannot. */
  record Kinds(List<String> able, List<String> needless) {}

  /** Sorts kinds. */
  Kinds sorted(List<String> kinds) {
    List<String> able = new ArrayList<>();
    List<String> needless = new ArrayList<>();
    for (String kind : kinds) {
      needless(kind).ifPresentOrElse(needless::add, () -> able.add(kind));
    }
    return new Kinds(able, needless);
  }
}
