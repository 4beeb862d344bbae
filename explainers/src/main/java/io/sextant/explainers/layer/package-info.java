/**
 * Explainers that look at a layer: what it holds, what each of its activations contributes, and
 * class activation maps, which say where in an image a convolutional network looked.
 *
 * <p>A layer is a node of the inference graph, by the name that {@code sextant inspect} shows. An
 * attribution has the layer's shape; a class activation map has a height and a width.
 */
@NullMarked
package io.sextant.explainers.layer;

import org.jspecify.annotations.NullMarked;
