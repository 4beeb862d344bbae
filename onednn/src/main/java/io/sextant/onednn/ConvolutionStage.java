package io.sextant.onednn;

import java.util.OptionalInt;

/**
 * A convolution with what follows it: batch normalisation folded into the kernels, an addition, a
 * ReLU.
 *
 * @param input the node it reads
 * @param base the convolution itself
 * @param output the node whose value it computes
 * @param sliding from the input to the output, with the folded weights
 * @param bias {@code [outputs]}
 * @param added a node whose value is added to the result
 * @param relu whether a ReLU ends it
 */
record ConvolutionStage(
    int input,
    int base,
    int output,
    Sliding sliding,
    double[] bias,
    OptionalInt added,
    boolean relu)
    implements Stage {
  @Override
  public boolean endsInRelu() {
    return relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Slot x = assembly.value(input, Order.CHANNELS_LAST);
    Slot y = target(assembly);
    sliding.forward(assembly, bias, new Sliding.Pass(this, x, y, added.isPresent(), relu));
    assembly.read(input);
    return new Emitted(y, Order.CHANNELS_LAST, (back, gradient) -> pullBack(back, gradient, y));
  }

  /** The destination; holds what is added, when something is. */
  private Slot target(Assembly assembly) {
    if (added.isEmpty()) {
      return assembly.slot(sliding.result());
    }
    int node = added.getAsInt();
    Slot other = assembly.value(node, Order.CHANNELS_LAST);
    assembly.read(node);
    if (node != input && assembly.expendable(node)) {
      return other;
    }
    Slot y = assembly.slot(sliding.result());
    assembly.emit(new CopyInstruction(other, y, y.bytes()));
    return y;
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot y) {
    Slot dy = relu ? assembly.maskedByRelu(output, gradient, y, assembly.layout(output)) : gradient;
    assembly.contribute(
        input,
        Order.CHANNELS_LAST,
        (dx, onTop) ->
            sliding.back(assembly, new double[0], new Sliding.Pass(this, dy, dx, onTop, false)));
    added.ifPresent(node -> assembly.share(node, Order.CHANNELS_LAST, dy));
  }
}
