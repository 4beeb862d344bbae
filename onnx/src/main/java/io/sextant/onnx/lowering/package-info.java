/**
 * From the nodes of an ONNX file to the inference graph.
 *
 * <p>The graph implies the batch; ONNX has it as a dimension like any other, which reshapes move
 * and merge. So each value carries where the batch lies in it, and every operator says what becomes
 * of that. What mixes the examples of a batch is refused.
 */
@NullMarked
package io.sextant.onnx.lowering;

import org.jspecify.annotations.NullMarked;
