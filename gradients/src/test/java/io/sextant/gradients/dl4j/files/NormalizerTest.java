package io.sextant.gradients.dl4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.Normalizer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

class NormalizerTest {
  private static INDArray data(long... shape) {
    Random random = new Random(5);
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    return Nd4j.create(values, shape, 'c');
  }

  private static Normalizer written(DataNormalization normalization) {
    return ModelFile.read("m.zip", ModelBytes.with(normalization)).normalizer().orElseThrow();
  }

  private static void agrees(DataNormalization theirs, INDArray data, Shape shape) {
    Normalizer.Affine ours = written(theirs).affine(shape);
    INDArray expected = data.dup();
    theirs.transform(expected);

    for (int r = 0; r < data.size(0); r++) {
      double[] row = data.slice(r).ravel().toDoubleVector();
      double[] wanted = expected.slice(r).ravel().toDoubleVector();
      double[] got = ours.apply(row);
      double[] stored = Arrays.stream(row).map(v -> v / 255).toArray();
      double[] gotFromStored = ours.afterScale(255).apply(stored);
      for (int i = 0; i < row.length; i++) {
        double tolerance = 1e-5 * Math.max(1, Math.abs(wanted[i]));
        assertThat(got[i]).isCloseTo(wanted[i], within(tolerance));
        assertThat(gotFromStored[i]).isCloseTo(wanted[i], within(tolerance));
      }
    }
  }

  @Test
  void standardising_a_table_agrees_with_deeplearning4j_even_for_a_constant_column() {
    INDArray data = data(20, 4);
    data.getColumn(2).assign(8);
    NormalizerStandardize theirs = new NormalizerStandardize();
    theirs.fit(new DataSet(data, Nd4j.zeros(20, 1)));

    agrees(theirs, data, Shape.of(4));
  }

  @Test
  void standardising_images_agrees_with_deeplearning4j_per_channel() {
    INDArray data = data(6, 3, 4, 5);
    NormalizerStandardize theirs = new NormalizerStandardize();
    theirs.fit(new DataSet(data, Nd4j.zeros(6, 1)));

    agrees(theirs, data, Shape.of(3, 4, 5));
  }

  @Test
  void minimum_and_maximum_scaling_agrees_with_deeplearning4j() {
    INDArray data = data(20, 4);
    data.getColumn(1).assign(3);
    for (double[] range : new double[][] {{0, 1}, {-2, 3}, {1, 1}}) {
      NormalizerMinMaxScaler theirs = new NormalizerMinMaxScaler(range[0], range[1]);
      theirs.fit(new DataSet(data, Nd4j.zeros(20, 1)));

      agrees(theirs, data, Shape.of(4));
    }
  }

  @Test
  void image_scaling_agrees_with_deeplearning4j() {
    agrees(new ImagePreProcessingScaler(-1, 1), data(3, 1, 4, 4), Shape.of(1, 4, 4));
    agrees(new ImagePreProcessingScaler(0, 2, 4), data(3, 1, 4, 4), Shape.of(1, 4, 4));
  }

  @Test
  void statistics_of_labels_are_ignored() {
    NormalizerStandardize theirs = new NormalizerStandardize();
    theirs.fitLabel(true);
    theirs.fit(new DataSet(data(20, 4), data(20, 2)));

    assertThat(written(theirs)).isInstanceOf(Normalizer.Standardize.class);
  }

  @Test
  void statistics_that_do_not_fit_the_input_are_refused() {
    Normalizer normalizer = new Normalizer.Standardize(new double[3], new double[3]);

    assertThatThrownBy(() -> normalizer.affine(Shape.of(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3 features", "[4]");
    assertThatThrownBy(() -> new Normalizer.Standardize(new double[3], new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Normalizer.ImageScaler(0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] header(String magic, int version, String kind) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(magic);
      out.writeInt(version);
      out.writeUTF(kind);
      out.writeUTF("com.acme.Strategy");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static void refused(byte[] normalizer, String part) {
    assertThatThrownBy(() -> ModelFile.read("m.zip", ModelBytes.with("normalizer.bin", normalizer)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("normalizer.bin", part);
  }

  @Test
  void other_kinds_and_damaged_files_are_refused_by_name() {
    refused(header("NORMALIZER", 1, "CUSTOM"), "CUSTOM");
    refused(header("NORMALIZER", 1, "MULTI_HYBRID"), "MULTI_HYBRID");
    refused(header("NORMALIZER", 2, "STANDARDIZE"), "version");
    refused(header("SOMETHING", 1, "STANDARDIZE"), "not a normalizer");
    refused(new byte[0], "truncated");
    refused(Arrays.copyOf(header("NORMALIZER", 1, "MIN_MAX"), 30), "truncated");
  }
}
