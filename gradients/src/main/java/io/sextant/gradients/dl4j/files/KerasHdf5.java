package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFileException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keras models in HDF5. The file is read by a bounded reader of the project; Deeplearning4j's
 * importer makes layers of a configuration that was checked before, and takes the weights over. Its
 * own way from a file to a network goes through the native HDF5 library, which damaged files crash
 * or stop for ever.
 */
final class KerasHdf5 {
  private static final String WEIGHTS = "model_weights";
  private static final int DEEPEST_GROUP = 4;

  /** The importer keeps what it found in static fields. */
  private static final Object LOCK = new Object();

  private KerasHdf5() {}

  /** A network and what its file says of it. */
  record Read(Model network, LoadedNetwork.Stated stated) {}

  static Read read(String file, byte[] bytes) {
    Hdf5File.Node root = new Hdf5File(file, bytes).root();
    String json =
        root.text("model_config")
            .orElseThrow(
                () ->
                    new ModelFileException(
                        file
                            + ": the HDF5 file holds no Keras model configuration (attribute"
                            + " 'model_config'); save the whole model, not only its weights"));
    Hdf5File.Node weights =
        root.child(WEIGHTS)
            .orElseThrow(
                () ->
                    new ModelFileException(
                        "%s: the HDF5 file has no group '%s'; save the whole model with model.save"
                            .formatted(file, WEIGHTS)));
    KerasConfiguration configuration =
        KerasConfiguration.read(
            file,
            json,
            root.text("keras_version").or(() -> weights.text("keras_version")),
            root.text("backend").or(() -> weights.text("backend")).orElse("tensorflow"));
    boolean logits =
        root.text("training_config")
            .map(training -> KerasConfiguration.logits(file, training))
            .orElse(false);
    try {
      synchronized (LOCK) {
        Model network = new Importer(file, configuration, weights, bytes.length).network();
        return new Read(network, new LoadedNetwork.Stated(configuration.shape(), logits));
      }
    } catch (LinkageError e) {
      throw new ModelFileException(
          file
              + ": Keras files need the dependency org.deeplearning4j:deeplearning4j-modelimport;"
              + " add it to the class path",
          e);
    }
  }

  /** The only class that links with the optional dependency. */
  private record Importer(
      String file, KerasConfiguration configuration, Hdf5File.Node weights, int size) {
    Model network() {
      try {
        KerasModelBuilder builder =
            new KerasModel()
                .modelBuilder()
                .modelJson(configuration.json())
                .enforceTrainingConfig(false);
        if (configuration.sequential()) {
          KerasSequentialModel model = builder.buildSequential();
          MultiLayerConfiguration layers = model.getMultiLayerConfiguration();
          ConfigurationBounds.check(file, layers);
          requireHeld(Dl4jZip.count(layers));
          return filled(model.getMultiLayerNetwork(false), model);
        }
        KerasModel model = builder.buildModel();
        ComputationGraphConfiguration vertices = model.getComputationGraphConfiguration();
        ConfigurationBounds.check(file, vertices);
        requireHeld(Dl4jZip.count(vertices));
        return filled(model.getComputationGraph(false), model);
      } catch (ModelFileException e) {
        throw e;
      } catch (IOException
          | InvalidKerasConfigurationException
          | UnsupportedKerasConfigurationException
          | RuntimeException
          | StackOverflowError e) {
        throw new ModelFileException(
            "%s: the Keras model cannot be imported: %s"
                .formatted(file, ModelFileException.firstLine(e)),
            e);
      }
    }

    /** Each weight has four bytes; parameters that Keras leaves out are fewer than the others. */
    private void requireHeld(long parameters) {
      if (parameters > size) {
        throw new ModelFileException(
            "%s: the configuration has %d parameters, more than a file of %d bytes can hold"
                .formatted(file, parameters, size));
      }
    }

    private Model filled(Model network, KerasModel model)
        throws InvalidKerasConfigurationException {
      for (KerasLayer layer : model.getLayers().values()) {
        if (layer.getNumParams() > 0) {
          layer.setWeights(weights(layer.getLayerName()));
        }
      }
      return KerasModelUtils.copyWeightsToModel(network, model.getLayers());
    }

    /** A layer's arrays by their parameter's name. */
    private Map<String, INDArray> weights(String layer) {
      Hdf5File.Node group =
          weights
              .child(layer)
              .orElseThrow(
                  () ->
                      new ModelFileException(
                          "%s: the weights of layer %s are missing"
                              .formatted(file, ModelFileException.quote(layer))));
      Map<String, INDArray> arrays = new HashMap<>();
      collect(layer, group, DEEPEST_GROUP, arrays);
      return arrays;
    }

    /** Keras repeats the names of the layer and of its model as groups around the arrays. */
    private void collect(
        String layer, Hdf5File.Node group, int depth, Map<String, INDArray> arrays) {
      for (String name : group.members()) {
        Hdf5File.Node member = group.child(name).orElseThrow();
        if (member.isArray()) {
          int[] sizes = member.sizes();
          float[] values = member.floats();
          boolean turned = sizes.length == 4 && configuration.turned(layer);
          arrays.put(
              parameter(layer, name), Nd4j.create(turned ? turned(sizes, values) : values, sizes));
        } else if (depth > 0) {
          collect(layer, member, depth - 1, arrays);
        }
      }
    }

    /** {@code dense_1/kernel:0} and {@code dense_1_W} are kernel and W. */
    private static String parameter(String layer, String name) {
      String last = name.replaceFirst(":\\d+$", "");
      String own = last.startsWith(layer + "_") ? last.substring(layer.length() + 1) : last;
      return own.replaceFirst("_\\d+$", "");
    }

    /** A kernel {@code [height, width, in, out]} turned by 180 degrees. */
    private static float[] turned(int[] sizes, float[] values) {
      int positions = sizes[0] * sizes[1];
      int each = sizes[2] * sizes[3];
      float[] turned = new float[values.length];
      for (int p = 0; p < positions; p++) {
        System.arraycopy(values, p * each, turned, (positions - 1 - p) * each, each);
      }
      return turned;
    }
  }
}
