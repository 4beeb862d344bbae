package io.sextant.evaluation.data;

import io.sextant.gradients.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Reads a file of inputs and a file of labels, each IDX or NPY, plain or compressed with gzip. What
 * a file is, its content tells.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ImageFiles {
  private static final int MOST_CLASSES = 100_000;

  private ImageFiles() {}

  /**
   * Reads inputs and labels.
   *
   * @param images {@code [N, H, W]} (read as one channel), {@code [N, C, H, W]} or {@code [N, F]}
   *     (vectors); bytes become byte / 255, other elements are taken as they are
   * @param labels {@code [N]}, whole numbers from 0
   * @param box the bounds of the inputs; values outside are an error
   * @return the data, with classes named by their numbers
   * @throws DataException if a file is missing, damaged, or does not fit the other or the box
   */
  public static DataSet read(Path images, Path labels, Box box) {
    try (ArrayFile file = ArrayFile.open(images);
        ArrayFile labelFile = ArrayFile.open(labels)) {
      Shape shape = shape(file);
      if (labelFile.rows() != file.rows()) {
        throw new DataException(
            "%s has %d rows but %s has %d labels"
                .formatted(file.name(), file.rows(), labelFile.name(), labelFile.rows()));
      }
      if (file.rows() == 0) {
        throw new DataException(file.name() + ": the data has no rows");
      }
      int[] classes = labels(labelFile);
      float[][] rows = rows(file);
      Origin origin =
          new Origin(
              "%s with %s".formatted(file.name(), labelFile.name()),
              file.kind() == ArrayFile.Kind.BYTE,
              List.of(file.finish(), labelFile.finish()));
      return DataSet.of(
          shape, rows, classes, DataSet.numbered(classes), box.domain(shape.elements()), origin);
    } catch (IOException e) {
      throw unreadable(images, e);
    }
  }

  /**
   * Reads inputs alone. They have no classes: each row's label is 0.
   *
   * @param images as for {@link #read}
   * @param box the bounds of the inputs; values outside are an error
   * @throws DataException if the file is missing or damaged, or does not fit the box
   */
  public static DataSet unlabelled(Path images, Box box) {
    try (ArrayFile file = ArrayFile.open(images)) {
      Shape shape = shape(file);
      float[][] rows = rows(file);
      int[] none = new int[rows.length];
      return DataSet.of(
          shape,
          rows,
          none,
          DataSet.numbered(none),
          box.domain(shape.elements()),
          new Origin(file.name(), file.kind() == ArrayFile.Kind.BYTE, List.of(file.finish())));
    } catch (IOException e) {
      throw unreadable(images, e);
    }
  }

  /**
   * What inputs in a file are like, without their labels.
   *
   * @param shape of one
   * @param bytes whether they are bytes, which become byte / 255
   * @param rows how many there are
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Form(Shape shape, boolean bytes, int rows) {}

  /**
   * Reads what inputs in a file are like.
   *
   * @throws DataException if the file is missing, damaged, or holds no inputs
   */
  public static Form form(Path images) {
    try (ArrayFile file = ArrayFile.open(images)) {
      return new Form(shape(file), file.kind() == ArrayFile.Kind.BYTE, file.rows());
    } catch (IOException e) {
      throw unreadable(images, e);
    }
  }

  /**
   * Changes inputs row by row and writes them in the form in which they were: IDX or NPY, the same
   * kind of numbers, compressed or not. Bytes stay bytes. The target appears when it is complete.
   *
   * @param images the inputs
   * @param target replaced
   * @param box the bounds of the inputs; values outside are an error
   * @param change of a row
   * @throws DataException if the file is missing or damaged, or a value is outside the box
   * @throws IOException if the target cannot be written
   */
  public static void change(Path images, Path target, Box box, RowChange change)
      throws IOException {
    try (ArrayFile file = ArrayFile.open(images);
        ArrayCopy copy = ArrayCopy.open(file, target)) {
      boolean bytes = file.kind() == ArrayFile.Kind.BYTE;
      double[] row = new double[file.width()];
      for (int r = 0; r < file.rows(); r++) {
        float[] narrow = floats(file.next(), bytes);
        for (int i = 0; i < row.length; i++) {
          row[i] = narrow[i];
          if (!(row[i] >= (float) box.minimum() && row[i] <= (float) box.maximum())) {
            throw new DataException(
                "%s: row %d: a value must be in [%s, %s] but is %s; give their bounds with --box"
                    .formatted(
                        file.name(),
                        r,
                        DecimalText.of(box.minimum()),
                        DecimalText.of(box.maximum()),
                        narrow[i]));
          }
        }
        float[] changed = change.of(r, row);
        double[] stored = new double[row.length];
        for (int i = 0; i < stored.length; i++) {
          stored[i] = bytes ? Math.rint(255.0 * changed[i]) : changed[i];
        }
        copy.row(stored);
      }
      file.finish();
      copy.finish();
    }
  }

  private static DataException unreadable(Path images, IOException e) {
    return new DataException(
        "%s: the file cannot be read: %s"
            .formatted(Digests.name(images), DataException.firstLine(e)),
        e);
  }

  private static float[][] rows(ArrayFile file) throws IOException {
    boolean bytes = file.kind() == ArrayFile.Kind.BYTE;
    float[][] rows = new float[file.rows()][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = floats(file.next(), bytes);
    }
    return rows;
  }

  private static float[] floats(double[] row, boolean bytes) {
    float[] floats = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      floats[i] = (float) (bytes ? row[i] / 255 : row[i]);
    }
    return floats;
  }

  private static Shape shape(ArrayFile file) {
    int[] sizes = file.shape();
    for (int d = 1; d < sizes.length; d++) {
      if (sizes[d] < 1) {
        throw new DataException(
            "%s: rows of shape %s have no values".formatted(file.name(), Arrays.toString(sizes)));
      }
    }
    return switch (sizes.length) {
      case 1 ->
          throw new DataException(
              "%s: inputs must have shape [N, F], [N, H, W], [N, C, H, W] or more dimensions but have %s"
                  .formatted(file.name(), Arrays.toString(sizes)));
      // Grey images; a model that takes sequences reads them as [features, time].
      case 3 -> Shape.of(1, sizes[1], sizes[2]);
      default -> Shape.of(Arrays.copyOfRange(sizes, 1, sizes.length));
    };
  }

  private static int[] labels(ArrayFile file) {
    if (file.width() != 1) {
      throw new DataException(
          "%s: labels must have shape [N] but have %s"
              .formatted(file.name(), Arrays.toString(file.shape())));
    }
    int[] labels = new int[file.rows()];
    for (int r = 0; r < labels.length; r++) {
      double label = file.next()[0];
      if (!(label >= 0 && label < MOST_CLASSES) || label != Math.rint(label)) {
        throw new DataException(
            "%s: row %d: a label must be a whole number from 0 to %d but was %s"
                .formatted(file.name(), r, MOST_CLASSES - 1, label));
      }
      labels[r] = (int) label;
    }
    return labels;
  }
}
