package io.sextant.onednn;

/**
 * A transposed convolution with the batch normalisation and the ReLU after it: what pulls a
 * convolution back is its forward, and the convolution its pullback.
 *
 * @param input the node it reads
 * @param base the transposed convolution itself
 * @param output the node whose value it computes
 * @param sliding from the output to the input, with the folded weights
 * @param bias one for each channel of the output
 * @param relu whether a ReLU ends it
 */
record TransposedConvolutionStage(
    int input, int base, int output, Sliding sliding, double[] bias, boolean relu)
    implements Stage {
  @Override
  public boolean endsInRelu() {
    return relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Slot x = assembly.value(input, Order.CHANNELS_LAST);
    Slot y = assembly.slot(sliding.image());
    sliding.back(assembly, bias, new Sliding.Pass(this, x, y, false, relu));
    assembly.read(input);
    return new Emitted(y, Order.CHANNELS_LAST, (back, gradient) -> pullBack(back, gradient, y));
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot y) {
    Slot dy = relu ? assembly.maskedByRelu(output, gradient, y, assembly.layout(output)) : gradient;
    assembly.contribute(
        input,
        Order.CHANNELS_LAST,
        (dx, onTop) ->
            sliding.forward(assembly, new double[0], new Sliding.Pass(this, dy, dx, onTop, false)));
  }
}
