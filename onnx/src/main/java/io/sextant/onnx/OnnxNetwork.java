package io.sextant.onnx;

import static java.util.stream.Collectors.joining;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelSource;
import io.sextant.onnx.file.OnnxFile;
import io.sextant.onnx.lowering.Entrance;
import io.sextant.onnx.lowering.Exit;
import io.sextant.onnx.lowering.Lowering;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A network from an ONNX file. Its judge is the reference engine in double precision: ONNX has no
 * framework of its own that could be asked.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class OnnxNetwork implements FrameworkNetwork {
  private final OnnxFile file;

  OnnxNetwork(OnnxFile file) {
    this.file = file;
  }

  /**
   * A network in memory.
   *
   * @param name what messages call it
   * @param bytes an ONNX file with its weights inside; not copied, and not modified from here on
   * @throws io.sextant.gradients.model.ModelFileException when they are no usable ONNX file
   */
  public static OnnxNetwork of(String name, byte[] bytes) {
    return new OnnxNetwork(OnnxFile.read(ModelSource.of(name, bytes)));
  }

  /** The version of the operator set, from {@value OnnxFile#OLDEST_OPSET} on. */
  public int opset() {
    return file.opset();
  }

  @Override
  public Optional<Shape> inputShape() {
    return Entrance.of(file).shape();
  }

  @Override
  public long parameters() {
    return file.parameters();
  }

  /** Operator set, producer, the input as the file has it, and what is done to it first. */
  @Override
  public List<String> description() {
    Entrance entrance = Entrance.of(file);
    List<String> lines = new ArrayList<>();
    lines.add(
        "opset %d%s"
            .formatted(
                file.opset(), file.producer().isEmpty() ? "" : ", written by " + file.producer()));
    lines.add("the file's input: " + entrance.description());
    if (!entrance.preprocessing().isEmpty()) {
      lines.add("preprocessing inside the file: " + String.join(", ", entrance.preprocessing()));
    }
    lines.add(
        "the file's outputs: "
            + file.outputs().stream().map(OnnxFile.Output::name).collect(joining(", ")));
    return lines;
  }

  /** Whether the file itself calls its output logits. */
  boolean saysLogits() {
    try {
      return Exit.of(file, Optional.empty()).saysLogits();
    } catch (IllegalArgumentException e) {
      return false; // several outputs: the user must choose, and says then what they are
    }
  }

  @Override
  public Compiled compile(
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    return Lowering.compile(file, shape, preprocessing, output, logits);
  }

  /** Writes the file as it was read, with weights that it keeps beside itself put in. */
  @Override
  public void write(OutputStream out) throws IOException {
    file.write(out);
  }
}
