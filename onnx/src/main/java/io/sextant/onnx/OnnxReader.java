package io.sextant.onnx;

import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.ModelReader;
import io.sextant.gradients.model.ModelSource;
import io.sextant.onnx.file.OnnxFile;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Reads ONNX files. The format has no magic number: a file is one when its fields are those of an
 * ONNX model.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OnnxReader implements ModelReader {
  /** For the service loader. */
  public OnnxReader() {}

  @Override
  public boolean recognises(byte[] bytes) {
    return OnnxFile.recognised(bytes);
  }

  @Override
  public LoadedNetwork read(ModelSource source) {
    OnnxFile file = OnnxFile.read(source);
    OnnxNetwork network = new OnnxNetwork(file);
    return new LoadedNetwork(
        network,
        Optional.empty(),
        new LoadedNetwork.Stated(network.inputShape(), network.saysLogits()),
        ModelFormat.ONNX,
        file.sha256(),
        source.name());
  }

  @Override
  public String sha256(ModelSource source) {
    return OnnxFile.read(source).sha256();
  }
}
