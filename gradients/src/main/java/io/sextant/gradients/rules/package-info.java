/**
 * What is sent back through a network in place of the gradient, node by node: rules, and which node
 * has which.
 */
@NullMarked
package io.sextant.gradients.rules;

import org.jspecify.annotations.NullMarked;
