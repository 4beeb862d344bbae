/** Trained models with the code that trained them, and the demo audits. */
@NullMarked
package io.sextant.examples;

import org.jspecify.annotations.NullMarked;
