/**
 * Evaluation of the constant part of a graph, mostly arithmetic on shapes: what can be known before
 * the model runs is folded away.
 */
@NullMarked
package io.sextant.onnx.constants;

import org.jspecify.annotations.NullMarked;
