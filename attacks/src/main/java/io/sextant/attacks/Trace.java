package io.sextant.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The iterates of a trial on their way to the one that stands for the example so far. */
final class Trace {
  private final double[] clean;
  private final int most;

  private int run = -1;
  // Of the run under way: every so many-th iterate, and how many there were.
  private final List<double[]> kept = new ArrayList<>();
  private long every = 1;
  private long judged;
  private List<double[]> way = List.of();

  Trace(double[] clean, int most) {
    if (most < 2) {
      throw new IllegalArgumentException("at least 2 iterates must be kept but were " + most);
    }
    this.clean = clean;
    this.most = most;
  }

  /** The trace of a part of the same trial. */
  Trace part() {
    return new Trace(clean, most);
  }

  /**
   * An iterate was judged.
   *
   * @param number of the run
   * @param stands whether it is what stands for the example now
   */
  void judged(int number, double[] row, boolean stands) {
    if (number != run) {
      run = number;
      kept.clear();
      every = 1;
      judged = 0;
    }
    if (stands) {
      way = new ArrayList<>(kept);
      way.add(row);
    }
    if (judged++ % every == 0) {
      if (kept.size() == most) {
        thin();
      }
      // After thinning, this one may be among those that are left out.
      if ((judged - 1) % every == 0) {
        kept.add(row);
      }
    }
  }

  private void thin() {
    for (int i = kept.size() - 1; i > 0; i--) {
      if (i % 2 == 1) {
        kept.remove(i);
      }
    }
    every *= 2;
  }

  /** What a part found stands for the example now. */
  void took(Trace part) {
    way = part.way;
  }

  /** From the clean input to the one that stands for the example. */
  Way way(ExampleResult result) {
    List<double[]> points = new ArrayList<>(List.of(clean));
    // Where nothing could be judged, the clean input stands whatever was found.
    List<double[]> through = Arrays.equals(result.input(), clean) ? List.of() : way;
    for (double[] point : through) {
      if (!Arrays.equals(points.get(points.size() - 1), point)) {
        points.add(point);
      }
    }
    return new Way(points, result);
  }
}
