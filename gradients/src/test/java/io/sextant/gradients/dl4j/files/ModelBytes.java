package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.model.LoadedNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/** Model files for tests: written by Deeplearning4j, then taken apart. */
final class ModelBytes {
  private ModelBytes() {}

  /** The network that was read, in Deeplearning4j's own type. */
  static Model model(LoadedNetwork loaded) {
    return ((Dl4jNetwork) loaded.network()).model();
  }

  static MultiLayerNetwork network(DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .weightInit(new NormalDistribution(0, 1))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                .layer(new OutputLayer.Builder().nIn(5).nOut(3).build())
                .build());
    network.init();
    return network;
  }

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .graphBuilder()
                .addInputs("block.in")
                .addLayer("block.a", new DenseLayer.Builder().nIn(4).nOut(5).build(), "block.in")
                .addLayer("block.out", new OutputLayer.Builder().nIn(5).nOut(3).build(), "block.a")
                .setOutputs("block.out")
                .build());
    graph.init();
    return graph;
  }

  /** A good model's file with a normalizer in it. */
  static byte[] with(DataNormalization normalization) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      NormalizerSerializer.getDefault().write(normalization, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return with("normalizer.bin", out.toByteArray());
  }

  static byte[] write(Model model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(model, out, true);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static Map<String, byte[]> entries(byte[] zip) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return entries;
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  /** A good model's file with one entry put in or replaced. */
  static byte[] with(String name, byte[] content) {
    Map<String, byte[]> entries = entries(write(network(DataType.FLOAT)));
    entries.put(name, content);
    return zip(entries);
  }

  /** A good model's file with text of its configuration replaced. */
  static byte[] withText(String old, String replacement) {
    Map<String, byte[]> entries = entries(write(network(DataType.FLOAT)));
    String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
    if (!json.contains(old)) {
      throw new AssertionError("the configuration has no " + old);
    }
    entries.put(
        "configuration.json", json.replace(old, replacement).getBytes(StandardCharsets.UTF_8));
    return zip(entries);
  }
}
