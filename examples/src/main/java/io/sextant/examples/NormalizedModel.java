package io.sextant.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j's model file, with the normaliser of its inputs in an entry of its own. */
final class NormalizedModel {
  private NormalizedModel() {}

  static void write(MultiLayerNetwork network, NormalizerStandardize normalizer, Path out)
      throws IOException {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, model, false);
    ByteArrayOutputStream statistics = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normalizer, statistics);
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(model.toByteArray()));
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(out))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        add(zip, entry.getName(), in.readAllBytes());
      }
      add(zip, "normalizer.bin", statistics.toByteArray());
    }
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0); // equal training gives equal files
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** {@code [labels, classes]}. */
  static INDArray oneHot(int[] labels, int classes) {
    INDArray array = Nd4j.zeros(labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      array.putScalar(i, labels[i], 1);
    }
    return array;
  }
}
