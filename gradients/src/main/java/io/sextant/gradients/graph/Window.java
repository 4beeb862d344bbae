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
  /** The longest side of a window or an image, in pixels. */
  private static final int LONGEST = 1 << 16;

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
    if (strideHeight > LONGEST || strideWidth > LONGEST) {
      throw new IllegalArgumentException(
          "a stride may be at most %d pixels but was %d, %d"
              .formatted(LONGEST, strideHeight, strideWidth));
    }
    span(dilationHeight, kernelHeight);
    span(dilationWidth, kernelWidth);
  }

  /** A window without padding or dilation that moves by one. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, Margins.NONE);
  }

  /** Rows of the image that one window spans. */
  public int spanHeight() {
    return span(dilationHeight, kernelHeight);
  }

  /** Columns of the image that one window spans. */
  public int spanWidth() {
    return span(dilationWidth, kernelWidth);
  }

  private static int span(int dilation, int kernel) {
    long span = dilation * (kernel - 1L) + 1;
    if (span > LONGEST) {
      throw new IllegalArgumentException(
          "a window may span at most %d pixels but spans %d (kernel %d, dilation %d)"
              .formatted(LONGEST, span, kernel, dilation));
    }
    return (int) span;
  }

  /** Number of vertical places of the window over an image of this height. */
  public int outputHeight(int height) {
    return places(
        padded(height, padding.top(), padding.bottom()),
        spanHeight(),
        strideHeight,
        "height",
        height);
  }

  /** Number of horizontal places of the window over an image of this width. */
  public int outputWidth(int width) {
    return places(
        padded(width, padding.left(), padding.right()), spanWidth(), strideWidth, "width", width);
  }

  /** An image's height or width with padding on both of its sides. */
  static int padded(int size, int before, int after) {
    long padded = (long) size + before + after;
    if (before < 0 || after < 0 || before > LONGEST || after > LONGEST || padded > LONGEST) {
      throw new IllegalArgumentException(
          "an image with its padding may be at most %d pixels long, but %d pixels get %d and %d more"
              .formatted(LONGEST, size, before, after));
    }
    return (int) padded;
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
