package io.sextant.cli;

import io.sextant.evaluation.data.NpyWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small models and data files in a folder. */
final class Bench {
  /**
   * Signed distances from the decision plane of {@link #plane}, in units of the L-infinity norm.
   */
  static final double[] OFFSETS = {
    0.01, -0.02, 0.03, -0.04, 0.06, -0.07, 0.11, -0.12, 0.16, -0.17, 0.21, -0.22
  };

  private static final int WIDTH = 4;
  private final Path folder;

  Bench(Path folder) {
    this.folder = folder;
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  Path text(String name, String text) throws IOException {
    return Files.writeString(path(name), text);
  }

  Path bytes(String name, byte[] content) throws IOException {
    return Files.write(path(name), content);
  }

  Path model(String name, Model network) throws IOException {
    ModelSerializer.writeModel(network, path(name).toFile(), false);
    return path(name);
  }

  /** Class 1 exactly where the sum of the four features is above 2. */
  Path plane(String name) throws IOException {
    return model(name, linear(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}, 0, -2));
  }

  /** Logits of x: W'x + b. */
  static MultiLayerNetwork linear(float[][] weights, float... biases) {
    MultiLayerNetwork network =
        network(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(weights.length)
                .nOut(biases.length)
                .build());
    network.setParam("0_W", Nd4j.create(weights));
    network.setParam("0_b", Nd4j.create(biases).reshape(1, biases.length));
    return network;
  }

  static MultiLayerNetwork network(BaseOutputLayer head) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder().seed(1).list().layer(head).build());
    network.init();
    return network;
  }

  /** Four features, a hidden layer, two classes. */
  static MultiLayerNetwork curved() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .weightInit(new NormalDistribution(0, 1))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(WIDTH).nOut(8).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(8)
                        .nOut(3)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** Rows at {@link #OFFSETS} from the plane, rightly labelled. */
  void planeData() throws IOException {
    double[][] rows = new double[OFFSETS.length][WIDTH];
    int[] labels = new int[OFFSETS.length];
    for (int i = 0; i < OFFSETS.length; i++) {
      Arrays.fill(rows[i], 0.5 + OFFSETS[i]);
      labels[i] = OFFSETS[i] > 0 ? 1 : 0;
    }
    arrays(rows, labels);
  }

  /** Writes x.npy and y.npy. */
  void arrays(double[][] rows, int... labels) throws IOException {
    arrays(rows, new int[] {rows.length == 0 ? WIDTH : rows[0].length}, labels);
  }

  void arrays(double[][] rows, int[] shape, int[] labels) throws IOException {
    NpyWriter.write(path("x.npy"), NpyWriter.Element.FLOAT32, rows, shape);
    double[][] column =
        Arrays.stream(labels).mapToObj(y -> new double[] {y}).toArray(double[][]::new);
    NpyWriter.write(path("y.npy"), NpyWriter.Element.FLOAT32, column);
  }

  /** Spread over the unit cube, the same each time. */
  static double[][] spread(int rows, int width) {
    double[][] x = new double[rows][width];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double place = (r + 1) * (0.7548776662 + 0.1 * i);
        x[r][i] = (float) (0.1 + 0.8 * (place - Math.floor(place)));
      }
    }
    return x;
  }

  /** The classes that a network decides for. */
  static int[] decisions(MultiLayerNetwork network, double[][] rows) {
    return network
        .output(Nd4j.create(rows).castTo(network.params().dataType()))
        .argMax(1)
        .toIntVector();
  }

  /** An IDX file of bytes. */
  Path idx(String name, int[] shape, int... values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
    buffer.put(new byte[] {0, 0, 8, (byte) shape.length});
    Arrays.stream(shape).forEach(buffer::putInt);
    Arrays.stream(values).forEach(value -> buffer.put((byte) value));
    return bytes(name, buffer.array());
  }

  /** A model's zip with other entries. */
  Path zip(String name, Path model, Map<String, byte[]> more) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(model)))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    entries.putAll(more);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return bytes(name, bytes.toByteArray());
  }

  /** The files below a folder with their content, by name. */
  static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          content.put(
              folder.relativize(file).toString(),
              new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return content;
  }
}
