package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LogitsSaid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A network of Deeplearning4j: the door for networks in memory, as in {@code
 * TrainedModel.of(Dl4jNetwork.of(network), input, settings)}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Dl4jNetwork implements FrameworkNetwork {
  // Zip files hold no earlier time. Equal networks must give equal bytes.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Model model;

  private Dl4jNetwork(Model model) {
    this.model = model;
  }

  /**
   * A network in memory.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised; not
   *     modified
   * @throws IllegalArgumentException when it is neither
   */
  public static Dl4jNetwork of(Model model) {
    return in(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a model must be a MultiLayerNetwork or a ComputationGraph but was "
                        + model.getClass().getName()));
  }

  /**
   * The network that an object is, if it is one.
   *
   * @param object anything
   */
  public static Optional<Dl4jNetwork> in(Object object) {
    return object instanceof MultiLayerNetwork || object instanceof ComputationGraph
        ? Optional.of(new Dl4jNetwork((Model) object))
        : Optional.empty();
  }

  /** The {@code MultiLayerNetwork} or {@code ComputationGraph}, as it was given. */
  public Model model() {
    return model;
  }

  @Override
  public Optional<Shape> inputShape() {
    return InputShapes.infer(model);
  }

  @Override
  public long parameters() {
    return model.numParams();
  }

  @Override
  public Compiled compile(
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    NetworkCompiler.Compiled compiled;
    if (model instanceof MultiLayerNetwork sequential) {
      if (output.isPresent()) {
        throw new IllegalArgumentException(
            "output: %s was asked for, but the model has one output only".formatted(output.get()));
      }
      compiled = NetworkCompiler.compile(sequential, shape, preprocessing, logits);
    } else {
      compiled =
          NetworkCompiler.compile((ComputationGraph) model, shape, preprocessing, output, logits);
    }
    return new Compiled(
        compiled.graph(),
        compiled.head(),
        new Dl4jJudge(model, shape, preprocessing, output, compiled));
  }

  /** Writes a DL4J zip without updater state. */
  @Override
  public void write(OutputStream out) throws IOException {
    ByteArrayOutputStream stamped = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, stamped, false);
    try (ZipInputStream from =
        new ZipInputStream(new ByteArrayInputStream(stamped.toByteArray()))) {
      ZipOutputStream to = new ZipOutputStream(out);
      for (ZipEntry old = from.getNextEntry(); old != null; old = from.getNextEntry()) {
        ZipEntry entry = new ZipEntry(old.getName());
        entry.setTimeLocal(TIME);
        to.putNextEntry(entry);
        from.transferTo(to);
        to.closeEntry();
      }
      to.finish();
    }
  }
}
