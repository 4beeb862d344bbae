/** Models that answer and give no gradients: anything on the JVM that predicts. */
@NullMarked
package io.sextant.gradients.predictor;

import org.jspecify.annotations.NullMarked;
