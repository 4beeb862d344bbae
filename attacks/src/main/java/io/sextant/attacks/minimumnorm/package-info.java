/**
 * Attacks that look for the nearest adversarial input: a distance for each example, so that one run
 * gives the accuracy at every radius. {@link io.sextant.attacks.minimumnorm.MinimumNorm} names the
 * one to use in each norm.
 */
@NullMarked
package io.sextant.attacks.minimumnorm;

import org.jspecify.annotations.NullMarked;
