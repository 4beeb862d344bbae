/** Plans of attacks, each tried on what those before it left. */
@NullMarked
package io.sextant.attacks.preset;

import org.jspecify.annotations.NullMarked;
