package io.sextant.gradients.keras;

import io.sextant.gradients.files.ZipArchive;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelReader;
import io.sextant.gradients.model.ModelSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Reads Keras models: HDF5 of Keras 1, 2 and 3, and archives of Keras 3.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class KerasReader implements ModelReader {
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** For the service loader. */
  public KerasReader() {}

  @Override
  public boolean recognises(byte[] bytes) {
    return hdf5(bytes) || archive(bytes);
  }

  private static boolean hdf5(byte[] bytes) {
    return bytes.length >= HDF5.length
        && Arrays.equals(bytes, 0, HDF5.length, HDF5, 0, HDF5.length);
  }

  private static boolean archive(byte[] bytes) {
    if (bytes.length < 4 || bytes[0] != 'P' || bytes[1] != 'K') {
      return false;
    }
    Set<String> names = ZipArchive.namesWithoutChecks(bytes);
    return names.contains(KerasFile.WEIGHTS) && names.contains(KerasFile.CONFIGURATION);
  }

  @Override
  public LoadedNetwork read(ModelSource source) {
    String name = source.name();
    byte[] bytes = source.bytes();
    try {
      KerasFile file =
          hdf5(bytes) ? KerasFile.ofHdf5(name, bytes) : KerasFile.ofArchive(name, bytes);
      KerasNetwork network = new KerasNetwork(name, bytes, file);
      return new LoadedNetwork(
          network,
          Optional.empty(),
          new LoadedNetwork.Stated(network.inputShape(), file.loss() != KerasFile.Outputs.NOT_SAID),
          file.format(),
          source.sha256(),
          name);
    } catch (StackOverflowError e) {
      throw new ModelFileException(name + ": the Keras model is nested too deep", e);
    }
  }
}
