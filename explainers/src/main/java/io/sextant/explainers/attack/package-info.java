/**
 * Attacks on explanations: inputs that a model decides alike, with nearly the same output, and
 * whose attribution by an explainer differs most.
 */
@NullMarked
package io.sextant.explainers.attack;

import org.jspecify.annotations.NullMarked;
