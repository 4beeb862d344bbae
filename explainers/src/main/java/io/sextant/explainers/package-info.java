/**
 * Explainers: which values of an input a model's output rests on.
 *
 * <p>Every explainer reads input gradients off one {@code GradientService}. Pieces compose: a path,
 * a quadrature and a baseline make integrated gradients; a noise scale around any explainer makes
 * SmoothGrad, SmoothGrad-squared and VarGrad. Attributions are raw and signed; drawing them is
 * somebody else's work. Each comes with a certificate: what was explained, how far the attribution
 * is from adding up, how uncertain it is, and what it cost.
 */
@NullMarked
package io.sextant.explainers;

import org.jspecify.annotations.NullMarked;
