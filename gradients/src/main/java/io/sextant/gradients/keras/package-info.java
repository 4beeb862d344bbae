/**
 * The front end for Keras files: the configuration is lowered to the inference graph layer by
 * layer, with the weights beside it. Nothing in a file is executed. Internal but for what the
 * readers' interface names.
 */
@NullMarked
package io.sextant.gradients.keras;

import org.jspecify.annotations.NullMarked;
