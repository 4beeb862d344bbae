package io.sextant.onnx.lowering;

import java.util.List;

/** How an operator becomes nodes of the graph. */
interface Rule {
  /**
   * Adds what the operator computes.
   *
   * @param step the operator and its inputs, of which at least one depends on the model's input
   * @return its outputs; those at the end that are left out are not supported
   */
  List<Value> lower(Step step);
}
