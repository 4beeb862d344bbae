package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;

/**
 * The same values in row-major order under another shape. Nothing moves when they lie in that order
 * already, or when the channels stay as they are.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param from the input's shape
 * @param to the output's shape
 */
record ReshapeStage(int input, int output, Shape from, Shape to) implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    Order order = from.channels() == to.channels() ? assembly.order(input) : Order.ROW_MAJOR;
    Slot y = assembly.value(input, order);
    assembly.read(input);
    return new Emitted(y, order, (back, gradient) -> back.share(input, order, gradient));
  }
}
