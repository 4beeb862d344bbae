/**
 * Trained models, whatever framework made them: from a file or a network in memory to the inference
 * graph that is differentiated and the judge of what it predicts.
 */
@NullMarked
package io.sextant.gradients.model;

import org.jspecify.annotations.NullMarked;
