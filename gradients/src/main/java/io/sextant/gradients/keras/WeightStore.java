package io.sextant.gradients.keras;

import java.util.List;

/** The weights of a model, of a layer or of a part of one, as a file keeps them. */
interface WeightStore {
  /**
   * Those of a layer of this model.
   *
   * @param layer one of the siblings
   * @param siblings all layers of the model, in their order
   */
  WeightStore of(LayerConfig layer, List<LayerConfig> siblings);

  /**
   * Those of a part of this layer.
   *
   * @param name of the layer's field that holds it
   * @param index which of the parts that have arrays, in the order in which they were made
   * @param parts how many there are
   */
  WeightStore part(String name, int index, int parts);

  /** The arrays of this layer in the order in which it made them. */
  List<Stored> arrays();

  /** All arrays of this layer and of its parts, in any order. */
  List<Stored> all();
}
