/** Images of numbers in [0, 1], and what corruptions do with them: filters, warps, textures. */
@NullMarked
package io.sextant.corruptions.image;

import org.jspecify.annotations.NullMarked;
