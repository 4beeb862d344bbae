package io.sextant.gradients.graph;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A window that slides over the one, two or three dimensions behind the channels: time, height and
 * width, or depth, height and width.
 *
 * @param axes how it slides along each of them, in that order
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Window(List<Axis> axes) {
  /** The longest dimension of a window or of what it slides over: no value has more. */
  private static final int LONGEST = (int) InferenceGraph.MOST_VALUES;

  private static final int MOST_AXES = 3;

  /**
   * One dimension of a window, with exact padding at both ends.
   *
   * @param kernel places that the window sees, at least 1
   * @param stride step of the window, at least 1
   * @param dilation distance between the places that it sees, at least 1
   * @param before values added in front before the window slides, at least 0
   * @param after values added at the end, at least 0
   * @since 0.1
   */
  public record Axis(int kernel, int stride, int dilation, int before, int after) {
    /** An axis that leaves its dimension as it is. */
    static final Axis POINT = new Axis(1, 1, 1, 0, 0);

    public Axis {
      if (kernel < 1 || stride < 1 || dilation < 1) {
        throw new IllegalArgumentException(
            "kernel, stride and dilation must be at least 1 but were %d, %d, %d"
                .formatted(kernel, stride, dilation));
      }
      if (stride > LONGEST || dilation > LONGEST) {
        throw new IllegalArgumentException(
            "a window's stride and dilation may be at most %d but were %d and %d"
                .formatted(LONGEST, stride, dilation));
      }
      long span = dilation * (kernel - 1L) + 1;
      if (span > LONGEST) {
        throw new IllegalArgumentException(
            "a window may span at most %d values but spans %d (kernel %d, dilation %d)"
                .formatted(LONGEST, span, kernel, dilation));
      }
      if (before < 0 || after < 0) {
        throw new IllegalArgumentException(
            "margins must not be negative but were %d, %d".formatted(before, after));
      }
    }

    /** Values of the dimension that the window reaches over. */
    public int span() {
      return dilation * (kernel - 1) + 1;
    }

    /** The size of the dimension with its padding. */
    public int padded(int size) {
      return Window.padded(size, before, after);
    }

    /** Number of places of the window over a dimension of this size. */
    public int places(int size) {
      int padded = padded(size);
      if (padded < span()) {
        throw new IllegalArgumentException(
            "the window spans %d but the dimension has %d values (%d with padding)"
                .formatted(span(), size, padded));
      }
      return (padded - span()) / stride + 1;
    }
  }

  public Window {
    axes = List.copyOf(axes);
    if (axes.isEmpty() || axes.size() > MOST_AXES) {
      throw new IllegalArgumentException(
          "a window has 1 to %d dimensions but had %d".formatted(MOST_AXES, axes.size()));
    }
  }

  /** A window over height and width. */
  public Window(
      int kernelHeight,
      int kernelWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      Margins padding) {
    this(
        List.of(
            new Axis(kernelHeight, strideHeight, dilationHeight, padding.top(), padding.bottom()),
            new Axis(kernelWidth, strideWidth, dilationWidth, padding.left(), padding.right())));
  }

  /** A window over height and width without padding or dilation that moves by one. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, Margins.NONE);
  }

  /** How many dimensions it slides over. */
  public int rank() {
    return axes.size();
  }

  /** The same over more dimensions, with nothing done along those put in front. */
  public Window over(int rank) {
    List<Axis> more = new ArrayList<>(axes);
    while (more.size() < rank) {
      more.add(0, Axis.POINT);
    }
    return new Window(more);
  }

  /** Number of values of one channel that it sees at once. */
  public long taps() {
    return axes.stream().mapToLong(Axis::kernel).reduce(1, (a, b) -> a * b);
  }

  private Axis vertical() {
    if (axes.size() != 2) {
      throw new IllegalStateException("the window has no height: it has dimensions " + axes);
    }
    return axes.get(0);
  }

  private Axis horizontal() {
    vertical();
    return axes.get(1);
  }

  // What a window over height and width is mostly asked for.

  /** Rows of the window. */
  public int kernelHeight() {
    return vertical().kernel();
  }

  /** Columns of the window. */
  public int kernelWidth() {
    return horizontal().kernel();
  }

  /** The vertical step. */
  public int strideHeight() {
    return vertical().stride();
  }

  /** The horizontal step. */
  public int strideWidth() {
    return horizontal().stride();
  }

  /** The distance between the window's rows. */
  public int dilationHeight() {
    return vertical().dilation();
  }

  /** The distance between the window's columns. */
  public int dilationWidth() {
    return horizontal().dilation();
  }

  /** Values added around the image before the window slides. */
  public Margins padding() {
    return new Margins(
        vertical().before(), vertical().after(), horizontal().before(), horizontal().after());
  }

  /** Rows of the image that one window spans. */
  public int spanHeight() {
    return vertical().span();
  }

  /** Columns of the image that one window spans. */
  public int spanWidth() {
    return horizontal().span();
  }

  /** Number of vertical places of the window over an image of this height. */
  public int outputHeight(int height) {
    return vertical().places(height);
  }

  /** Number of horizontal places of the window over an image of this width. */
  public int outputWidth(int width) {
    return horizontal().places(width);
  }

  /** The size of a dimension with padding at both ends. */
  static int padded(int size, int before, int after) {
    long padded = (long) size + before + after;
    if (before < 0 || after < 0 || before > LONGEST || after > LONGEST || padded > LONGEST) {
      throw new IllegalArgumentException(
          "a dimension with its padding may have at most %d values, but %d values get %d and %d more"
              .formatted(LONGEST, size, before, after));
    }
    return (int) padded;
  }
}
