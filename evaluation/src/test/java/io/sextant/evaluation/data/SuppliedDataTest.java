package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class SuppliedDataTest {
  private static DataSet batch(double[][] rows, double[][] labels) {
    return new DataSet(Nd4j.create(rows), Nd4j.create(labels));
  }

  private static void refused(Object supplied, String reason) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> SuppliedData.read("Mine", supplied, Box.UNIT))
        .withMessageContaining("Mine")
        .withMessageContaining(reason);
  }

  @Test
  void one_column_of_labels_is_that_of_a_sigmoid() {
    var data =
        SuppliedData.read(
            "Mine",
            batch(new double[][] {{0.1}, {0.2}, {0.3}}, new double[][] {{0}, {1}, {1}}),
            Box.UNIT);
    assertThat(data.labels()).containsExactly(0, 1, 1);
    assertThat(data.classes()).containsExactly("0", "1");
    refused(batch(new double[][] {{0.1}}, new double[][] {{0.5}}), "must be 0 or 1 but was 0.5");
  }

  private static final double[][] ROWS = {{0.1}, {0.2}, {0.3}};
  private static final double[][] ONE_HOT = {{0, 1, 0}, {1, 0, 0}, {0, 1, 0}};

  private static DataSet masked(double[][] features, double[][] labels) {
    return new DataSet(
        Nd4j.create(ROWS),
        Nd4j.create(ONE_HOT),
        features.length == 0 ? null : Nd4j.create(features),
        labels.length == 0 ? null : Nd4j.create(labels));
  }

  @Test
  void columns_of_labels_are_all_the_classes() {
    var data = SuppliedData.read("Mine", batch(ROWS, ONE_HOT), Box.UNIT);

    assertThat(data.forModel(3, List.of("a", "b", "c")).classes()).containsExactly("a", "b", "c");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data.forModel(4, List.of()))
        .withMessageContaining("the classes of the data are [0, 1, 2] but the model has 4");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data.forModel(2, List.of()))
        .withMessageContaining("but the model has 2");
  }

  @Test
  void a_mask_of_labels_leaves_examples_out() {
    for (double[][] mask :
        List.of(new double[][] {{1}, {0}, {1}}, new double[][] {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}})) {
      DataSet batch = masked(new double[0][], mask);
      for (Object given : List.of(batch, List.of(batch).iterator(), batch.toMultiDataSet())) {
        var data = SuppliedData.read("Mine", given, Box.UNIT);
        assertThat(data.labels()).containsExactly(1, 1);
        assertThat(data.ids()).containsExactly(0, 2);
        assertThat(data.row(1)[0]).isEqualTo((double) (float) 0.3);
      }
    }
    var twice =
        SuppliedData.read(
            "Mine",
            List.of(batch(ROWS, ONE_HOT), masked(new double[0][], new double[][] {{0}, {1}, {1}}))
                .iterator(),
            Box.UNIT);
    assertThat(twice.ids()).containsExactly(0, 1, 2, 4, 5);
    refused(masked(new double[0][], new double[][] {{1}, {0.5}, {1}}), "row 1: a mask of labels");
    refused(
        masked(new double[0][], new double[][] {{1, 1, 1}, {1, 0, 1}, {1, 1, 1}}),
        "row 1: a mask of labels must keep or leave out whole examples");
    refused(masked(new double[0][], new double[][] {{0}, {0}, {0}}), "no rows");
  }

  @Test
  void a_mask_of_features_is_refused_unless_it_keeps_all() {
    refused(masked(new double[][] {{1}, {0}, {1}}, new double[0][]), "a mask of features");
    assertThat(
            SuppliedData.read(
                    "Mine", masked(new double[][] {{1}, {1}, {1}}, new double[0][]), Box.UNIT)
                .size())
        .isEqualTo(3);
  }

  @Test
  void of_several_arrays_one_would_be_dropped() {
    INDArray one = Nd4j.create(ROWS);
    refused(
        new MultiDataSet(new INDArray[] {one, one}, new INDArray[] {Nd4j.create(ONE_HOT)}),
        "one array of features and one of labels but a MultiDataSet has 2 and 1");
  }

  @Test
  void names_of_labels_are_names_of_classes() {
    DataSet batch = batch(ROWS, ONE_HOT);
    batch.setLabelNames(List.of("cat", "dog", "cow"));
    batch.setExampleMetaData(List.of("a", "b", "c"));
    var data = SuppliedData.read("Mine", batch, Box.UNIT);

    assertThat(data.classes()).containsExactly("cat", "dog", "cow");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data.forModel(3, List.of("dog", "cat", "cow")))
        .withMessageContaining("[cat, dog, cow]")
        .withMessageContaining("[dog, cat, cow]");
    DataSet other = batch(ROWS, ONE_HOT);
    other.setLabelNames(List.of("dog", "cat", "cow"));
    refused(List.of(batch, other).iterator(), "label names must be the same in all batches");
  }

  @Test
  void labels_of_regression_are_refused() {
    refused(batch(ROWS, new double[][] {{0.7}, {2.5}, {1}}), "row 0: the label must be 0 or 1");
    refused(
        batch(ROWS, new double[][] {{0, 1}, {0.2, 0.8}, {1, 0}}),
        "row 1: the label must be one-hot");
  }

  @Test
  void an_iterator_may_fill_one_batch_again_and_again() {
    DataSet one = batch(new double[][] {{0, 0}}, new double[][] {{0, 0}});
    Iterator<DataSet> reusing =
        new Iterator<>() {
          private int row;

          @Override
          public boolean hasNext() {
            return row < 2;
          }

          @Override
          public DataSet next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            one.getFeatures().assign(row / 4.0);
            one.getLabels().assign(0).putScalar(row, 1);
            row++;
            return one;
          }
        };
    var data = SuppliedData.read("Mine", reusing, Box.UNIT);
    assertThat(data.labels()).containsExactly(0, 1);
    assertThat(data.examples().row(1)).containsExactly(0.25, 0.25);
  }

  @Test
  void what_goes_wrong_in_a_supplier_is_told_with_its_name() {
    refused(new DataSet(Nd4j.create(1, 2), null), "must have features and labels");
    refused(
        new Iterator<DataSet>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public DataSet next() {
            throw new NoSuchElementException("the disk is gone");
          }
        },
        "the disk is gone");
    refused(List.of("a").iterator(), "must give a DataSet");
    refused("text", "java.lang.String");
  }

  @Test
  void failures_that_are_no_exceptions_are_told_too() {
    for (Error error :
        List.of(
            new AssertionError("the fixture is missing"),
            new NoClassDefFoundError("demo/Gone"),
            new ExceptionInInitializerError("no data today"))) {
      refused(failing(error), error.getClass().getSimpleName() + ": " + error.getMessage());
    }
    refused(failing(new IllegalStateException("no data today")), "examples: no data today");
    refused(
        failing(new UncheckedIOException(new NoSuchFileException("x.npy"))),
        "NoSuchFileException: x.npy");
    refused(failing(new ArrayStoreException("java.lang.Integer")), "ArrayStoreException");
    refused(
        List.of(new DataSet(Nd4j.create(1, 2), null)).iterator(), "must have features and labels");
  }

  private static Iterator<DataSet> failing(Throwable failure) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }

      @Override
      public DataSet next() {
        throw new NoSuchElementException();
      }
    };
  }

  @Test
  void a_finished_data_set_has_its_own_domain() {
    io.sextant.evaluation.data.DataSet own =
        SuppliedData.read(
            "Mine", batch(new double[][] {{0.1}}, new double[][] {{1}}), new Box(0, 2));

    assertThat(SuppliedData.read("Mine", own, Box.UNIT)).isSameAs(own);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> SuppliedData.read("Mine", own, new Box(0.4, 0.6)))
        .withMessageContaining("has its own domain, so the box [0.4, 0.6] must be left out");
  }
}
