/**
 * Whether to believe an explanation: metrics of attributions, with controls that must fail.
 *
 * <p>A metric scores one attribution of one example; {@link
 * io.sextant.explainers.quality.QualityTable} scores several explainers by several metrics on the
 * same examples, beside maps that explain nothing. A metric that likes a random map says nothing on
 * the model at hand, and is marked so. There is no overall winner: metrics of one aim contradict
 * each other, so ranks stand beside their agreement.
 */
@NullMarked
package io.sextant.explainers.quality;

import org.jspecify.annotations.NullMarked;
