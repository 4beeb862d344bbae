package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lowers one model for one shape of inputs. */
final class Compilation {
  private static final int MOST_CALLS = 1 << 16;

  private final String file;
  private final InferenceGraph.Builder graph;
  private final Conventions conventions;
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Map<Integer, Integer> reordered = new HashMap<>();
  private long room;
  private int calls;

  /**
   * Starts a compilation.
   *
   * @param file for messages
   * @param graph to add to
   * @param conventions of the Keras that wrote it
   * @param bytes size of the file: it cannot hold more values
   */
  Compilation(String file, InferenceGraph.Builder graph, Conventions conventions, long bytes) {
    this.file = file;
    this.graph = graph;
    this.conventions = conventions;
    this.room = bytes;
  }

  InferenceGraph.Builder graph() {
    return graph;
  }

  Conventions conventions() {
    return conventions;
  }

  /** An array's values. Arrays that stand for the same bytes could fill any memory. */
  Weight read(Hdf5File.Node array) {
    room -= array.count();
    if (room < 0) {
      throw new ModelFileException(
          file + ": its layers refer to more weights than the file can hold");
    }
    return new Weight(array.sizes(), array.values());
  }

  Parameter parameter(String name, Weight weight) {
    return parameters.computeIfAbsent(
        name,
        key -> {
          Parameter parameter = new Parameter(key, weight.shape());
          graph.weights(parameter, weight.values());
          return parameter;
        });
  }

  /** A node's dimensions in another order, which is computed once. */
  Node reordered(Step step, Node node, List<Integer> order) {
    Integer known = reordered.get(node.index());
    if (known != null && graph.node(known).operation().equals(new Operation.Permute(order))) {
      return graph.node(known);
    }
    Node made = step.add(new Operation.Permute(order), node);
    reordered.put(node.index(), made.index());
    return made;
  }

  /**
   * Lowers a model.
   *
   * @param model its layers
   * @param path in front of its layers' names; empty for the outermost
   * @param weights of the model
   * @param inputs one for each of the model's inputs
   * @param outputs what is wanted of it
   */
  List<Value> model(
      Architecture model,
      String path,
      WeightStore weights,
      List<Value> inputs,
      List<Architecture.Tensor> outputs) {
    Map<Architecture.Tensor, Value> values = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      values.put(model.inputs().get(i), inputs.get(i));
    }
    List<Architecture.Call> pending = needed(model, outputs);
    while (!pending.isEmpty()) {
      List<Architecture.Call> later = new ArrayList<>();
      for (Architecture.Call call : pending) {
        if (values.keySet().containsAll(call.inputs())) {
          call(model, call, path, weights, values);
        } else {
          later.add(call);
        }
      }
      if (later.size() == pending.size()) {
        throw new UnsupportedLayerException(
            ModelFileException.quote(later.get(0).layer().name()),
            "what it is applied to is not computed anywhere");
      }
      pending = later;
    }
    List<Value> answers = new ArrayList<>();
    for (Architecture.Tensor output : outputs) {
      Value value = values.get(output);
      if (value == null) {
        throw new UnsupportedLayerException(
            ModelFileException.quote(output.layer()),
            "the model's output is not computed anywhere");
      }
      answers.add(value);
    }
    return answers;
  }

  /** The calls that lead to the outputs, in the model's order. */
  private static List<Architecture.Call> needed(
      Architecture model, List<Architecture.Tensor> outputs) {
    record Key(String layer, int call) {}
    Map<Key, Architecture.Call> made = new HashMap<>();
    model.calls().forEach(call -> made.put(new Key(call.layer().name(), call.number()), call));
    Set<Key> wanted = new HashSet<>();
    Deque<Architecture.Tensor> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      Architecture.Tensor tensor = open.pop();
      Key key = new Key(tensor.layer(), tensor.call());
      if (wanted.add(key) && made.get(key) != null) {
        open.addAll(made.get(key).inputs());
      }
    }
    return model.calls().stream()
        .filter(call -> wanted.contains(new Key(call.layer().name(), call.number())))
        .toList();
  }

  private void call(
      Architecture model,
      Architecture.Call call,
      String path,
      WeightStore weights,
      Map<Architecture.Tensor, Value> values) {
    LayerConfig layer = call.layer();
    String own = path.isEmpty() ? layer.name() : path + "/" + layer.name();
    List<Value> inputs = call.inputs().stream().map(values::get).toList();
    WeightStore stored = weights.of(layer, model.layers());
    if (layer.inner().isPresent()) {
      Architecture inner = layer.inner().get();
      count();
      if (inner.inputs().size() != inputs.size()) {
        throw new UnsupportedLayerException(
            ModelFileException.quote(layer.name()),
            "the model inside has %d inputs but is given %d"
                .formatted(inner.inputs().size(), inputs.size()));
      }
      List<Value> answers = model(inner, own, stored, inputs, inner.outputs());
      for (int i = 0; i < answers.size(); i++) {
        values.put(new Architecture.Tensor(layer.name(), call.number(), i), answers.get(i));
      }
      return;
    }
    values.put(
        new Architecture.Tensor(layer.name(), call.number(), 0),
        layer(layer, own, stored, inputs, call.arguments(), call.names()));
  }

  private void count() {
    if (++calls > MOST_CALLS) {
      throw new ModelFileException(
          "%s: layers may be applied at most %d times but are more often"
              .formatted(file, MOST_CALLS));
    }
  }

  /** Lowers one call of a layer. */
  Value layer(
      LayerConfig layer,
      String path,
      WeightStore weights,
      List<Value> inputs,
      Map<String, JsonNode> arguments,
      Map<String, Integer> names) {
    count();
    if (layer.inner().isPresent()) {
      Architecture inner = layer.inner().get();
      return model(inner, path, weights, inputs, inner.outputs()).get(0);
    }
    LayerConfig modern = conventions.version() == 1 ? Keras1.renamed(layer) : layer;
    Rule rule = Layers.rule(modern);
    if (inputs.isEmpty()) {
      throw new UnsupportedLayerException(
          ModelFileException.quote(layer.name()), "it is applied to nothing");
    }
    Optional<Node> mask = inputs.stream().flatMap(value -> value.mask().stream()).findFirst();
    Step step = new Step(this, modern, path, weights, arguments, names);
    if (mask.isPresent() && rule.masks() == Rule.Masks.REFUSED) {
      throw step.refusal(
          "the mask of a Masking layer reaches it, and %s takes none here; leave the mask out, or"
                  .formatted(layer.kind())
              + " put a recurrent layer between");
    }
    int before = graph.size();
    Value value = rule.lowering().apply(step, inputs);
    step.finish();
    if (rule.masks() == Rule.Masks.PASSED) {
      value = value.withMask(mask);
    }
    // The layer's own name belongs to its result.
    return value.node().index() >= before ? value.with(graph.rename(value.node(), path)) : value;
  }
}
