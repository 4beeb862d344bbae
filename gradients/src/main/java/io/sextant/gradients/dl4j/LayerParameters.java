package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer's parameters as Deeplearning4j stores them, and how they enter the graph. */
final class LayerParameters {
  private final String layer;
  private final Map<String, INDArray> values;
  private final InferenceGraph.Builder builder;

  /**
   * The parameters of one layer.
   *
   * @param layer its name in the graph
   * @param values as Deeplearning4j stores them
   * @param builder takes the values of the parameters that are made
   */
  LayerParameters(String layer, Map<String, INDArray> values, InferenceGraph.Builder builder) {
    this.layer = layer;
    this.values = Map.copyOf(values);
    this.builder = builder;
  }

  String layer() {
    return layer;
  }

  /** Those of a layer inside this one, whose names begin so. */
  LayerParameters inside(String prefix) {
    Map<String, INDArray> own = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    return new LayerParameters(layer + "/" + prefix, own, builder);
  }

  Parameter parameter(String key) {
    return parameter(key, shape(shapeOf(key)));
  }

  /** The same numbers in another shape. */
  Parameter parameter(String key, Shape shape) {
    return parameter(key, shape, data(key));
  }

  /** A parameter of this layer with numbers that are made from what is stored. */
  Parameter parameter(String key, Shape shape, double[] numbers) {
    Parameter parameter = new Parameter(layer + "/" + key, shape);
    builder.weights(parameter, numbers);
    return parameter;
  }

  /** A bias, or another vector. */
  Parameter vector(String key) {
    return parameter(key, Shape.of(Math.toIntExact(array(key).length())));
  }

  Optional<Parameter> bias(boolean present) {
    return present ? Optional.of(vector("b")) : Optional.empty();
  }

  Parameter permuted(String key, List<Integer> order, Shape shape) {
    try (INDArray turned =
        array(key)
            .permute(order.stream().mapToInt(Integer::intValue).toArray())
            .dup('c')
            .castTo(DataType.DOUBLE)) {
      return parameter(key, shape, flat(turned));
    }
  }

  /**
   * The kernels of a convolution over time, stored as [outputs, inputs, kernel, 1]. Deeplearning4j
   * trains and runs with the same numbers read as [kernel, inputs, outputs].
   */
  Parameter overTime(String key) {
    INDArray array = array(key);
    long[] sizes = array.shape();
    try (INDArray kernels =
        array
            .reshape(array.ordering(), sizes[2], sizes[1], sizes[0])
            .permute(2, 1, 0)
            .dup('c')
            .castTo(DataType.DOUBLE)) {
      return parameter(
          key,
          Shape.of(Math.toIntExact(sizes[0]), Math.toIntExact(sizes[1]), Math.toIntExact(sizes[2])),
          flat(kernels));
    }
  }

  static Shape shape(List<Integer> sizes) {
    return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
  }

  List<Integer> shapeOf(String key) {
    return Arrays.stream(array(key).shape()).mapToInt(Math::toIntExact).boxed().toList();
  }

  double[] data(String key) {
    return flat(array(key));
  }

  private static double[] flat(INDArray array) {
    return array
        .castTo(DataType.DOUBLE)
        .dup('c')
        .reshape('c', new long[] {array.length()})
        .toDoubleVector();
  }

  private INDArray array(String key) {
    INDArray array = values.get(key);
    if (array == null) {
      throw new UnsupportedLayerException(
          layer, "parameter %s is missing; the layer has %s".formatted(key, values.keySet()));
    }
    return array;
  }
}
