package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Shape;

/** Moves images between buffers with other margins. */
final class Images {
  private Images() {}

  /** Copies images into larger ones, zeros around. */
  static void pad(Block from, Shape image, Block to, Margins margins, int rows) {
    int height = image.size(1) + margins.top() + margins.bottom();
    int width = image.size(2) + margins.left() + margins.right();
    int planes = rows * image.channels();
    to.zero(0, planes * height * width);
    for (int plane = 0; plane < planes; plane++) {
      for (int h = 0; h < image.size(1); h++) {
        to.copy(
            from,
            (plane * image.size(1) + h) * image.size(2),
            (plane * height + h + margins.top()) * width + margins.left(),
            image.size(2));
      }
    }
  }

  /** Copies the inner part of images into smaller ones of the given shape. */
  static void crop(Block from, Block to, Shape image, Margins margins, int rows) {
    int height = image.size(1) + margins.top() + margins.bottom();
    int width = image.size(2) + margins.left() + margins.right();
    for (int plane = 0; plane < rows * image.channels(); plane++) {
      for (int h = 0; h < image.size(1); h++) {
        to.copy(
            from,
            (plane * height + h + margins.top()) * width + margins.left(),
            (plane * image.size(1) + h) * image.size(2),
            image.size(2));
      }
    }
  }
}
