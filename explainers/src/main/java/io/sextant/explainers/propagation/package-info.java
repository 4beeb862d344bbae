/**
 * Methods that send something else than the gradient back through the network: rules for kinds of
 * layers, and what is made of what arrives.
 */
@NullMarked
package io.sextant.explainers.propagation;

import org.jspecify.annotations.NullMarked;
