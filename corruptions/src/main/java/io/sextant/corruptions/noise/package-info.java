/** Noise: each value of an image by itself. */
@NullMarked
package io.sextant.corruptions.noise;

import org.jspecify.annotations.NullMarked;
