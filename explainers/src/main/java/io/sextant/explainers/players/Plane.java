package io.sextant.explainers.players;

import io.sextant.gradients.graph.Shape;

/**
 * An input as layers of a rectangle: the last two dimensions, with all others before them.
 *
 * @param layers channels of an image; 1 for sequences and vectors
 * @param height 1 for vectors
 * @param width at least 1
 * @param image whether it has neighbours in two directions, as images and volumes have
 */
record Plane(int layers, int height, int width, boolean image) {
  static Plane of(Shape shape) {
    int width = shape.size(shape.rank() - 1);
    int height = shape.rank() == 1 ? 1 : shape.size(shape.rank() - 2);
    return new Plane(shape.elements() / height / width, height, width, shape.rank() >= 3);
  }

  int positions() {
    return height * width;
  }

  int values() {
    return layers * positions();
  }

  /** The places of the values of a rectangle, in all layers. */
  int[] rectangle(int top, int left, Extent extent) {
    int[] places = new int[layers * extent.height() * extent.width()];
    int next = 0;
    for (int layer = 0; layer < layers; layer++) {
      for (int y = top; y < top + extent.height(); y++) {
        for (int x = left; x < left + extent.width(); x++) {
          places[next++] = (layer * height + y) * width + x;
        }
      }
    }
    return places;
  }
}
