/** Bounded reading of ONNX files: what is refused here never reaches the lowering. */
@NullMarked
package io.sextant.onnx.file;

import org.jspecify.annotations.NullMarked;
