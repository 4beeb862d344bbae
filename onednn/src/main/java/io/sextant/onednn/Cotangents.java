package io.sextant.onednn;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the gradient at each node lies while the backward instructions are emitted. Nodes may share
 * a slot, as the two branches of an addition do, so a slot is changed in place only when no other
 * node needs it.
 */
final class Cotangents {
  private final Map<Integer, Slot> slots = new HashMap<>();
  private final boolean keepAll;

  /** With {@code keepAll}, no gradient is ever overwritten. */
  Cotangents(boolean keepAll) {
    this.keepAll = keepAll;
  }

  void put(int node, Slot slot) {
    slots.put(node, slot);
  }

  Optional<Slot> at(int node) {
    return Optional.ofNullable(slots.get(node));
  }

  /** The complete gradient of a node: all of its readers have contributed. */
  Optional<Slot> take(int node) {
    return Optional.ofNullable(keepAll ? slots.get(node) : slots.remove(node));
  }

  /** True when no node waits for this slot's value. */
  boolean free(Slot slot) {
    return !keepAll && !slots.containsValue(slot);
  }

  /** True when this node alone waits for the slot that its gradient is gathered in. */
  boolean owned(int node) {
    Slot slot = slots.get(node);
    return slots.values().stream().filter(other -> other == slot).count() == 1;
  }
}
