package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;

/**
 * The same values in row-major order under another shape. Nothing moves when both shapes lie in
 * that order already.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param from the input's shape
 * @param to the output's shape
 */
record ReshapeStage(int input, int output, Shape from, Shape to) implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    Slot y = moved(assembly, assembly.value(input), from, to);
    assembly.read(input);
    return new Emitted(
        y, (back, gradient) -> back.share(input, from, moved(back, gradient, to, from)));
  }

  private static Slot moved(Assembly assembly, Slot slot, Shape from, Shape to) {
    return assembly.own(assembly.plain(slot, from), to);
  }
}
