package io.sextant.gradients.model;

import io.sextant.gradients.Judge;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A trained network in the form of the framework that made it. It can be compiled into an inference
 * graph, and judges what the graph's gradients found. {@link TrainedModel} puts both together.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface FrameworkNetwork {
  /** One example's shape, channels first; empty when the layers do not tell. */
  Optional<Shape> inputShape();

  /** Number of learned values. */
  long parameters();

  /** What the file says of the network beside its layers, for people: a few lines, or none. */
  default List<String> description() {
    return List.of();
  }

  /**
   * Whether its digest tells it from every other network. Work that was begun on a network is gone
   * on with, and finished results are taken for its own, only where it does.
   */
  default boolean identified() {
    return true;
  }

  /**
   * Compiles the network for one shape of inputs. It is not modified.
   *
   * @param shape one example's shape, channels first
   * @param preprocessing what stands between the input's units and the network's
   * @param output which output, for networks with several
   * @param logits who says that the outputs are logits
   * @throws UnsupportedLayerException when a layer is not supported
   * @throws IllegalArgumentException when the shape does not fit, or the network has no such output
   */
  Compiled compile(
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits);

  /**
   * The shapes under which the network may be given the same values in the same order where it does
   * not take this one: what reads as one channel of an image may be a sequence, and networks that
   * take vectors are given images flattened.
   *
   * @param shape one example's shape, channels first
   * @return in the order in which they are tried; none where flattening would move values to other
   *     places than the network knows them at
   */
  default List<Shape> likewise(Shape shape) {
    List<Shape> others = new ArrayList<>();
    if (shape.rank() == 3 && shape.size(0) == 1) {
      others.add(Shape.of(shape.size(1), shape.size(2)));
    }
    if (shape.rank() > 1) {
      others.add(Shape.of(shape.elements()));
    }
    return others;
  }

  /**
   * Writes a model file that {@link ModelFile} reads, without what only training needs. Equal
   * networks give equal bytes.
   *
   * @param out is not closed
   * @throws IOException if it cannot be written
   */
  void write(OutputStream out) throws IOException;

  /**
   * Writes a model file that {@link ModelFile} reads. Equal networks give equal bytes.
   *
   * @param file is replaced
   * @throws IOException if it cannot be written
   */
  default void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }
  }

  /**
   * The outcome of compiling.
   *
   * @param graph from the input to the logits
   * @param head how the logits are to be read
   * @param judge the network itself, behind the same preprocessing
   */
  record Compiled(InferenceGraph graph, Head head, Judge judge) {}
}
