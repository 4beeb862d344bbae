package io.sextant.junit;

import io.sextant.evaluation.SavedModel;
import io.sextant.evaluation.Sources;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.SuppliedData;
import io.sextant.gradients.Examples;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network or examples that a test holds in memory; what it does not hold comes from files. */
final class HandedOver implements Sources, AutoCloseable {
  private final SpecSources files = new SpecSources();
  private final Held held;
  private Optional<Path> saved = Optional.empty();

  /**
   * What a test holds.
   *
   * @param network to examine, absent when it is in a file
   * @param examples batches, or a data set of ours; absent when they are in files
   * @param owner names the examples in results
   */
  record Held(Optional<Model> network, Optional<Object> examples, String owner) {
    static final Held NOTHING = new Held(Optional.empty(), Optional.empty(), "");

    Held withNetwork(Model model) {
      return new Held(Optional.of(model), examples, owner);
    }

    Held withExamples(Object data, String name) {
      return new Held(network, Optional.of(data), name);
    }

    /** Of everything that is held: two networks of one test are two questions. */
    String digest() {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
      network.ifPresent(
          model -> {
            digest.update(configuration(model).getBytes(StandardCharsets.UTF_8));
            add(digest, model.params());
          });
      examples.ifPresent(
          data -> {
            if (data instanceof List<?> batches) {
              for (Object batch : batches) {
                add(digest, ((org.nd4j.linalg.dataset.DataSet) batch).getFeatures());
                add(digest, ((org.nd4j.linalg.dataset.DataSet) batch).getLabels());
              }
            } else if (data instanceof DataSet ours) {
              Examples all = ours.examples();
              for (int i = 0; i < all.size(); i++) {
                add(digest, all.row(i));
                add(digest, new double[] {all.label(i)});
              }
            }
          });
      return HexFormat.of().formatHex(digest.digest());
    }

    private static String configuration(Model model) {
      if (model instanceof MultiLayerNetwork network) {
        return network.getLayerWiseConfigurations().toJson();
      } else if (model instanceof ComputationGraph graph) {
        return graph.getConfiguration().toJson();
      }
      return model.getClass().getName();
    }

    private static void add(MessageDigest digest, @Nullable INDArray array) {
      if (array != null) {
        add(digest, array.dup('c').data().asDouble());
      }
    }

    private static void add(MessageDigest digest, double[] values) {
      ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
      for (double value : values) {
        bytes.putDouble(value);
      }
      digest.update(bytes.array());
    }
  }

  HandedOver(Held held) {
    this.held = held;
  }

  @Override
  public Path model(ModelSpec spec) throws IOException {
    if (held.network().isEmpty()) {
      return files.model(spec);
    }
    Path folder = Files.createTempDirectory("sextant-model");
    Path file = folder.resolve(spec.id() + ".zip");
    saved = Optional.of(file);
    SavedModel.write(held.network().get(), file);
    return file;
  }

  @Override
  public DataSet data(DataSpec spec) {
    if (held.examples().isEmpty()) {
      return files.data(spec);
    }
    Object examples = held.examples().get();
    return SuppliedData.read(
        held.owner(),
        // An iterator is spent after one audit, a list of batches is not.
        examples instanceof List<?> batches ? batches.iterator() : examples,
        new Box(spec.minimum(), spec.maximum()));
  }

  @Override
  public void close() throws IOException {
    if (saved.isPresent()) {
      Files.deleteIfExists(saved.get());
      Files.deleteIfExists(saved.get().resolveSibling(""));
    }
    files.close();
  }
}
