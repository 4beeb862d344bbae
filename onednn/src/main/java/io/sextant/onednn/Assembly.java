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
  private final Map<Integer, Order> orders = new HashMap<>();
  // Values that were asked for in another order than their own.
  private final Map<Integer, Slot> reordered = new HashMap<>();
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
      orders.put(stage.output(), result.order());
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
        forward,
        backward,
        values,
        kept,
        orders,
        summed,
        rows,
        new Arena(forward, backward, keepAll));
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
    Shape shape = graph.input().shape();
    orders.put(0, Order.natural(shape));
    values.put(0, imported(graph.input(), Slot.Owner.INPUT));
  }

  /** A caller's values in the order of a node's own. */
  private Slot imported(Node node, Slot.Owner owner) {
    Slot lent = Slot.callers(owner, elements(node.shape()));
    Slot own = slot(node.shape());
    move(lent, Order.ROW_MAJOR, own, order(node.index()), node.shape());
    return own;
  }

  private void writeLogits() {
    export(value(graph.output().index()), graph.output(), Slot.Owner.LOGITS);
  }

  private void readCotangent() {
    cotangents.put(graph.output().index(), imported(graph.output(), Slot.Owner.COTANGENT));
  }

  private void writeGradient() {
    Slot gradient =
        cotangents.take(0).orElseThrow(() -> new IllegalStateException("the input has no reader"));
    kept.put(0, gradient);
    export(gradient, graph.input(), Slot.Owner.GRADIENT);
  }

  private void export(Slot own, Node node, Slot.Owner owner) {
    Slot lent = Slot.callers(owner, elements(node.shape()));
    move(own, order(node.index()), lent, Order.ROW_MAJOR, node.shape());
  }

  private void move(Slot from, Order fromOrder, Slot to, Order toOrder, Shape shape) {
    if (fromOrder.same(toOrder, shape)) {
      emit(new CopyInstruction(from, to, to.bytes()));
    } else {
      reorder(from, fromOrder.layout(rows, shape), to, toOrder.layout(rows, shape), false);
    }
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

  /** Where a node's value lies, in the node's own order. */
  Slot value(int node) {
    return known(values, node);
  }

  /** Where a node's value lies in an order of the reader's choice. */
  Slot value(int node, Order order) {
    Slot own = value(node);
    Shape shape = shape(node);
    if (order.same(order(node), shape)) {
      return own;
    }
    Slot known = reordered.get(node);
    if (known == null) {
      known = slot(shape);
      if (stages.get(node) instanceof ConstantStage constant) {
        constant.write(this, known, order);
      } else {
        move(own, order(node), known, order, shape);
      }
      reordered.put(node, known);
    }
    return known;
  }

  /** The order in which a node's value and gradient lie. */
  Order order(int node) {
    return known(orders, node);
  }

  /** The order in which most of several values of one shape can be read as they lie. */
  Order order(List<Integer> nodes) {
    List<Order> settled = nodes.stream().filter(this::settled).map(this::order).distinct().toList();
    return settled.size() == 1 ? settled.get(0) : Order.natural(shape(nodes.get(0)));
  }

  private boolean settled(int node) {
    Stage stage = stages.get(node);
    return stage == null || stage.settled();
  }

  /** How a node's value and gradient lie. */
  dnnl_memory_desc_t layout(int node) {
    return order(node).layout(rows, shape(node));
  }

  private Shape shape(int node) {
    return graph.nodes().get(node).shape();
  }

  private static <V> V known(Map<Integer, V> values, int node) {
    V value = values.get(node);
    if (value == null) {
      throw new IllegalStateException("node " + node + " is read before it is computed");
    }
    return value;
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
   * @param order in which the contribution is written
   * @param emission writes the contribution into a slot, on top of what is there when told so
   */
  void contribute(int node, Order order, BiConsumer<Slot, Boolean> emission) {
    Shape shape = shape(node);
    if (!order.same(order(node), shape)) {
      Slot part = slot(shape);
      emission.accept(part, false);
      contribute(node, order, part);
      return;
    }
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

  /** Adds a contribution that lies in an order other than the node's own. */
  private void contribute(int node, Order order, Slot part) {
    Shape shape = shape(node);
    contribute(
        node,
        order(node),
        (dx, onTop) -> reorder(part, order.layout(rows, shape), dx, layout(node), onTop));
  }

  /** Adds to the gradient at a node by instructions that can only write. */
  void contribute(int node, Order order, Consumer<Slot> emission) {
    Slot part = slot(shape(node));
    emission.accept(part);
    share(node, order, part);
  }

  /** Adds a gradient that lies in a slot already, and that others may use too. */
  void share(int node, Order order, Slot part) {
    Shape shape = shape(node);
    if (!order.same(order(node), shape)) {
      contribute(node, order, part);
      return;
    }
    Optional<Slot> before = cotangents.at(node);
    if (before.isEmpty()) {
      cotangents.put(node, part);
      return;
    }
    boolean inPlace = before.get() != part && changeable(node, before.get());
    Slot sum = inPlace ? before.get() : slot(shape);
    dnnl_memory_desc_t layout = layout(node);
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
