package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.ModelReader;
import io.sextant.gradients.model.ModelSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Reads what becomes a Deeplearning4j network: its own zip files, and Keras HDF5 files through its
 * importer.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Dl4jReader implements ModelReader {
  /** Zip files begin so, with entries and without. */
  private static final List<byte[]> ZIP =
      List.of(new byte[] {'P', 'K', 3, 4}, new byte[] {'P', 'K', 5, 6});

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** For the service loader. */
  public Dl4jReader() {}

  @Override
  public boolean recognises(byte[] bytes) {
    return zip(bytes) || startsWith(bytes, HDF5);
  }

  private static boolean zip(byte[] bytes) {
    return ZIP.stream().anyMatch(magic -> startsWith(bytes, magic));
  }

  @Override
  public LoadedNetwork read(ModelSource source) {
    if (zip(source.bytes())) {
      return Dl4jZip.read(source.name(), source.bytes(), source.sha256());
    }
    KerasHdf5.Read read = KerasHdf5.read(source.name(), source.bytes());
    return new LoadedNetwork(
        Dl4jNetwork.of(read.network()),
        Optional.empty(),
        read.stated(),
        ModelFormat.KERAS_HDF5,
        source.sha256(),
        source.name());
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
