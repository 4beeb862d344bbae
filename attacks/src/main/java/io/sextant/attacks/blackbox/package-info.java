/** Attacks that see outputs alone. */
@NullMarked
package io.sextant.attacks.blackbox;

import org.jspecify.annotations.NullMarked;
