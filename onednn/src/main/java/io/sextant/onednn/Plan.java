package io.sextant.onednn;

import java.util.List;
import java.util.Map;

/**
 * A graph compiled for batches of one size: what to run, and how its memory is laid out. Immutable;
 * shared by all sessions.
 *
 * @param forward from the caller's input to its logits
 * @param backward from the caller's cotangent to its gradient; may run many times after a forward
 * @param values where the value of each node lies
 * @param gradients where the gradient at each node lies; both outlive a run only in plans with taps
 * @param orders in which order the value and the gradient of each node lie
 * @param summed after how many backward instructions the parameter gradients of a node are there
 * @param rows of a batch
 * @param arena the layout of all slots
 */
record Plan(
    List<Instruction> forward,
    List<Instruction> backward,
    Map<Integer, Slot> values,
    Map<Integer, Slot> gradients,
    Map<Integer, Order> orders,
    Map<Integer, Integer> summed,
    int rows,
    Arena arena)
    implements AutoCloseable {
  /** What a plan is for. */
  enum Purpose {
    /** Logits alone: nothing is kept. */
    FORWARD,
    /** Logits and input gradients. */
    GRADIENT,
    /** Every node's value and gradient, each by itself: nothing is fused or overwritten. */
    TAPS
  }

  Plan {
    forward = List.copyOf(forward);
    backward = List.copyOf(backward);
    values = Map.copyOf(values);
    gradients = Map.copyOf(gradients);
    orders = Map.copyOf(orders);
    summed = Map.copyOf(summed);
  }

  Slot value(int node) {
    return at(values, node);
  }

  Slot gradient(int node) {
    return at(gradients, node);
  }

  Order order(int node) {
    return at(orders, node);
  }

  int summed(int node) {
    return summed.getOrDefault(node, backward.size());
  }

  private static <V> V at(Map<Integer, V> places, int node) {
    V place = places.get(node);
    if (place == null) {
      throw new IllegalStateException("node " + node + " has no place of its own in this plan");
    }
    return place;
  }

  @Override
  public void close() {
    forward.forEach(Instruction::close);
    backward.forEach(Instruction::close);
  }
}
