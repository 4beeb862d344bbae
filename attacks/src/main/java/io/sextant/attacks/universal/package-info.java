/** Attacks that learn one perturbation for all inputs. */
@NullMarked
package io.sextant.attacks.universal;

import org.jspecify.annotations.NullMarked;
