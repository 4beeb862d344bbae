/** Attacks that follow gradients within a radius. */
@NullMarked
package io.sextant.attacks.gradient;

import org.jspecify.annotations.NullMarked;
