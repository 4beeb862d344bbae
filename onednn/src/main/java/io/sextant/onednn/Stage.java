package io.sextant.onednn;

/** A node of the graph, or several that one kernel computes together. */
interface Stage {
  /** The node whose value it computes. */
  int output();

  /** The node that the rest is added to: the one to blame when there is no kernel for it. */
  default int base() {
    return output();
  }

  /** True when it ends in a ReLU, whose mask the only reader may take over. */
  default boolean endsInRelu() {
    return false;
  }

  /** False when others need not follow the order in which its value lies. */
  default boolean settled() {
    return true;
  }

  /**
   * Emits the forward instructions.
   *
   * @return the value, and how to pull a gradient back through it
   */
  Emitted emit(Assembly assembly);

  /**
   * What a stage has become.
   *
   * @param value where the node's value lies
   * @param order in which order; its gradient lies alike
   * @param pullback emits the backward instructions
   */
  record Emitted(Slot value, Order order, Pullback pullback) {}

  /** Emits backward instructions. */
  @FunctionalInterface
  interface Pullback {
    /** Pulls the gradient at the stage's value back to its inputs. */
    void emit(Assembly assembly, Slot gradient);
  }
}
