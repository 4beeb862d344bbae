/** What an engine offers the gradient service: forward passes, tapes and pullbacks over buffers. */
@NullMarked
package io.sextant.gradients.engine;

import org.jspecify.annotations.NullMarked;
