/** Blurs: each value becomes a mean of its neighbourhood. */
@NullMarked
package io.sextant.corruptions.blur;

import org.jspecify.annotations.NullMarked;
