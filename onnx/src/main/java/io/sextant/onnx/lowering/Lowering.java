package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Ending;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.UnsupportedLayerException;
import io.sextant.onnx.constants.Budget;
import io.sextant.onnx.constants.ConstantOperators;
import io.sextant.onnx.file.Domains;
import io.sextant.onnx.file.OnnxFile;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Builds the inference graph of an ONNX file. What does not depend on the input is evaluated: for
 * two sizes of the batch where the batch is free, so that what the batch does to a shape is seen.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Lowering {
  /** Two sizes of a free batch that shapes hardly have by themselves. */
  private static final int[] FREE = {2, 3};

  private static final int[] ONE = {1};

  private static final Map<String, Rule> RULES = rules();

  /** An operator works for one size of the batch only. */
  private static final class FixedBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UnsupportedLayerException refusal;

    FixedBatchException(UnsupportedLayerException refusal) {
      super(refusal);
      this.refusal = refusal;
    }

    UnsupportedLayerException refusal() {
      return refusal;
    }
  }

  private final OnnxFile file;
  private final Exit exit;
  private final InferenceGraph.Builder builder;
  private final int[] batches;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Integer> unread = new HashMap<>();
  private final Budget budget;

  private Lowering(OnnxFile file, Exit exit, InferenceGraph.Builder builder, int[] batches) {
    this.file = file;
    this.exit = exit;
    this.builder = builder;
    this.batches = batches;
    this.budget = new Budget(file.parameters());
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> all = new HashMap<>();
    all.putAll(Functions.rules());
    all.putAll(Arithmetic.rules());
    all.putAll(Moves.rules());
    all.putAll(Products.rules());
    all.putAll(Windows.rules());
    all.putAll(Norms.rules());
    all.putAll(Resizes.rules());
    all.putAll(Recurrents.rules());
    return Map.copyOf(all);
  }

  /** The operators that are supported on values that depend on the input, by name. */
  public static Set<String> operators() {
    return Collections.unmodifiableSet(new TreeSet<>(RULES.keySet()));
  }

  /**
   * Compiles a file.
   *
   * @param shape one example's, channels first
   * @param preprocessing in front of the input
   * @param output which output, when it is said
   * @param logits who says that the outputs are logits
   * @throws UnsupportedLayerException when an operator, or what it asks for, is not supported
   * @throws IllegalArgumentException when the shape does not fit, or the output is not to be had
   */
  public static FrameworkNetwork.Compiled compile(
      OnnxFile file,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    Entrance entrance = Entrance.of(file);
    Exit exit = Exit.of(file, output);
    if (entrance.batch().isPresent()) {
      try {
        return compile(
            file, entrance, exit, shape, preprocessing, logits, entrance.batch().getAsInt());
      } catch (FixedBatchException e) {
        throw e.refusal();
      }
    }
    try {
      return compile(file, entrance, exit, shape, preprocessing, logits, FREE);
    } catch (FixedBatchException e) {
      // Exporters call a batch free that the nodes fix at 1. Then it is 1.
      try {
        return compile(file, entrance, exit, shape, preprocessing, logits, ONE);
      } catch (UnsupportedLayerException | FixedBatchException one) {
        e.refusal().addSuppressed(one);
        throw e.refusal();
      }
    }
  }

  private static FrameworkNetwork.Compiled compile(
      OnnxFile file,
      Entrance entrance,
      Exit exit,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      LogitsSaid logits,
      int... batches) {
    InferenceGraph.Builder builder = InferenceGraph.builder(shape);
    Node examples =
        preprocessing
            .map(map -> builder.add("preprocessing", map, builder.input()))
            .orElse(builder.input());
    Lowering lowering = new Lowering(file, exit, builder, batches);
    lowering.values.put(file.input().name(), entrance.enter(builder, examples));
    return lowering.run().compiled(builder, logits);
  }

  private Ending run() {
    List<Operator> needed = needed();
    for (Operator operator : needed) {
      for (String input : operator.inputs()) {
        readers.merge(input, 1, Integer::sum);
      }
    }
    readers.merge(exit.value(), 1, Integer::sum);
    unread.putAll(readers);
    for (Operator operator : needed) {
      List<Value> results = lower(operator);
      List<String> names = operator.outputs();
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        if (name.isEmpty()) {
          continue; // nobody wants it
        }
        if (i >= results.size()) {
          if (readers.getOrDefault(name, 0) > 0) {
            throw operator.unsupported("its output %s is not supported".formatted(name));
          }
          continue;
        }
        // That no other operator has this output is known of the file.
        if (name.equals(file.input().name()) || file.hasInitialiser(name)) {
          throw operator.unsupported(
              "its output %s has the name of the model's input or of an initialiser"
                  .formatted(name));
        }
        values.put(name, results.get(i));
      }
      operator.requireAllRead();
      operator.inputs().forEach(this::forget);
    }
    return exit.leave(builder, values.get(exit.value()));
  }

  /** Lets go of a constant that nobody reads any more: weights are large. */
  private void forget(String name) {
    if (unread.merge(name, -1, Integer::sum) == 0 && values.get(name) instanceof Known) {
      values.remove(name);
    }
  }

  /** The operators that the output depends on, each after those that it reads. */
  private List<Operator> needed() {
    Set<String> wanted = new HashSet<>(List.of(exit.value()));
    Deque<Operator> needed = new ArrayDeque<>();
    List<Operator> all = file.operators();
    for (int i = all.size() - 1; i >= 0; i--) {
      Operator operator = all.get(i);
      if (operator.outputs().stream().anyMatch(wanted::contains)) {
        needed.push(operator);
        operator.inputs().stream().filter(input -> !input.isEmpty()).forEach(wanted::add);
      }
    }
    return List.copyOf(needed);
  }

  private List<Value> lower(Operator operator) {
    requireKnownDomain(operator);
    Inputs.require(operator);
    try {
      List<@Nullable Value> all = inputs(operator);
      if (all.stream().noneMatch(Moving.class::isInstance)) {
        return folded(operator, all);
      }
      Rule rule = RULES.get(operator.type());
      if (rule == null) {
        throw operator.unsupported(
            "it is not supported on values that depend on the model's input; supported are %s"
                .formatted(String.join(", ", operators())));
      }
      Step step = new Step(operator, all, builder, batches, name -> readers.getOrDefault(name, 0));
      try {
        return rule.lower(step);
      } catch (UnsupportedLayerException e) {
        throw step.batchIsFixed() ? new FixedBatchException(e) : e;
      }
    } catch (UnsupportedLayerException | FixedBatchException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw operator.unsupported(e.getMessage());
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      // A size beyond all bounds, or an input that lacks what the operator is defined to have.
      UnsupportedLayerException refusal =
          operator.unsupported("it is not well-formed (%s)".formatted(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }

  private List<@Nullable Value> inputs(Operator operator) {
    @Nullable Value[] inputs = new Value[operator.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      String name = operator.inputs().get(i);
      inputs[i] = name.isEmpty() ? null : value(operator, name);
    }
    return Arrays.asList(inputs);
  }

  private static void requireKnownDomain(Operator operator) {
    if (!operator.domain().equals(Domains.ONNX)) {
      throw operator.unsupported(
          "operators of domain %s are not supported; only those of ONNX itself are"
              .formatted(operator.domain()));
    }
    if (operator.holdsGraph()) {
      throw operator.unsupported(
          "control flow (If, Loop, Scan) is not supported; export the model with it unrolled");
    }
  }

  private Value value(Operator operator, String name) {
    Value value = values.get(name);
    if (value == null && file.hasInitialiser(name)) {
      value = new Known(Collections.nCopies(batches.length, file.initialiser(name)));
      values.put(name, value);
    }
    if (value == null) {
      throw operator.unsupported(
          "its input %s comes from no node before it, and is no initialiser".formatted(name));
    }
    return value;
  }

  /** What operators make of constants, at each size of the batch. */
  private List<Value> folded(Operator operator, List<@Nullable Value> inputs) {
    boolean constant =
        inputs.stream().allMatch(v -> v == null || v instanceof Known k && k.constant());
    List<List<Tensor>> results = new ArrayList<>();
    for (int b = 0; b < (constant ? 1 : batches.length); b++) {
      int batch = b;
      @Nullable Tensor[] tensors = new Tensor[inputs.size()];
      for (int i = 0; i < tensors.length; i++) {
        tensors[i] = inputs.get(i) instanceof Known known ? known.at().get(batch) : null;
      }
      results.add(
          ConstantOperators.run(operator, Arrays.asList(tensors), budget)
              .orElseThrow(() -> operator.unsupported("it is not supported on constants")));
    }
    return IntStream.range(0, results.get(0).size())
        .<Value>mapToObj(
            i ->
                new Known(
                    IntStream.range(0, batches.length)
                        .mapToObj(b -> results.get(constant ? 0 : b).get(i))
                        .toList()))
        .toList();
  }

  /** The softmax in front of a logarithm, when a node is one. */
  static Optional<Node> softmaxUnder(InferenceGraph.Builder builder, Node node) {
    if (node.operation() instanceof Operation.Elementwise step
        && step.function() instanceof Function.Logarithm) {
      Node under = builder.node(node.inputs().get(0));
      return under.operation() instanceof Operation.Softmax ? Optional.of(under) : Optional.empty();
    }
    return Optional.empty();
  }
}
