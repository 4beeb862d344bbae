/**
 * The shared input-gradient service: the one place that computes the gradient of a trained model
 * with respect to its input.
 */
@NullMarked
package io.sextant.gradients;

import org.jspecify.annotations.NullMarked;
