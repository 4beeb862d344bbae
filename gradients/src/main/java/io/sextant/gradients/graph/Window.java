package io.sextant.gradients.graph;

import org.apiguardian.api.API;

/**
 * A sliding window over height and width, with exact padding on each side.
 *
 * @param kernelHeight rows of the window, at least 1
 * @param kernelWidth columns of the window, at least 1
 * @param strideHeight vertical step, at least 1
 * @param strideWidth horizontal step, at least 1
 * @param dilationHeight distance between the window's rows, at least 1
 * @param dilationWidth distance between the window's columns, at least 1
 * @param padding values added around the image before the window slides
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    Margins padding) {
  public Window {
    if (kernelHeight < 1
        || kernelWidth < 1
        || strideHeight < 1
        || strideWidth < 1
        || dilationHeight < 1
        || dilationWidth < 1) {
      throw new IllegalArgumentException(
          "kernel, stride and dilation must be at least 1 but the window was %dx%d, %dx%d, %dx%d"
              .formatted(
                  kernelHeight,
                  kernelWidth,
                  strideHeight,
                  strideWidth,
                  dilationHeight,
                  dilationWidth));
    }
  }

  /** A window without padding or dilation that moves by one. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, Margins.NONE);
  }

  /** Rows of the image that one window spans. */
  public int spanHeight() {
    return dilationHeight * (kernelHeight - 1) + 1;
  }

  /** Columns of the image that one window spans. */
  public int spanWidth() {
    return dilationWidth * (kernelWidth - 1) + 1;
  }

  /** Number of vertical places of the window over an image of this height. */
  public int outputHeight(int height) {
    return places(
        height + padding.top() + padding.bottom(), spanHeight(), strideHeight, "height", height);
  }

  /** Number of horizontal places of the window over an image of this width. */
  public int outputWidth(int width) {
    return places(
        width + padding.left() + padding.right(), spanWidth(), strideWidth, "width", width);
  }

  private static int places(int padded, int span, int stride, String side, int size) {
    if (padded < span) {
      throw new IllegalArgumentException(
          "the window spans %d but the image's %s is %d (%d with padding)"
              .formatted(span, side, size, padded));
    }
    return (padded - span) / stride + 1;
  }
}
