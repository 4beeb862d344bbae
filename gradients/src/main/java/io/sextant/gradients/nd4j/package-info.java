/**
 * The portable reference engine: convolutions and matrix products by ND4J's native operations, all
 * else in plain loops over the same buffers, in float or double. Internal; use it through the
 * gradient service.
 */
@NullMarked
package io.sextant.gradients.nd4j;

import org.jspecify.annotations.NullMarked;
