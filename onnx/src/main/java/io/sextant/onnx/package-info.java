/**
 * The ONNX front end: files of any framework that exports ONNX become the same inference graph that
 * Deeplearning4j's networks do. Pure Java; no native code reads the file.
 */
@NullMarked
package io.sextant.onnx;

import org.jspecify.annotations.NullMarked;
