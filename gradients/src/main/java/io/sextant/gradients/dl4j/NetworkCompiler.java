package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Compiles a Deeplearning4j network into an inference graph that ends in logits.
 *
 * <p>The graph speaks channels-first whatever the network's own format. A stack of k values along
 * the batch dimension is carried as k nodes, so every node keeps one row per example.
 */
final class NetworkCompiler {
  /**
   * The outcome.
   *
   * @param graph from the input to the logits
   * @param head how the logits are to be read
   * @param channelsLast whether the network itself takes images as [height, width, channels]
   */
  record Compiled(InferenceGraph graph, Head head, boolean channelsLast) {}

  /**
   * A value on its way: several nodes when stacked.
   *
   * @param nodes the stacked parts, mostly one
   * @param bare the same before the last activation, and that activation, when there is one to cut
   * @param steps whether Deeplearning4j has the steps of sequences in its batch here; nodes are
   *     then [time, features]
   */
  private record Value(List<Node> nodes, @Nullable Bare bare, boolean steps) {
    Value(List<Node> nodes, @Nullable Bare bare) {
      this(nodes, bare, false);
    }

    static Value of(Node node) {
      return new Value(List.of(node), null);
    }

    Node only(String layer) {
      if (nodes.size() != 1) {
        throw new UnsupportedLayerException(
            layer, "it would take %d stacked values where one is needed".formatted(nodes.size()));
      }
      return nodes.get(0);
    }
  }

  private record Bare(Node node, IActivation activation) {}

  /** Deeplearning4j itself runs all stacked parts as one batch. */
  private static final int MOST_STACKED = 256;

  private final InferenceGraph.Builder builder;
  private final Value input;
  private final boolean channelsLast;

  private NetworkCompiler(
      Shape shape, Optional<Operation.Rescale> preprocessing, boolean channelsLast) {
    this.builder = InferenceGraph.builder(shape);
    this.channelsLast = channelsLast;
    Node first = builder.input();
    this.input =
        Value.of(
            preprocessing.isPresent()
                ? builder.add("preprocessing", preprocessing.get(), first)
                : first);
  }

  static Compiled compile(
      MultiLayerNetwork network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      LogitsSaid logits) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < network.getnLayers(); i++) {
      layers.add(LayerLowering.unwrap(network.getLayerWiseConfigurations().getConf(i).getLayer()));
    }
    NetworkCompiler compiler = new NetworkCompiler(shape, preprocessing, channelsLast(layers));
    Value value = compiler.input;
    Set<String> names = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = free(layers.get(i).getLayerName(), i, names);
      InputPreProcessor preprocessor = network.getLayerWiseConfigurations().getInputPreProcess(i);
      if (preprocessor != null) {
        value = compiler.preprocess(name, preprocessor, value);
      }
      value = compiler.layer(name, layers.get(i), network.getLayer(i).paramTable(), value);
    }
    return compiler.finish(value, layers.get(layers.size() - 1), logits);
  }

  /** The layer's name, which other layers may have too: a sequence knows them by their places. */
  private static String free(@Nullable String given, int place, Set<String> taken) {
    String name = given == null ? "layer" + place : given;
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "#" + i;
    }
    return free;
  }

  static Compiled compile(
      ComputationGraph network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    List<String> inputs = network.getConfiguration().getNetworkInputs();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "a model must have one input but has %d: %s".formatted(inputs.size(), inputs));
    }
    List<String> outputs = network.getConfiguration().getNetworkOutputs();
    if (output.isEmpty() && outputs.size() != 1) {
      throw new IllegalArgumentException(
          "the model has %d outputs, so one must be chosen with output: NAME; they are %s"
              .formatted(outputs.size(), outputs));
    }
    String chosen = output.orElseGet(() -> outputs.get(0));
    if (!outputs.contains(chosen)) {
      throw new IllegalArgumentException(
          "the model has no output %s; its outputs are %s".formatted(chosen, outputs));
    }
    Map<String, GraphVertex> vertices = network.getConfiguration().getVertices();
    List<Layer> layers = new ArrayList<>();
    for (String name : network.getConfiguration().getTopologicalOrderStr()) {
      if (vertices.containsKey(name) && unwrap(vertices.get(name)) instanceof LayerVertex vertex) {
        layers.add(LayerLowering.unwrap(vertex.getLayerConf().getLayer()));
      }
    }
    NetworkCompiler compiler = new NetworkCompiler(shape, preprocessing, channelsLast(layers));
    Map<String, Value> values = new HashMap<>();
    values.put(inputs.get(0), compiler.input);
    for (String name : network.getConfiguration().getTopologicalOrderStr()) {
      GraphVertex configured = vertices.get(name);
      if (configured == null) {
        continue; // the input
      }
      List<Value> taken = new ArrayList<>();
      for (String from :
          network.getConfiguration().getVertexInputs().getOrDefault(name, List.of())) {
        Value value = values.get(from);
        if (value == null) {
          throw new UnsupportedLayerException(name, "its input " + from + " was not found");
        }
        taken.add(value);
      }
      GraphVertex vertex = unwrap(configured);
      if (vertex instanceof LayerVertex layerVertex) {
        Value value = taken.get(0);
        if (layerVertex.getPreProcessor() != null) {
          value = compiler.preprocess(name, layerVertex.getPreProcessor(), value);
        }
        Layer layer = LayerLowering.unwrap(layerVertex.getLayerConf().getLayer());
        values.put(name, compiler.layer(name, layer, network.getLayer(name).paramTable(), value));
      } else {
        values.put(name, compiler.vertex(name, vertex, taken));
      }
    }
    if (!(unwrap(vertices.get(chosen)) instanceof LayerVertex last)) {
      throw new UnsupportedLayerException(chosen, "the output must be a layer");
    }
    Value end = values.get(chosen);
    if (end == null) {
      throw new UnsupportedLayerException(chosen, "the output was not reached");
    }
    return compiler.finish(end, LayerLowering.unwrap(last.getLayerConf().getLayer()), logits);
  }

  private static GraphVertex unwrap(@Nullable GraphVertex vertex) {
    if (vertex == null) {
      throw new IllegalArgumentException("a vertex of the graph is missing");
    }
    return vertex instanceof FrozenVertex frozen ? unwrap(frozen.getUnderlying()) : vertex;
  }

  private static boolean channelsLast(List<Layer> layers) {
    boolean first = false;
    boolean last = false;
    for (Layer layer : layers) {
      Optional<CNN2DFormat> format = LayerLowering.format(layer);
      last |= format.isPresent() && format.get() == CNN2DFormat.NHWC;
      first |= format.isPresent() && format.get() == CNN2DFormat.NCHW;
    }
    if (first && last) {
      throw new IllegalArgumentException(
          "the network mixes layers in NCHW and NHWC format; convert it to one of them");
    }
    return last;
  }

  private Value layer(
      String name, Layer layer, @Nullable Map<String, INDArray> parameters, Value value) {
    LayerParameters own =
        new LayerParameters(name, parameters == null ? Map.of() : parameters, builder);
    if (value.steps() && !perStep(layer)) {
      throw new UnsupportedLayerException(
          name,
          "%s of the steps of a sequence one by one is not supported; an output of each step is an RnnOutputLayer"
              .formatted(layer.getClass().getSimpleName()));
    }
    if (SequenceLowering.lowers(layer)) {
      SequenceLowering sequences = new SequenceLowering(own, builder);
      return new Value(
          value.nodes().stream().map(node -> sequences.lower(layer, node)).toList(), null);
    }
    LayerLowering lowering = new LayerLowering(own, channelsLast);
    IActivation activation = LayerLowering.activation(layer);
    List<Node> nodes = new ArrayList<>();
    Bare bare = null;
    for (Node from : value.nodes()) {
      List<Operation> linear = lowering.linear(layer, from.shape());
      boolean identity = activation instanceof ActivationIdentity;
      Node at = from;
      for (int i = 0; i < linear.size(); i++) {
        // The layer's own name belongs to its output, activation included.
        boolean last = identity && i == linear.size() - 1;
        at = builder.add(last ? name : name + "/" + kind(linear.get(i)), linear.get(i), at);
      }
      bare = linear.isEmpty() && identity ? value.bare() : new Bare(at, activation);
      for (Operation step : Activations.operations(name, activation, at.shape(), channelsLast)) {
        at = builder.add(name, step, at);
      }
      nodes.add(at);
    }
    return new Value(nodes, bare, value.steps());
  }

  /** Layers that do the same whether a batch holds examples or their steps. */
  private static boolean perStep(Layer layer) {
    return layer instanceof DenseLayer
        || layer instanceof AutoEncoder
        || layer instanceof ActivationLayer
        || layer instanceof DropoutLayer;
  }

  private static String kind(Operation operation) {
    return operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private Value preprocess(String name, InputPreProcessor preprocessor, Value value) {
    if (preprocessor instanceof ComposableInputPreProcessor composed) {
      OptionTable.check(name, preprocessor);
      Value at = value;
      for (InputPreProcessor part : composed.getInputPreProcessors()) {
        at = preprocess(name, part, at);
      }
      return at;
    }
    if (preprocessor instanceof RnnToFeedForwardPreProcessor
        || preprocessor instanceof FeedForwardToRnnPreProcessor) {
      OptionTable.check(name, preprocessor);
      return steps(name, preprocessor instanceof RnnToFeedForwardPreProcessor, value);
    }
    if (value.steps()) {
      throw new UnsupportedLayerException(
          name, "its preprocessor takes images or vectors but gets the steps of sequences");
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : value.nodes()) {
      nodes.add(preprocess(name, preprocessor, node));
    }
    return new Value(nodes, null);
  }

  /** The steps of sequences into the batch, or back out of it. */
  private Value steps(String name, boolean into, Value value) {
    int rank = value.nodes().get(0).shape().rank();
    if (into && rank == 1) {
      return value; // Deeplearning4j leaves vectors as they are
    }
    if (rank != 2 || into == value.steps()) {
      throw new UnsupportedLayerException(
          name,
          "its preprocessor takes %s but gets %s"
              .formatted(
                  into ? "sequences" : "the steps of sequences", value.nodes().get(0).shape()));
    }
    return new Value(
        value.nodes().stream()
            .map(node -> SequenceLowering.turned(builder, name + "/steps", node))
            .toList(),
        null,
        into);
  }

  private Node preprocess(String name, InputPreProcessor preprocessor, Node node) {
    OptionTable.check(name, preprocessor);
    if (preprocessor instanceof CnnToFeedForwardPreProcessor flatten) {
      if (node.shape().rank() == 1) {
        return node;
      }
      requireSizes(name, flatten, node.shape());
      // Keras flattens rows first; the importer's preprocessor is a subclass known by name only,
      // since the importer is not on the class path.
      boolean rowsFirst =
          flatten.getClass().getSimpleName().startsWith("TensorFlow")
              || flatten.getFormat() == CNN2DFormat.NHWC;
      return flatten(name, node, rowsFirst);
    }
    if (preprocessor instanceof Cnn3DToFeedForwardPreProcessor) {
      return node.shape().rank() == 1 ? node : flatten(name, node, false);
    }
    if (preprocessor instanceof FeedForwardToCnnPreProcessor unflatten) {
      if (node.shape().rank() == 3 && !node.equals(builder.input())) {
        return node;
      }
      return builder.add(
          name + "/reshape",
          new Operation.Reshape(
              Shape.of(
                  Math.toIntExact(unflatten.getNumChannels()),
                  Math.toIntExact(unflatten.getInputHeight()),
                  Math.toIntExact(unflatten.getInputWidth()))),
          node);
    }
    throw new IllegalStateException("a supported preprocessor that nothing is done for: " + name);
  }

  /** Deeplearning4j refuses to run when they differ; its subclass for Keras does not look. */
  private void requireSizes(String name, CnnToFeedForwardPreProcessor flatten, Shape image) {
    boolean fits =
        flatten.getClass() != CnnToFeedForwardPreProcessor.class
            || image.rank() == 3
                && flatten.getNumChannels() == image.channels()
                && flatten.getInputHeight() == image.size(1)
                && flatten.getInputWidth() == image.size(2);
    if (!fits) {
      throw new IllegalArgumentException(
          "layer %s: it flattens images of [%d, %d, %d] but gets %s"
              .formatted(
                  name,
                  flatten.getNumChannels(),
                  flatten.getInputHeight(),
                  flatten.getInputWidth(),
                  image));
    }
  }

  private Node flatten(String name, Node node, boolean rowsFirst) {
    Node ordered =
        rowsFirst
            ? builder.add(name + "/permute", new Operation.Permute(List.of(1, 2, 0)), node)
            : node;
    return builder.add(
        name + "/flatten", new Operation.Reshape(Shape.of(node.shape().elements())), ordered);
  }

  private Value vertex(String name, GraphVertex vertex, List<Value> taken) {
    OptionTable.check(name, vertex);
    if (vertex instanceof PreprocessorVertex preprocessor) {
      return preprocess(name, preprocessor.getPreProcessor(), taken.get(0));
    }
    boolean steps = taken.stream().anyMatch(Value::steps);
    if (steps && !(vertex instanceof ElementWiseVertex && taken.stream().allMatch(Value::steps))) {
      throw new UnsupportedLayerException(
          name,
          "%s of the steps of a sequence one by one is not supported"
              .formatted(vertex.getClass().getSimpleName()));
    }
    if (vertex instanceof StackVertex) {
      int parts = 0;
      for (Value value : taken) {
        parts += value.nodes().size();
        if (parts > MOST_STACKED) {
          throw new UnsupportedLayerException(
              name, "at most %d values can be stacked".formatted(MOST_STACKED));
        }
      }
      return new Value(taken.stream().flatMap(value -> value.nodes().stream()).toList(), null);
    }
    if (vertex instanceof UnstackVertex unstack) {
      List<Node> parts = taken.get(0).nodes();
      int size = unstack.getStackSize();
      if (unstack.getFrom() < 0 || unstack.getFrom() >= size) {
        throw new UnsupportedLayerException(
            name, "part %d of %d stacked ones does not exist".formatted(unstack.getFrom(), size));
      }
      if (parts.size() % size != 0) {
        throw new UnsupportedLayerException(
            name, "%d stacked values cannot be split by %d".formatted(parts.size(), size));
      }
      int each = parts.size() / size;
      return new Value(
          parts.subList(unstack.getFrom() * each, (unstack.getFrom() + 1) * each), null);
    }
    // All other vertices act on each stacked part alike.
    int stacked = taken.get(0).nodes().size();
    List<Node> nodes = new ArrayList<>();
    for (int part = 0; part < stacked; part++) {
      List<Node> inputs = new ArrayList<>();
      for (Value value : taken) {
        if (value.nodes().size() != stacked) {
          throw new UnsupportedLayerException(name, "its inputs are stacked unequally");
        }
        inputs.add(value.nodes().get(part));
      }
      nodes.add(vertexNode(name, vertex, inputs));
    }
    return new Value(nodes, null, steps);
  }

  private Node vertexNode(String name, GraphVertex vertex, List<Node> inputs) {
    Node first = inputs.get(0);
    Node[] all = inputs.toArray(Node[]::new);
    if (vertex instanceof ElementWiseVertex elementwise) {
      return builder.add(name, new Operation.Combine(combination(elementwise)), all);
    } else if (vertex instanceof MergeVertex merge) {
      return builder.add(name, new Operation.Concat(axis(merge.getMergeAxis(), first)), all);
    } else if (vertex instanceof ScaleVertex scale) {
      return builder.add(name, Operation.Rescale.all(scale.getScaleFactor(), 0), first);
    } else if (vertex instanceof ShiftVertex shift) {
      return builder.add(name, Operation.Rescale.all(1, shift.getShiftFactor()), first);
    } else if (vertex instanceof SubsetVertex subset) {
      if (channelsLast && first.shape().rank() == 3) {
        throw new UnsupportedLayerException(name, "Subset of NHWC images is not supported");
      }
      return builder.add(name, new Operation.Slice(subset.getFrom(), subset.getTo() + 1), first);
    } else if (vertex instanceof LastTimeStepVertex) {
      return SequenceLowering.lastStep(builder, name, first);
    } else if (vertex instanceof ReverseTimeSeriesVertex) {
      return SequenceLowering.reversed(builder, name, first);
    } else if (vertex instanceof L2NormalizeVertex normalize) {
      if (first.shape().rank() == 2) {
        throw new UnsupportedLayerException(name, "L2Normalize of sequences is not supported");
      }
      return builder.add(name, new Operation.L2Normalize(normalize.getEps()), first);
    } else if (vertex instanceof ReshapeVertex reshape) {
      return reshape(name, reshape, first);
    }
    throw new IllegalStateException("a supported vertex that nothing is done for: " + name);
  }

  private static Operation.Combination combination(ElementWiseVertex vertex) {
    return switch (vertex.getOp()) {
      case Add -> Operation.Combination.ADD;
      case Subtract -> Operation.Combination.SUBTRACT;
      case Product -> Operation.Combination.PRODUCT;
      case Average -> Operation.Combination.AVERAGE;
      case Max -> Operation.Combination.MAX;
    };
  }

  /** The dimension of a merge in channels-first order, the batch not counted. */
  private int axis(int configured, Node first) {
    int rank = first.shape().rank();
    int axis = (configured < 0 ? configured + rank + 1 : configured) - 1;
    if (channelsLast && rank == 3) {
      return axis == rank - 1 ? 0 : axis + 1;
    }
    return axis;
  }

  private Node reshape(String name, ReshapeVertex vertex, Node node) {
    int[] shape = vertex.getNewShape();
    if (channelsLast && node.shape().rank() == 3) {
      throw new UnsupportedLayerException(
          name, "Reshape is supported on channels-first values only");
    }
    if (shape.length < 2 || shape[0] != -1) {
      throw new UnsupportedLayerException(
          name,
          "Reshape must keep the batch, with -1 in front, but its shape was "
              + Arrays.toString(shape));
    }
    long known = 1;
    int open = -1;
    int[] sizes = Arrays.copyOfRange(shape, 1, shape.length);
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else if (sizes[i] < 1 || known * sizes[i] > node.shape().elements()) {
        throw new UnsupportedLayerException(
            name, "%s cannot become %s".formatted(node.shape(), Arrays.toString(shape)));
      } else {
        known *= sizes[i];
      }
    }
    if (open >= 0) {
      sizes[open] = Math.toIntExact(node.shape().elements() / known);
    }
    return builder.add(name, new Operation.Reshape(Shape.of(sizes)), node);
  }

  /** Cuts the output's activation off and reads what kind of head it is. */
  private Compiled finish(Value value, Layer last, LogitsSaid said) {
    String name = last.getLayerName() == null ? "output" : last.getLayerName();
    Node whole = value.only(name);
    Bare bare = value.bare();
    IActivation activation = bare == null ? new ActivationIdentity() : bare.activation();
    int units = whole.shape().channels();
    boolean softmax = activation instanceof ActivationSoftmax && units > 1;
    boolean sigmoid = activation instanceof ActivationSigmoid;
    // Any other activation is part of what the network answers.
    Node logits = bare != null && (softmax || sigmoid) ? bare.node() : whole;
    Head head;
    if (last instanceof CnnLossLayer || whole.shape().rank() != 1) {
      head = Head.PIXELWISE;
    } else if (softmax) {
      head = Head.SOFTMAX;
    } else if (sigmoid) {
      head = units == 1 ? Head.SIGMOID : Head.MULTI_LABEL;
    } else if (activation instanceof ActivationIdentity && units > 1 && classifies(last)) {
      head = Head.IDENTITY;
    } else if (activation instanceof ActivationIdentity && said != LogitsSaid.NOT) {
      head = units == 1 ? Head.LOGIT : Head.IDENTITY;
    } else {
      head = Head.REGRESSION;
    }
    if (head == Head.SIGMOID || head == Head.LOGIT) {
      Parameter split = new Parameter("logits/split", Shape.of(1, 2));
      builder.weights(split, new double[] {-0.5, 0.5});
      logits = builder.add("logits", new Operation.Affine(split, Optional.empty()), logits);
    }
    return new Compiled(builder.build(logits), head, channelsLast);
  }

  private static boolean classifies(Layer last) {
    ILossFunction loss = null;
    if (last instanceof BaseOutputLayer output) {
      loss = output.getLossFn();
    } else if (last instanceof LossLayer layer) {
      loss = layer.getLossFn();
    } else if (last instanceof RnnLossLayer layer) {
      loss = layer.getLossFn();
    }
    return loss instanceof LossMCXENT
        || loss instanceof LossNegativeLogLikelihood
        || loss instanceof LossSparseMCXENT;
  }
}
