package io.sextant.evaluation.data;

import io.sextant.gradients.graph.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Takes over examples that code has made: DL4J's data sets and iterators over them, or a finished
 * {@link io.sextant.evaluation.data.DataSet}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SuppliedData {
  private SuppliedData() {}

  /**
   * Takes examples over.
   *
   * @param name of the data, for messages and results
   * @param supplied a {@code org.nd4j.linalg.dataset.DataSet}, a {@code MultiDataSet} with one
   *     array of features and one of labels, an {@code Iterator} over such (so also a {@code
   *     DataSetIterator}), or a {@link io.sextant.evaluation.data.DataSet}; features {@code [N, F]}
   *     or {@code [N, C, H, W]}, labels one-hot {@code [N, classes]}, or 0 and 1 {@code [N, 1]}.
   *     Examples that a labels mask leaves out are left out; the others keep their row numbers.
   *     Label names become class names; metadata of examples says nothing about figures and is not
   *     read
   * @param box the bounds of the inputs; values outside are an error; {@link Box#UNIT} for a {@link
   *     io.sextant.evaluation.data.DataSet}, which has its own
   * @return the data, with classes named by their numbers where labels have no names
   * @throws DataException if it is something else, or shapes, labels, masks or values do not fit
   */
  public static io.sextant.evaluation.data.DataSet read(String name, Object supplied, Box box) {
    if (supplied instanceof io.sextant.evaluation.data.DataSet data) {
      if (!box.equals(Box.UNIT)) {
        throw new DataException(
            "%s gives a data set that has its own domain, so the box [%s, %s] must be left out; give these bounds to its InputDomain"
                .formatted(name, box.minimum(), box.maximum()));
      }
      return data;
    }
    List<DataSet> batches = new ArrayList<>();
    if (supplied instanceof DataSet || supplied instanceof MultiDataSet) {
      batches.add(batch(name, supplied));
    } else if (supplied instanceof Iterator<?> iterator) {
      try {
        while (iterator.hasNext()) {
          // An iterator may fill one batch again and again.
          batches.add(batch(name, iterator.next()).copy());
        }
      } catch (DataException e) {
        throw e;
      } catch (RuntimeException | LinkageError | AssertionError e) {
        throw new DataException(
            "%s failed while it gave the examples: %s".formatted(name, SupplierFailure.reason(e)),
            e);
      }
    } else {
      throw unknown(name, supplied);
    }
    if (batches.isEmpty()) {
      throw new DataException(name + ": the data has no rows");
    }
    return gather(name, batches, box);
  }

  private static DataException unknown(String name, Object supplied) {
    return new DataException(
        "%s must give a DataSet, or an iterator over DataSets, but gave %s"
            .formatted(name, supplied == null ? "null" : supplied.getClass().getName()));
  }

  private static DataSet batch(String name, Object next) {
    if (next instanceof DataSet batch) {
      return complete(name, batch);
    }
    if (next instanceof MultiDataSet several) {
      INDArray[] features = several.getFeatures();
      INDArray[] labels = several.getLabels();
      if (features == null || labels == null || features.length != 1 || labels.length != 1) {
        throw new DataException(
            "%s: examples must have one array of features and one of labels but a MultiDataSet has %d and %d"
                .formatted(
                    name,
                    features == null ? 0 : features.length,
                    labels == null ? 0 : labels.length));
      }
      return complete(
          name,
          new org.nd4j.linalg.dataset.DataSet(
              features[0],
              labels[0],
              only(several.getFeaturesMaskArrays()),
              only(several.getLabelsMaskArrays())));
    }
    throw unknown(name, next);
  }

  private static @Nullable INDArray only(INDArray @Nullable [] masks) {
    return masks == null || masks.length == 0 ? null : masks[0];
  }

  /**
   * Which rows of a batch count. A mask of features is about steps in time, which these inputs do
   * not have; one of labels may leave whole examples out.
   */
  private static boolean[] counted(String name, DataSet batch, int from) {
    int rows = Math.toIntExact(batch.getFeatures().size(0));
    boolean[] counted = new boolean[rows];
    Arrays.fill(counted, true);
    INDArray features = batch.getFeaturesMaskArray();
    if (features != null && features.neq(1).any()) {
      throw new DataException(
          "%s: a mask of features is for sequences, which are not supported, but rows %d to %d have one of shape %s; leave it out"
              .formatted(name, from, from + rows - 1, Arrays.toString(features.shape())));
    }
    INDArray mask = batch.getLabelsMaskArray();
    if (mask == null) {
      return counted;
    }
    long width = mask.length() / Math.max(1, rows);
    double[] values = mask.dup('c').data().asDouble();
    for (int r = 0; r < rows; r++) {
      int at = Math.toIntExact(r * width);
      double first = values.length == rows * width && width > 0 ? values[at] : Double.NaN;
      for (int c = 0; c < Math.max(1, width); c++) {
        if ((first != 0 && first != 1) || values[at + c] != first) {
          throw new DataException(
              "%s: row %d: a mask of labels must keep or leave out whole examples (1 or 0) but has shape %s with other values; apply it to the labels"
                  .formatted(name, from + r, Arrays.toString(mask.shape())));
        }
      }
      counted[r] = first == 1;
    }
    return counted;
  }

  private static DataSet complete(String name, DataSet batch) {
    if (batch.getFeatures() == null || batch.getLabels() == null) {
      throw new DataException(
          "%s: all examples must have features and labels but some have none".formatted(name));
    }
    return batch;
  }

  private static io.sextant.evaluation.data.DataSet gather(
      String name, List<DataSet> batches, Box box) {
    Shape shape = shape(name, batches.get(0).getFeatures());
    long columns = batches.get(0).getLabels().size(-1);
    // One column is that of a single sigmoid unit: 0 and 1 are the two classes.
    long classes = columns == 1 ? 2 : columns;
    List<float[]> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    List<String> names = numbered(Math.toIntExact(classes));
    int from = 0;
    MessageDigest digest = Digests.sha256();
    for (DataSet batch : batches) {
      INDArray features = batch.getFeatures();
      INDArray own = batch.getLabels();
      if (!shape(name, features).equals(shape)) {
        throw new DataException(
            "%s: all examples must have shape %s but some have %s"
                .formatted(name, shape, shape(name, features)));
      }
      if (own.rank() != 2 || own.size(0) != features.size(0) || own.size(1) != columns) {
        throw new DataException(
            "%s: labels must be one-hot, of shape [%d, %d], but have %s"
                .formatted(name, features.size(0), columns, Arrays.toString(own.shape())));
      }
      float[] values = features.dup('c').data().asFloat();
      double[] oneHot = own.dup('c').data().asDouble();
      boolean[] counted = counted(name, batch, from);
      names = named(name, names, batch.getLabelNamesList());
      for (int r = 0; r < counted.length; r++) {
        if (!counted[r]) {
          continue;
        }
        float[] row = Arrays.copyOfRange(values, r * shape.elements(), (r + 1) * shape.elements());
        int label =
            columns == 1
                ? binary(name, from + r, oneHot[r])
                : label(name, from + r, oneHot, r, Math.toIntExact(classes));
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * row.length + Integer.BYTES);
        for (float value : row) {
          bytes.putFloat(value);
        }
        digest.update(bytes.putInt(label).array());
        rows.add(row);
        labels.add(label);
        places.add((long) from + r);
      }
      from += counted.length;
    }
    int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
    return io.sextant.evaluation.data.DataSet.of(
            shape,
            rows.toArray(float[][]::new),
            all,
            names,
            box.domain(shape.elements()),
            new Origin(
                "examples from " + name,
                false,
                List.of(new Origin.Digest(name, Digests.hex(digest)))))
        // The columns of one-hot labels are all the classes that there are.
        .withOrder(ClassOrder.FIXED)
        .withIds(places.stream().mapToLong(Long::longValue).toArray());
  }

  private static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /** The names of the classes after one more batch, which may bring names or none. */
  private static List<String> named(String name, List<String> known, @Nullable List<String> own) {
    if (own == null || own.size() != known.size() || own.equals(known)) {
      return known;
    }
    if (!ClassMatch.isNumbered(known)) {
      throw new DataException(
          "%s: label names must be the same in all batches but are %s and %s"
              .formatted(name, Names.listed(known), Names.listed(own)));
    }
    return List.copyOf(own);
  }

  private static int binary(String name, int row, double value) {
    if (value != 0 && value != 1) {
      throw new DataException(
          "%s: row %d: the label must be 0 or 1 but was %s".formatted(name, row, value));
    }
    return (int) value;
  }

  private static int label(String name, int row, double[] oneHot, int at, int classes) {
    int label = -1;
    for (int c = 0; c < classes; c++) {
      double value = oneHot[at * classes + c];
      if (value == 1 && label < 0) {
        label = c;
      } else if (value != 0) {
        label = classes;
      }
    }
    if (label < 0 || label == classes) {
      throw new DataException(
          "%s: row %d: the label must be one-hot: a single 1 among zeros; probabilities and labels of regression are not classes"
              .formatted(name, row));
    }
    return label;
  }

  private static Shape shape(String name, INDArray features) {
    long[] sizes = features.shape();
    if (sizes.length == 2) {
      return Shape.of(Math.toIntExact(sizes[1]));
    } else if (sizes.length == 4) {
      return Shape.of(
          Math.toIntExact(sizes[1]), Math.toIntExact(sizes[2]), Math.toIntExact(sizes[3]));
    }
    throw new DataException(
        "%s: inputs must have shape [N, F] or [N, C, H, W] but have %s"
            .formatted(name, Arrays.toString(sizes)));
  }
}
