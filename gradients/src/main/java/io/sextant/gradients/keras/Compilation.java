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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lowers one model for one shape of inputs. */
final class Compilation {
  private static final int MOST_CALLS = 1 << 16;

  /** Most values that all calls of layers read together: a few seconds' work. */
  private static final long MOST_READ = 1L << 31;

  private final String file;
  private final InferenceGraph.Builder graph;
  private final Conventions conventions;
  private final IdentityHashMap<Hdf5File.Node, Weight> weights = new IdentityHashMap<>();
  private final Map<String, Given> parameters = new HashMap<>();
  private final Map<Integer, Integer> reordered = new HashMap<>();
  private final long room;
  private long kept;
  private long bound;
  private long read;
  private int calls;

  /** A parameter and its values. */
  private record Given(Parameter parameter, Weight weight) {}

  /**
   * Starts a compilation.
   *
   * @param file for messages
   * @param graph to add to
   * @param conventions of the Keras that wrote it
   * @param bytes size of the file of weights: it cannot hold more values
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

  /**
   * An array's values, which are kept for the other calls of a layer. Arrays that stand for the
   * same bytes could fill any memory.
   */
  Weight read(Hdf5File.Node array) {
    read += array.count();
    if (read > MOST_READ) {
      throw new ModelFileException(
          "%s: its layers read weights of %d values in all, but may read %d; apply large layers fewer times"
              .formatted(file, read, MOST_READ));
    }
    if (array.count() == 0) {
      throw new ModelFileException(file + ": an array of its weights has no values");
    }
    return weights.computeIfAbsent(
        array,
        node -> {
          kept = roomFor(kept, node.count());
          return new Weight(node.sizes(), node.values());
        });
  }

  private long roomFor(long taken, long more) {
    if (taken + more > room) {
      throw new ModelFileException(
          file + ": its layers refer to more weights than the file can hold");
    }
    return taken + more;
  }

  /** A parameter of this name and values; other values under the same name are another one. */
  Parameter parameter(String name, Weight weight) {
    String free = name;
    for (int i = 2; ; i++) {
      Given known = parameters.get(free);
      if (known == null) {
        break;
      }
      if (known.weight().same(weight)) {
        return known.parameter();
      }
      free = name + "#" + i;
    }
    bound = roomFor(bound, weight.values().length);
    Parameter parameter = new Parameter(free, weight.shape());
    graph.weights(parameter, weight.values());
    parameters.put(free, new Given(parameter, weight));
    return parameter;
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
      Step.requireIdle(layer, call.arguments());
      if (inner.inputs().size() != inputs.size() || !call.names().isEmpty()) {
        throw new UnsupportedLayerException(
            ModelFileException.quote(layer.name()),
            "the model inside has %d inputs but is given %d, by the names %s"
                .formatted(inner.inputs().size(), inputs.size(), call.names().keySet()));
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
    rule.takes().check(modern, inputs.size(), names);
    Optional<Node> mask = inputs.stream().flatMap(value -> value.mask().stream()).findFirst();
    Step step = new Step(this, modern, path, weights, arguments, names);
    if (mask.isPresent() && rule.masks() == Rule.Masks.REFUSED) {
      throw step.refusal(
          "the mask of a Masking layer reaches it, and %s takes none here; leave the mask out, or"
                  .formatted(layer.kind())
              + " put a recurrent layer between");
    }
    int before = graph.size();
    Value value = lowered(rule, step, inputs);
    step.finish();
    if (rule.masks() == Rule.Masks.PASSED) {
      value = value.withMask(mask);
    }
    // The layer's own name belongs to its result.
    return value.node().index() >= before ? value.with(graph.rename(value.node(), path)) : value;
  }

  private static Value lowered(Rule rule, Step step, List<Value> inputs) {
    try {
      return rule.lowering().apply(step, inputs);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      // A size beyond all bounds, or an option or array that lacks what the layer's have.
      UnsupportedLayerException refusal =
          step.refusal("it is not well-formed (%s)".formatted(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }
}
