package io.sextant.attacks.blackbox;

import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Where the cells of an input lie, for searches that change some of them together. */
sealed interface Layout {
  /**
   * The layout of a shape: a grid where there are positions, such as pixels or time steps, else
   * features without an order.
   */
  static Layout of(Shape shape, int[] movable) {
    if (shape.rank() == 1) {
      return new Features(movable);
    }
    int width = shape.size(shape.rank() - 1);
    int height = shape.rank() == 2 ? 1 : shape.size(shape.rank() - 2);
    return new Grid(shape.elements() / (height * width), height, width);
  }

  /** Fills v with +1 and -1: one sign per column and channel, or per feature. */
  void stripes(double[] v, RandomGenerator random);

  /** Fills v with signed patterns side by side. */
  void tiles(double[] v, RandomGenerator random);

  /**
   * A window at a random place.
   *
   * @param share of the cells of a channel that it covers
   * @param least its smallest height and width, where the grid is as large
   */
  Window window(double share, int least, RandomGenerator random);

  /** Cells that are changed together, the same ones in each channel. */
  record Window(List<int[]> channels, int tall, int wide) {}

  /**
   * +1 or -1 for each cell of a window's channel: one sign for all where neighbours belong
   * together.
   */
  double[] signs(Window window, RandomGenerator random);

  /** A pattern of both signs for each channel of a window. */
  double[] pattern(Window window, RandomGenerator random);

  private static double sign(RandomGenerator random) {
    return random.nextBoolean() ? 1 : -1;
  }

  /** Channels over height times width. */
  record Grid(int channels, int height, int width) implements Layout {
    /** Tiles along the shorter side at the start. */
    private static final int TILES = 5;

    @Override
    public void stripes(double[] v, RandomGenerator random) {
      for (int c = 0; c < channels; c++) {
        for (int x = 0; x < width; x++) {
          double sign = sign(random);
          for (int y = 0; y < height; y++) {
            v[cell(c, y, x)] = sign;
          }
        }
      }
    }

    @Override
    public void tiles(double[] v, RandomGenerator random) {
      int side = Math.max(1, Math.min(height, width) / TILES);
      int across = height == 1 ? Math.max(1, width / TILES) : side;
      for (int top = 0; top + side <= height; top += side) {
        for (int left = 0; left + across <= width; left += across) {
          double[] pyramid = pyramid(side, across, random.nextBoolean());
          for (int c = 0; c < channels; c++) {
            double sign = sign(random);
            int[] cells = cells(c, top, left, side, across);
            for (int i = 0; i < cells.length; i++) {
              v[cells[i]] = sign * pyramid[i];
            }
          }
        }
      }
    }

    @Override
    public Window window(double share, int least, RandomGenerator random) {
      int tall = tall(share, least);
      int wide = wide(share, least, tall);
      int top = random.nextInt(height - tall + 1);
      int left = random.nextInt(width - wide + 1);
      List<int[]> cells = new ArrayList<>();
      for (int c = 0; c < channels; c++) {
        cells.add(cells(c, top, left, tall, wide));
      }
      return new Window(cells, tall, wide);
    }

    /** A square, as far as the grid has room for one. */
    private int tall(double share, int least) {
      int side = (int) Math.round(Math.sqrt(share * height * width));
      return Math.min(height, Math.max(side, least));
    }

    private int wide(double share, int least, int tall) {
      int side = (int) Math.round(Math.sqrt(share * height * width));
      int rest = tall < side ? (int) Math.round(share * height * width / tall) : tall;
      return Math.min(width, Math.max(rest, least));
    }

    @Override
    public double[] signs(Window window, RandomGenerator random) {
      double[] signs = new double[window.tall() * window.wide()];
      Arrays.fill(signs, sign(random));
      return signs;
    }

    @Override
    public double[] pattern(Window window, RandomGenerator random) {
      return pyramid(window.tall(), window.wide(), random.nextBoolean());
    }

    private int cell(int channel, int y, int x) {
      return (channel * height + y) * width + x;
    }

    private int[] cells(int channel, int top, int left, int tall, int wide) {
      int[] cells = new int[tall * wide];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cell(channel, top + i / wide, left + i % wide);
      }
      return cells;
    }

    /** Two pyramids side by side, one up and one down; across, or down when turned. */
    private static double[] pyramid(int tall, int wide, boolean turned) {
      double[] pattern = new double[tall * wide];
      boolean across = wide > 1 && (turned || tall == 1);
      int half = across ? wide / 2 : tall / 2;
      for (int y = 0; y < tall; y++) {
        for (int x = 0; x < wide; x++) {
          int along = across ? x : y;
          boolean first = along < half;
          int length = first ? half : (across ? wide : tall) - half;
          double value =
              height(first ? along : along - half, length, across ? y : x, across ? tall : wide);
          pattern[y * wide + x] = first ? value : -value;
        }
      }
      return pattern;
    }

    /** Of a pyramid of rectangles, each of which adds 1/k² for the k-th from the middle. */
    private static double height(int a, int sizeA, int b, int sizeB) {
      int ring = Math.max(Math.abs(a - sizeA / 2), Math.abs(b - sizeB / 2));
      double height = 0;
      for (int k = ring; k <= Math.max(sizeA, sizeB) / 2; k++) {
        height += 1.0 / ((k + 1) * (k + 1));
      }
      return height;
    }
  }

  /** Features in no order, of which some may be moved. */
  @SuppressWarnings("ArrayRecordComponent")
  record Features(int[] movable) implements Layout {
    @Override
    public void stripes(double[] v, RandomGenerator random) {
      for (int cell : movable) {
        v[cell] = sign(random);
      }
    }

    @Override
    public void tiles(double[] v, RandomGenerator random) {
      stripes(v, random);
    }

    @Override
    public Window window(double share, int least, RandomGenerator random) {
      int[] drawn = movable.clone();
      int size = Math.min(drawn.length, (int) Math.max(1, Math.round(share * drawn.length)));
      int[] cells = new int[size];
      for (int i = 0; i < size; i++) {
        int other = i + random.nextInt(drawn.length - i);
        cells[i] = drawn[other];
        drawn[other] = drawn[i];
      }
      return new Window(List.of(cells), 1, size);
    }

    @Override
    public double[] signs(Window window, RandomGenerator random) {
      return random.doubles(window.wide()).map(drawn -> drawn < 0.5 ? -1 : 1).toArray();
    }

    @Override
    public double[] pattern(Window window, RandomGenerator random) {
      return signs(window, random);
    }
  }
}
