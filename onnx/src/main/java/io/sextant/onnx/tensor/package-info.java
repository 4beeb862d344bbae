/** Constant tensors of an ONNX file: values and shapes that are known before the model runs. */
@NullMarked
package io.sextant.onnx.tensor;

import org.jspecify.annotations.NullMarked;
