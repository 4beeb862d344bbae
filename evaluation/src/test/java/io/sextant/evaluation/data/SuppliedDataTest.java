package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
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
