/**
 * The fast engine: an inference graph compiled into oneDNN primitives.
 *
 * <p>Images are kept channels-last from input to logits, the layout that oneDNN's kernels for
 * batches of any size are best at, so nothing is rearranged between layers. Each graph becomes a
 * flat list of instructions, forward and back, over memory slots that share one arena by their
 * lifetimes. Internal; use it through the gradient service.
 */
@NullMarked
package io.sextant.onednn;

import org.jspecify.annotations.NullMarked;
