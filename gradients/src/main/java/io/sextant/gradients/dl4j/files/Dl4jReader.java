package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelReader;
import io.sextant.gradients.model.ModelSource;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Reads the zip files of Deeplearning4j, and tells other zips by their names.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Dl4jReader implements ModelReader {
  /** Zip files begin so, with entries and without. */
  private static final List<byte[]> ZIP =
      List.of(new byte[] {'P', 'K', 3, 4}, new byte[] {'P', 'K', 5, 6});

  /** For the service loader. */
  public Dl4jReader() {}

  @Override
  public boolean recognises(byte[] bytes) {
    return ZIP.stream().anyMatch(magic -> startsWith(bytes, magic));
  }

  @Override
  public LoadedNetwork read(ModelSource source) {
    return Dl4jZip.read(source.name(), source.bytes(), source.sha256());
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
