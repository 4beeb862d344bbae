package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;

/**
 * Turns layers over sequences into nodes. Deeplearning4j's sequences are [features, time]; the
 * graph's recurrent layers take [time, features], so values are turned around them.
 */
@SuppressWarnings("deprecation") // networks hold layers that Deeplearning4j has deprecated
final class SequenceLowering {
  /** Where Deeplearning4j's LSTM has the gates that the graph calls i, f, g and o. */
  private static final int[] GATES = {3, 1, 0, 2};

  private static final List<Integer> TURN = List.of(1, 0);

  private final LayerParameters parameters;
  private final InferenceGraph.Builder builder;

  SequenceLowering(LayerParameters parameters, InferenceGraph.Builder builder) {
    this.parameters = parameters;
    this.builder = builder;
  }

  /** Whether a layer is one of these. */
  static boolean lowers(Layer layer) {
    return layer instanceof BaseRecurrentLayer
        || layer instanceof Bidirectional
        || layer instanceof LastTimeStep
        || layer instanceof SelfAttentionLayer
        || layer instanceof RepeatVector;
  }

  /**
   * The layer's value.
   *
   * @param layer one of {@link #lowers}
   * @param from what it reads
   * @return [features, time], or [features] of the last step alone
   */
  Node lower(Layer layer, Node from) {
    OptionTable.check(parameters.layer(), layer);
    if (layer instanceof RepeatVector repeat) {
      return repeated(builder, parameters.layer(), from, repeat.getN());
    }
    requireSequence(parameters.layer(), from);
    if (layer instanceof LastTimeStep last) {
      return lastStep(
          builder, parameters.layer(), lower(LayerLowering.unwrap(last.getUnderlying()), from));
    } else if (layer instanceof Bidirectional both) {
      return bidirectional(both, from);
    } else if (layer instanceof GravesBidirectionalLSTM graves) {
      return gravesBidirectional(graves, from);
    } else if (layer instanceof SelfAttentionLayer attention) {
      return attention(attention, from);
    }
    return turned(builder, parameters.layer(), recurrent(layer, from, parameters, false));
  }

  private Node recurrent(Layer layer, Node from, LayerParameters own, boolean backwards) {
    OptionTable.check(own.layer(), layer);
    if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      OptionTable.check(own.layer(), base.getWeightNoise());
    }
    Node steps = turned(builder, parameters.layer() + "/steps", from);
    if (layer instanceof SimpleRnn simple) {
      Operation operation =
          new Operation.Recurrent(
              new Cell.Simple(Activations.function(own.layer(), simple.getActivationFn())),
              own.parameter("W"),
              own.parameter("RW"),
              Optional.of(own.vector("b")),
              backwards);
      return builder.add(own.layer() + "/recurrent", operation, steps);
    }
    if (layer instanceof AbstractLSTM lstm) {
      return lstm(
          new Lstm(
              Activations.function(own.layer(), lstm.getGateActivationFn()),
              Activations.function(own.layer(), lstm.getActivationFn()),
              layer instanceof GravesLSTM,
              backwards),
          steps,
          own,
          List.of("W", "RW", "b"));
    }
    throw unsupported(
        "%s inside Bidirectional or LastTimeStep is not supported; supported are LSTM, GravesLSTM, SimpleRnn"
            .formatted(layer.getClass().getSimpleName()));
  }

  private record Lstm(Function gate, Function activation, boolean peepholes, boolean backwards) {}

  private Node lstm(Lstm lstm, Node steps, LayerParameters own, List<String> keys) {
    double[] recurrent = own.data(keys.get(1));
    int units = own.shapeOf(keys.get(1)).get(0);
    int stored = recurrent.length / units;
    Optional<Parameter> peepholes =
        lstm.peepholes()
            ? Optional.of(
                own.parameter(
                    keys.get(1) + "/peepholes",
                    Shape.of(3, units),
                    peepholes(recurrent, units, stored)))
            : Optional.empty();
    int inputs = own.shapeOf(keys.get(0)).get(0);
    Operation operation =
        new Operation.Recurrent(
            new Cell.Lstm(lstm.gate(), lstm.activation(), lstm.activation(), peepholes),
            own.parameter(
                keys.get(0),
                Shape.of(inputs, 4 * units),
                gates(own.data(keys.get(0)), 4 * units, units)),
            own.parameter(keys.get(1), Shape.of(units, 4 * units), gates(recurrent, stored, units)),
            Optional.of(
                own.parameter(
                    keys.get(2),
                    Shape.of(4 * units),
                    gates(own.data(keys.get(2)), 4 * units, units))),
            lstm.backwards());
    return builder.add(own.layer() + "/recurrent", operation, steps);
  }

  /** The columns of a matrix in the graph's order of gates. */
  private static double[] gates(double[] stored, int width, int units) {
    int rows = stored.length / width;
    double[] ordered = new double[rows * 4 * units];
    for (int row = 0; row < rows; row++) {
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(
            stored, row * width + GATES[gate] * units, ordered, (row * 4 + gate) * units, units);
      }
    }
    return ordered;
  }

  /** Of the input, forget and output gate; stored behind the gates as forget, output, input. */
  private static double[] peepholes(double[] recurrent, int units, int width) {
    int[] columns = {4 * units + 2, 4 * units, 4 * units + 1};
    double[] peepholes = new double[3 * units];
    Arrays.setAll(peepholes, i -> recurrent[i % units * width + columns[i / units]]);
    return peepholes;
  }

  private Node bidirectional(Bidirectional layer, Node from) {
    Node forward =
        recurrent(LayerLowering.unwrap(layer.getFwd()), from, parameters.inside("f"), false);
    Node backward =
        recurrent(LayerLowering.unwrap(layer.getBwd()), from, parameters.inside("b"), true);
    Operation join =
        switch (layer.getMode()) {
          case CONCAT -> new Operation.Concat(1);
          case ADD -> new Operation.Combine(Operation.Combination.ADD);
          case MUL -> new Operation.Combine(Operation.Combination.PRODUCT);
          case AVERAGE -> new Operation.Combine(Operation.Combination.AVERAGE);
        };
    return turned(
        builder,
        parameters.layer(),
        builder.add(parameters.layer() + "/both", join, forward, backward));
  }

  private Node gravesBidirectional(GravesBidirectionalLSTM layer, Node from) {
    Node steps = turned(builder, parameters.layer() + "/steps", from);
    Node[] ways = new Node[2];
    for (int i = 0; i < ways.length; i++) {
      String way = i == 0 ? "F" : "B";
      ways[i] =
          lstm(
              new Lstm(
                  Activations.function(parameters.layer(), layer.getGateActivationFn()),
                  Activations.function(parameters.layer(), layer.getActivationFn()),
                  true,
                  i == 1),
              steps,
              parameters,
              List.of("W" + way, "RW" + way, "b" + way));
    }
    Operation sum = new Operation.Combine(Operation.Combination.ADD);
    return turned(
        builder, parameters.layer(), builder.add(parameters.layer() + "/both", sum, ways));
  }

  /**
   * Scaled dot products of a sequence with itself, also of several heads.
   *
   * <p>Vaswani et al., "Attention Is All You Need", NIPS 2017, arXiv:1706.03762.
   */
  private Node attention(SelfAttentionLayer layer, Node from) {
    String name = parameters.layer();
    Node tokens = turned(builder, name + "/tokens", from);
    if (!layer.isProjectInput()) {
      Node one =
          builder.add(
              name + "/head",
              new Operation.Reshape(Shape.of(1, tokens.shape().size(0), tokens.shape().size(1))),
              tokens);
      Node answer = attended(one, one, one);
      Node plain = builder.add(name + "/plain", new Operation.Reshape(tokens.shape()), answer);
      return turned(builder, name, plain);
    }
    Node answer = attended(head("Wq", tokens), head("Wk", tokens), head("Wv", tokens));
    int heads = answer.shape().size(0);
    int time = answer.shape().size(1);
    Node together =
        builder.add(name + "/together", new Operation.Permute(List.of(1, 0, 2)), answer);
    Node side =
        builder.add(
            name + "/heads",
            new Operation.Reshape(Shape.of(time, heads * answer.shape().size(2))),
            together);
    Operation out = new Operation.Affine(parameters.parameter("Wo"), Optional.empty());
    return turned(builder, name, builder.add(name + "/out", out, side));
  }

  /** [heads, time, head size] from weights stored as [heads, head size, features]. */
  private Node head(String key, Node tokens) {
    String name = parameters.layer() + "/" + key;
    List<Integer> stored = parameters.shapeOf(key);
    int heads = stored.get(0);
    int size = stored.get(1);
    Parameter weights =
        parameters.permuted(key, List.of(2, 0, 1), Shape.of(stored.get(2), heads * size));
    Node projected = builder.add(name, new Operation.Affine(weights, Optional.empty()), tokens);
    Node split =
        builder.add(
            name, new Operation.Reshape(Shape.of(tokens.shape().size(0), heads, size)), projected);
    return builder.add(name, new Operation.Permute(List.of(1, 0, 2)), split);
  }

  private Node attended(Node queries, Node keys, Node values) {
    String name = parameters.layer();
    Node products =
        builder.add(name + "/scores", new Operation.MatrixProduct(false, true), queries, keys);
    Node scaled =
        builder.add(
            name + "/scores",
            Operation.Rescale.all(1 / Math.sqrt(queries.shape().size(2)), 0),
            products);
    Node shares = builder.add(name + "/shares", new Operation.Softmax(2), scaled);
    return builder.add(
        name + "/attended", new Operation.MatrixProduct(false, false), shares, values);
  }

  /** [features, time] as [time, features], and back. */
  static Node turned(InferenceGraph.Builder builder, String name, Node node) {
    return builder.add(name, new Operation.Permute(TURN), node);
  }

  /** The last step of a sequence [features, time], as a vector. */
  static Node lastStep(InferenceGraph.Builder builder, String name, Node sequence) {
    requireSequence(name, sequence);
    int time = sequence.shape().size(1);
    Node last = builder.add(name + "/last", new Operation.Slice(1, time - 1, time), sequence);
    return builder.add(name, new Operation.Reshape(Shape.of(sequence.shape().channels())), last);
  }

  /** A sequence [features, time] from its last step to its first. */
  static Node reversed(InferenceGraph.Builder builder, String name, Node sequence) {
    requireSequence(name, sequence);
    int time = sequence.shape().size(1);
    List<Integer> places = IntStream.range(0, time).mapToObj(i -> time - 1 - i).toList();
    return builder.add(name, new Operation.Select(1, places), sequence);
  }

  private static void requireSequence(String name, Node node) {
    if (node.shape().rank() != 2) {
      throw new UnsupportedLayerException(
          name, "a sequence [features, time] is needed but the input is " + node.shape());
    }
  }

  /** A vector as a sequence [features, time] of equal steps. */
  static Node repeated(InferenceGraph.Builder builder, String name, Node vector, int time) {
    if (vector.shape().rank() != 1) {
      throw new UnsupportedLayerException(
          name, "a vector is needed to be repeated but the input is " + vector.shape());
    }
    int features = vector.shape().size(0);
    Node column = builder.add(name + "/step", new Operation.Reshape(Shape.of(features, 1)), vector);
    return builder.add(name, new Operation.Expand(Shape.of(features, time)), column);
  }

  private UnsupportedLayerException unsupported(String what) {
    return new UnsupportedLayerException(parameters.layer(), what);
  }
}
