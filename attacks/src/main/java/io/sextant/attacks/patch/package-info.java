/** Attacks that change one region of the input, and there anything. */
@NullMarked
package io.sextant.attacks.patch;

import org.jspecify.annotations.NullMarked;
