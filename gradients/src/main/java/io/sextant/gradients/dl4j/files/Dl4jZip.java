package io.sextant.gradients.dl4j.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.files.ZipArchive;
import io.sextant.gradients.model.ForeignFormat;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.Normalizer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's zip format, without Deeplearning4j's reader, which deserialises Java objects.
 */
final class Dl4jZip {
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";
  private static final String NO_PARAMETERS = "noParams.marker";
  private static final String UPDATER = "updaterState.bin";
  private static final String OLD_UPDATER = "updater.bin"; // a serialised object, never read
  private static final String NORMALIZER = "normalizer.bin";
  private static final String DROPOUT = "dropOut";
  private static final Set<String> ALLOWED =
      Set.of(CONFIGURATION, COEFFICIENTS, NO_PARAMETERS, UPDATER, OLD_UPDATER, NORMALIZER);

  private static final int LARGEST_CONFIGURATION = 16 << 20;
  private static final int LARGEST_NORMALIZER = 64 << 20;

  /** Headers of an array take less. */
  private static final long HEADER_ROOM = 4096;

  /** Most parameters: two gigabytes of floats. */
  private static final long MOST_PARAMETERS = 1L << 29;

  private final String file;
  private final ZipArchive zip;

  private Dl4jZip(String file, byte[] bytes) {
    this.file = file;
    try {
      this.zip = new ZipArchive(file, bytes);
    } catch (ModelFileException e) {
      // Other formats have zips that are not read here, and that only their names tell.
      refuse(ForeignFormat.ofEntries(ZipArchive.namesWithoutChecks(bytes)));
      throw e;
    }
  }

  private void refuse(Optional<ForeignFormat> format) {
    if (format.isPresent()) {
      throw new ModelFileException(format.get().refusal(file));
    }
  }

  static LoadedNetwork read(String file, byte[] bytes, String sha256) {
    Dl4jZip zip = new Dl4jZip(file, bytes);
    zip.checkNames();
    try {
      Model network = zip.network();
      return new LoadedNetwork(
          Dl4jNetwork.of(network),
          zip.normalizer(),
          LoadedNetwork.Stated.NOTHING,
          ModelFormat.DL4J_ZIP,
          sha256,
          file);
    } catch (EOFException e) {
      throw new ModelFileException(file + ": the model is truncated: an array ends early", e);
    } catch (IOException e) {
      throw new ModelFileException(
          "%s: the model is damaged: %s".formatted(file, ModelFileException.firstLine(e)), e);
    }
  }

  private void checkNames() {
    for (String name : zip.names()) {
      if (ALLOWED.contains(name)) {
        continue;
      }
      String shown = ModelFileException.quote(name);
      if (name.equals("preprocessor.bin") || name.startsWith("objects/")) {
        throw new ModelFileException(
            ("%s: zip entry %s holds a serialised Java object, which could run code; such files are"
                    + " refused, save the model without it")
                .formatted(file, shown));
      }
      refuse(ForeignFormat.ofEntries(zip.names()));
      throw new ModelFileException(
          "%s is not a Deeplearning4j model: zip entry %s does not belong to one (allowed: %s)"
              .formatted(file, shown, String.join(", ", ALLOWED.stream().sorted().toList())));
    }
    if (!zip.names().contains(CONFIGURATION)) {
      throw new ModelFileException(
          "%s is not a Deeplearning4j model: zip entry '%s' is missing"
              .formatted(file, CONFIGURATION));
    }
  }

  private Model network() throws IOException {
    String json = text(zip.bytes(CONFIGURATION, LARGEST_CONFIGURATION));
    JsonNode tree = ConfigurationGuard.check(file, json);
    if (tree.has("confs")) {
      MultiLayerConfiguration configuration =
          bound(() -> MultiLayerConfiguration.fromJson(json), "cannot be used");
      ConfigurationBounds.check(file, configuration);
      INDArray parameters =
          parameters(
              bound(() -> count(configuration), "cannot be used"), configuration.getDataType());
      return bound(
          () -> {
            MultiLayerNetwork network = new MultiLayerNetwork(configuration);
            network.init(parameters, false);
            return network;
          },
          "cannot be initialised");
    }
    if (tree.has("vertices")) {
      ComputationGraphConfiguration configuration =
          bound(
              () -> ComputationGraphConfiguration.fromJson(withoutIdleDropout(tree, json)),
              "cannot be used");
      ConfigurationBounds.check(file, configuration);
      INDArray parameters =
          parameters(
              bound(() -> count(configuration), "cannot be used"), configuration.getDataType());
      return bound(
          () -> {
            ComputationGraph network = new ComputationGraph(configuration);
            network.init(parameters, false);
            return network;
          },
          "cannot be initialised");
    }
    throw new ModelFileException(
        file
            + ": configuration.json is not a network configuration: it has neither 'confs' nor"
            + " 'vertices'");
  }

  /**
   * The configuration without the dropout of 0 that files before 1.0.0-alpha have where there is
   * none: Deeplearning4j still reads it so in sequences of layers, and refuses it in graphs.
   */
  private static String withoutIdleDropout(JsonNode tree, String json) {
    boolean changed = false;
    for (JsonNode holder : tree.findParents(DROPOUT)) {
      JsonNode dropout = holder.path(DROPOUT);
      if (dropout.isNumber() && dropout.doubleValue() == 0) {
        ((ObjectNode) holder).remove(DROPOUT);
        changed = true;
      }
    }
    return changed ? tree.toString() : json;
  }

  private String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFileException(file + ": configuration.json is not UTF-8 text", e);
    }
  }

  @FunctionalInterface
  private interface Step<T> {
    T run();
  }

  /** Runs code of Deeplearning4j, whose errors say little and are of any type. */
  private <T> T bound(Step<T> step, String failure) {
    try {
      return step.run();
    } catch (RuntimeException | LinkageError e) {
      throw new ModelFileException(
          "%s: the network configuration %s: %s"
              .formatted(file, failure, ModelFileException.firstLine(e)),
          e);
    }
  }

  static long count(MultiLayerConfiguration configuration) {
    long count = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      count = add(count, layer.getLayer().initializer().numParams(layer));
    }
    return count;
  }

  static long count(ComputationGraphConfiguration configuration) {
    long count = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      count = add(count, vertex.numParams(true));
    }
    return count;
  }

  private static long add(long count, long more) {
    if (more < 0) {
      throw new IllegalStateException("a layer has %d parameters".formatted(more));
    }
    return Math.addExact(count, more);
  }

  private @Nullable INDArray parameters(long count, @Nullable DataType type) throws IOException {
    if (count > MOST_PARAMETERS) {
      throw new ModelFileException(
          "%s: a network may have at most %d parameters but its configuration has %d"
              .formatted(file, MOST_PARAMETERS, count));
    }
    if (zip.size(COEFFICIENTS) == 0) {
      if (count == 0 && zip.names().contains(NO_PARAMETERS)) {
        return null;
      }
      throw new ModelFileException(
          "%s: the configuration has %d parameters but the file holds none".formatted(file, count));
    }
    String what = file + ": " + COEFFICIENTS;
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                zip.open(COEFFICIENTS, HEADER_ROOM + Math.multiplyExact(count, Double.BYTES)),
                1 << 16))) {
      NdArrayReader reader = new NdArrayReader(in, what);
      NdArrayReader.Header header = reader.header();
      if (header.length() != count) {
        throw new ModelFileException(
            "%s has %d parameters but the configuration has %d"
                .formatted(what, header.length(), count));
      }
      INDArray parameters =
          Nd4j.createUninitializedDetached(
              header.element() == NdArrayReader.Element.DOUBLE ? DataType.DOUBLE : DataType.FLOAT,
              1,
              count);
      reader.values(header, sink(parameters));
      if (in.read() != -1) {
        throw new ModelFileException(what + " goes on after its array");
      }
      // Deeplearning4j takes no parameters of another precision than the network's.
      return type == null || !type.isFPType() || type == parameters.dataType()
          ? parameters
          : parameters.castTo(type);
    }
  }

  private static NdArrayReader.Sink sink(INDArray parameters) {
    if (parameters.dataType() == DataType.DOUBLE) {
      DoublePointer target = new DoublePointer(parameters.data().pointer());
      return (at, values, count) -> target.position(at).put(values, 0, count);
    }
    FloatPointer target = new FloatPointer(parameters.data().pointer());
    return (at, values, count) -> {
      for (int i = 0; i < count; i++) {
        target.put(at + i, (float) values[i]);
      }
    };
  }

  private Optional<Normalizer> normalizer() throws IOException {
    if (!zip.names().contains(NORMALIZER)) {
      return Optional.empty();
    }
    byte[] bytes = zip.bytes(NORMALIZER, LARGEST_NORMALIZER);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return Optional.of(NormalizerReader.read(in, file + ": " + NORMALIZER));
    }
  }
}
