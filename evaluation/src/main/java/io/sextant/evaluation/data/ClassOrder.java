package io.sextant.evaluation.data;

/** What the order of a data set's classes says about the classes of a model. */
enum ClassOrder {
  /**
   * Labels are numbers of the model's classes, of which there may be more than the labels reach.
   */
  OPEN,
  /** These are all classes, in the model's order: one-hot columns, the labels of a schema. */
  FIXED,
  /** Classes are known by their names alone: the folders of images. */
  BY_NAME
}
