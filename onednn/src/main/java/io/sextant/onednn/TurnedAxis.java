package io.sextant.onednn;

/**
 * One spatial dimension of a convolution's pullback, written as a convolution itself.
 *
 * <p>The gradient at pixel i is the sum over outputs o and taps k with {@code o stride + k dilation
 * - padding = i}. Pixels are taken in blocks of {@code block}, a multiple of the stride: within a
 * block each pixel is a channel of its own, so that one dense convolution over the outputs, moving
 * by {@code block / stride}, gives all pixels whatever the stride. Blocks larger than the stride
 * fill the processor's vectors when an image has few channels.
 *
 * @param image pixels
 * @param outputs outputs of the convolution
 * @param kernel taps
 * @param stride the convolution's step
 * @param dilation distance between taps
 * @param padding zeros before the first pixel
 * @param block pixels in a block
 */
record TurnedAxis(
    int image, int outputs, int kernel, int stride, int dilation, int padding, int block) {
  /** Dilated taps are only kept apart when each pixel stands alone. */
  boolean spread() {
    return stride == 1 && block == 1 && padding <= (kernel - 1) * dilation;
  }

  int blocks() {
    return (image + block - 1) / block;
  }

  /** Pixels of all blocks. */
  long padded() {
    return (long) blocks() * block;
  }

  int step() {
    return block / stride;
  }

  /** Distance between the turned kernel's taps. */
  int tapDistance() {
    return spread() ? dilation : 1;
  }

  int taps() {
    if (spread()) {
      return kernel;
    }
    return Math.floorDiv(block - 1 + padding, stride) - first() + 1;
  }

  /** The output under the first tap at the first block, at most 0. */
  int first() {
    return Math.min(0, -Math.floorDiv((kernel - 1) * dilation - padding, stride));
  }

  int before() {
    return -first();
  }

  /** Zeros after the last output; negative when the last outputs touch no pixel. */
  int after() {
    return (blocks() - 1) * step() + (taps() - 1) * tapDistance() + 1 - outputs - before();
  }

  /**
   * The kernel's tap that a tap of the turned kernel stands for, or -1 for a zero.
   *
   * @param place the pixel's place in its block
   * @param tap the turned kernel's tap
   */
  int source(int place, int tap) {
    int distance = place + padding - stride * (first() + tap * tapDistance());
    int source = Math.floorDiv(distance, dilation);
    boolean hit = distance >= 0 && distance % dilation == 0 && source < kernel;
    return hit ? source : -1;
  }
}
