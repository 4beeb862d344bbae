package io.sextant.explainers.players;

import java.util.Optional;
import java.util.stream.IntStream;

/** Windows over an input, row by row from the top left; together they cover every value. */
final class Windows {
  /** Windows along the side of an image where no size is named. */
  private static final int ALONG = 7;

  private final Plane plane;
  private final Extent window;
  private final int[] tops;
  private final int[] lefts;

  private Windows(Plane plane, Extent window, int[] tops, int[] lefts) {
    this.plane = plane;
    this.window = window;
    this.tops = tops;
    this.lefts = lefts;
  }

  /**
   * Windows of a size and a stride.
   *
   * @throws IllegalArgumentException when the window is larger than the input, or leaves gaps
   */
  static Windows of(Plane plane, Optional<Extent> size, Optional<Extent> stride) {
    Extent window = size.orElseGet(() -> usual(plane));
    Extent step =
        stride.orElseGet(
            () -> new Extent(Math.max(1, window.height() / 2), Math.max(1, window.width() / 2)));
    if (window.height() > plane.height() || window.width() > plane.width()) {
      throw new IllegalArgumentException(
          "window must be at most as large as the input (%dx%d) but was %s"
              .formatted(plane.height(), plane.width(), window.text()));
    }
    if (step.height() > window.height() || step.width() > window.width()) {
      throw new IllegalArgumentException(
          "stride must be at most the window (%s), or values are left out, but was %s"
              .formatted(window.text(), step.text()));
    }
    return new Windows(
        plane,
        window,
        starts(plane.height(), window.height(), step.height()),
        starts(plane.width(), window.width(), step.width()));
  }

  private static Extent usual(Plane plane) {
    if (plane.image()) {
      return new Extent(part(plane.height()), part(plane.width()));
    }
    return new Extent(1, plane.height() == 1 ? 1 : plane.width());
  }

  private static int part(int side) {
    return Math.max(1, Math.round((float) side / ALONG));
  }

  /** Where windows begin along a side; the last one ends where the side does. */
  private static int[] starts(int side, int window, int stride) {
    int last = side - window;
    int whole = last / stride;
    return IntStream.rangeClosed(0, whole + (last % stride == 0 ? 0 : 1))
        .map(i -> Math.min(i * stride, last))
        .toArray();
  }

  int count() {
    return tops.length * lefts.length;
  }

  /** The places of the values of a window. */
  int[] members(int number) {
    return plane.rectangle(tops[number / lefts.length], lefts[number % lefts.length], window);
  }

  /** The mean at each value over the windows that cover it. */
  double[] averaged(double[] perWindow) {
    double[] sum = new double[plane.values()];
    int[] cover = new int[sum.length];
    for (int number = 0; number < perWindow.length; number++) {
      for (int member : members(number)) {
        sum[member] += perWindow[number];
        cover[member]++;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= cover[i];
    }
    return sum;
  }
}
