/** Attacks that look for the nearest adversarial input. */
@NullMarked
package io.sextant.attacks.minimumnorm;

import org.jspecify.annotations.NullMarked;
