package io.sextant.gradients.keras;

/**
 * What differs between the versions of Keras.
 *
 * @param version 1, 2 or 3
 * @param convolves whether kernels were trained on Theano, which turns them
 */
record Conventions(int version, boolean convolves) {}
