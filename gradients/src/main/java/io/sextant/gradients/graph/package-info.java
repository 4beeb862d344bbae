/**
 * The inference graph: what a trained network computes at test time, as a small sealed set of
 * operations. It knows neither Deeplearning4j nor ND4J; front ends produce it and engines run it.
 */
@NullMarked
package io.sextant.gradients.graph;

import org.jspecify.annotations.NullMarked;
