package io.sextant.onednn;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the making: the instructions so far, and where the values and gradients of nodes lie.
 * Stages emit their forward in the graph's order and their backward in the opposite one.
 */
final class Assembly {
  private final InferenceGraph graph;
  private final Constants constants;
  private final int rows;
  private final Plan.Purpose purpose;
  private final List<Instruction> forward = new ArrayList<>();
  private final List<Instruction> backward = new ArrayList<>();
  private List<Instruction> current = forward;
  private final Map<Integer, Slot> values = new HashMap<>();
  private final Map<Integer, Slot> kept = new HashMap<>();
  private final Cotangents cotangents;
  private final Set<Integer> masked = new HashSet<>();
  private final Map<Integer, Integer> readersLeft = new HashMap<>();
  private final Map<Integer, Stage> stages = new HashMap<>();
  private final Map<Integer, Integer> summed = new HashMap<>();
  // The gradient that the stage at hand reads: nothing may be added to it meanwhile.
  private @Nullable Slot consumed;

  private Assembly(InferenceGraph graph, Constants constants, int rows, Plan.Purpose purpose) {
    this.graph = graph;
    this.constants = constants;
    this.rows = rows;
    this.purpose = purpose;
    this.cotangents = new Cotangents(purpose == Plan.Purpose.TAPS);
    for (Node node : graph.nodes()) {
      node.inputs().forEach(input -> readersLeft.merge(input, 1, Integer::sum));
    }
  }

  /** Compiles stages into a plan for batches of exactly this many rows. */
  static Plan assemble(
      InferenceGraph graph,
      List<Stage> stages,
      Constants constants,
      int rows,
      Plan.Purpose purpose) {
    Assembly assembly = new Assembly(graph, constants, rows, purpose);
    boolean done = false;
    try {
      Plan plan = assembly.run(stages);
      done = true;
      return plan;
    } finally {
      if (!done) {
        assembly.forward.forEach(Instruction::close);
        assembly.backward.forEach(Instruction::close);
      }
    }
  }

  private Plan run(List<Stage> order) {
    readInput();
    List<Stage.Emitted> emitted = new ArrayList<>();
    for (Stage stage : order) {
      stages.put(stage.output(), stage);
      Stage.Emitted result;
      try {
        result = stage.emit(this);
      } catch (UnsupportedPrimitiveException e) {
        throw new UnsupportedStageException(stage, e);
      }
      values.put(stage.output(), result.value());
      emitted.add(result);
    }
    writeLogits();
    if (purpose != Plan.Purpose.FORWARD) {
      current = backward;
      readCotangent();
      for (int i = order.size() - 1; i >= 0; i--) {
        pullBack(order.get(i), emitted.get(i));
      }
      writeGradient();
    }
    boolean keepAll = purpose == Plan.Purpose.TAPS;
    return new Plan(
        forward, backward, values, kept, summed, rows, new Arena(forward, backward, keepAll));
  }

  private void pullBack(Stage stage, Stage.Emitted emitted) {
    Slot gradient =
        cotangents
            .take(stage.output())
            .orElseThrow(() -> new IllegalStateException("a node has no reader"));
    kept.put(stage.output(), gradient);
    consumed = gradient;
    try {
      emitted.pullback().emit(this, gradient);
    } catch (UnsupportedPrimitiveException e) {
      throw new UnsupportedStageException(stage, e);
    }
  }

  private void readInput() {
    values.put(0, imported(graph.input().shape(), Slot.Owner.INPUT));
  }

  private Slot imported(Shape shape, Slot.Owner owner) {
    Slot lent = Slot.callers(owner, elements(shape));
    Slot own = slot(shape);
    if (Descriptors.sameOrder(shape)) {
      emit(new CopyInstruction(lent, own, own.bytes()));
    } else {
      reorder(lent, Descriptors.rowMajor(rows, shape), own, Descriptors.of(rows, shape), false);
    }
    return own;
  }

  private void writeLogits() {
    Shape shape = graph.output().shape();
    export(value(graph.output().index()), shape, Slot.callers(Slot.Owner.LOGITS, elements(shape)));
  }

  private void readCotangent() {
    cotangents.put(graph.output().index(), imported(graph.output().shape(), Slot.Owner.COTANGENT));
  }

  private void writeGradient() {
    Shape shape = graph.input().shape();
    Slot gradient =
        cotangents.take(0).orElseThrow(() -> new IllegalStateException("the input has no reader"));
    kept.put(0, gradient);
    export(gradient, shape, Slot.callers(Slot.Owner.GRADIENT, elements(shape)));
  }

  private void export(Slot own, Shape shape, Slot lent) {
    if (Descriptors.sameOrder(shape)) {
      emit(new CopyInstruction(own, lent, lent.bytes()));
    } else {
      reorder(own, Descriptors.of(rows, shape), lent, Descriptors.rowMajor(rows, shape), false);
    }
  }

  /** Values of the engine's own layout in row-major order; the same slot where that is the same. */
  Slot plain(Slot own, Shape shape) {
    if (Descriptors.sameOrder(shape)) {
      return own;
    }
    Slot plain = slot(shape);
    reorder(own, Descriptors.of(rows, shape), plain, Descriptors.rowMajor(rows, shape), false);
    return plain;
  }

  /** Values in row-major order in the engine's own layout. */
  Slot own(Slot plain, Shape shape) {
    if (Descriptors.sameOrder(shape)) {
      return plain;
    }
    Slot own = slot(shape);
    reorder(plain, Descriptors.rowMajor(rows, shape), own, Descriptors.of(rows, shape), false);
    return own;
  }

  private long elements(Shape shape) {
    return (long) rows * shape.elements();
  }

  int rows() {
    return rows;
  }

  /** True when a pullback may follow. */
  boolean recording() {
    return purpose != Plan.Purpose.FORWARD;
  }

  Constants constants() {
    return constants;
  }

  /** A new slot for a batch of values. */
  Slot slot(Shape shape) {
    return Slot.ofFloats(elements(shape));
  }

  Slot slotLike(Slot other) {
    return Slot.ofBytes(other.bytes());
  }

  void emit(Instruction instruction) {
    current.add(instruction);
  }

  /** Says that the instructions so far make the gradients of a node's parameters. */
  void summed(int node) {
    summed.put(node, backward.size());
  }

  /** Where a node's value lies; to be called once for each reading. */
  Slot value(int node) {
    Slot slot = values.get(node);
    if (slot == null) {
      throw new IllegalStateException("node " + node + " is read before it is computed");
    }
    return slot;
  }

  /** Says that a reader has read a node: a value that nobody waits for may be overwritten. */
  void read(int node) {
    readersLeft.merge(node, -1, Integer::sum);
  }

  /** True when a value can be overwritten by its last reader. */
  boolean expendable(int node) {
    Slot slot = values.get(node);
    return !recording()
        && node != 0
        && values.entrySet().stream()
            .filter(entry -> entry.getValue() == slot)
            .allMatch(entry -> readersLeft.getOrDefault(entry.getKey(), 0) == 0);
  }

  /** The only reader of a ReLU applies its mask elsewhere, at lower cost. */
  boolean takeOverMask(int node) {
    Stage stage = stages.get(node);
    boolean possible =
        purpose == Plan.Purpose.GRADIENT
            && stage != null
            && stage.endsInRelu()
            && graph.nodes().stream().filter(n -> n.inputs().contains(node)).count() == 1;
    if (possible) {
      masked.add(node);
    }
    return possible;
  }

  /**
   * A gradient times the slope of a ReLU, told by its output.
   *
   * @return the gradient's own slot when it can be overwritten
   */
  Slot maskedByRelu(int node, Slot gradient, Slot output, dnnl_memory_desc_t layout) {
    return masked.contains(node) ? gradient : masked(gradient, output, layout);
  }

  /** A gradient where the output is above 0. */
  Slot masked(Slot gradient, Slot output, dnnl_memory_desc_t layout) {
    Slot result = cotangents.free(gradient) ? gradient : slotLike(gradient);
    try (Primitive forward = relu(layout)) {
      dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
      Dnnl.check(
          dnnl.dnnl_eltwise_backward_desc_init(
              operation, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, layout, layout, 0, 0),
          "describe a ReLU");
      emit(
          new NativeInstruction(Primitive.backward(operation, forward))
              .reads(dnnl.DNNL_ARG_DST, output, layout)
              .reads(dnnl.DNNL_ARG_DIFF_DST, gradient, layout)
              .writes(dnnl.DNNL_ARG_DIFF_SRC, result, layout));
    }
    return result;
  }

  private static Primitive relu(dnnl_memory_desc_t layout) {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    Dnnl.check(
        dnnl.dnnl_eltwise_forward_desc_init(
            operation,
            dnnl.dnnl_forward_training,
            dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
            layout,
            0,
            0),
        "describe a ReLU");
    return Primitive.of(operation, new Primitive.PostOps());
  }

  /**
   * Adds to the gradient at a node.
   *
   * @param node the node
   * @param shape its shape
   * @param emission writes the contribution into a slot, on top of what is there when told so
   */
  void contribute(int node, Shape shape, BiConsumer<Slot, Boolean> emission) {
    Optional<Slot> before = cotangents.at(node);
    if (before.isEmpty()) {
      Slot slot = slot(shape);
      emission.accept(slot, false);
      cotangents.put(node, slot);
      return;
    }
    Slot target = before.get();
    if (!changeable(node, target)) {
      target = slot(shape);
      emit(new CopyInstruction(before.get(), target, target.bytes()));
      cotangents.put(node, target);
    }
    emission.accept(target, true);
  }

  /** Adds to the gradient at a node by instructions that can only write. */
  void contribute(int node, Shape shape, Consumer<Slot> emission) {
    if (cotangents.at(node).isEmpty()) {
      Slot slot = slot(shape);
      emission.accept(slot);
      cotangents.put(node, slot);
      return;
    }
    Slot part = slot(shape);
    emission.accept(part);
    share(node, shape, part);
  }

  /** Adds a gradient that lies in a slot already, and that others may use too. */
  void share(int node, Shape shape, Slot part) {
    Optional<Slot> before = cotangents.at(node);
    if (before.isEmpty()) {
      cotangents.put(node, part);
      return;
    }
    boolean inPlace = before.get() != part && changeable(node, before.get());
    Slot sum = inPlace ? before.get() : slot(shape);
    dnnl_memory_desc_t layout = Descriptors.of(rows, shape);
    binary(dnnl.dnnl_binary_add, before.get(), layout, part, layout, sum, layout);
    cotangents.put(node, sum);
  }

  private boolean changeable(int node, Slot slot) {
    return slot != consumed && cotangents.owned(node);
  }

  void reorder(
      Slot from,
      dnnl_memory_desc_t fromLayout,
      Slot to,
      dnnl_memory_desc_t toLayout,
      boolean onTop) {
    Primitive.PostOps postOps = new Primitive.PostOps();
    NativeInstruction instruction =
        new NativeInstruction(
                Primitive.reorder(fromLayout, toLayout, onTop ? postOps.sum() : postOps))
            .reads(dnnl.DNNL_ARG_SRC, from, fromLayout);
    emit(
        onTop
            ? instruction.updates(dnnl.DNNL_ARG_DST, to, toLayout)
            : instruction.writes(dnnl.DNNL_ARG_DST, to, toLayout));
  }

  /** Combines two slots value by value. */
  void binary(
      int algorithm,
      Slot a,
      dnnl_memory_desc_t aLayout,
      Slot b,
      dnnl_memory_desc_t bLayout,
      Slot to,
      dnnl_memory_desc_t toLayout) {
    dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
    Dnnl.check(
        dnnl.dnnl_binary_desc_init(operation, algorithm, aLayout, bLayout, toLayout),
        "describe a combination");
    emit(
        new NativeInstruction(Primitive.of(operation, new Primitive.PostOps()))
            .reads(dnnl.DNNL_ARG_SRC_0, a, aLayout)
            .reads(dnnl.DNNL_ARG_SRC_1, b, bLayout)
            .writes(dnnl.DNNL_ARG_DST, to, toLayout));
  }

  /** {@code to = factor from + offset}. */
  void linear(Slot from, Slot to, dnnl_memory_desc_t layout, float factor, float offset) {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    Dnnl.check(
        dnnl.dnnl_eltwise_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            dnnl.dnnl_eltwise_linear,
            layout,
            factor,
            offset),
        "describe a linear map");
    emit(
        new NativeInstruction(Primitive.of(operation, new Primitive.PostOps()))
            .reads(dnnl.DNNL_ARG_SRC, from, layout)
            .writes(dnnl.DNNL_ARG_DST, to, layout));
  }
}
