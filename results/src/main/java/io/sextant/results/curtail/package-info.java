/** Stopping early: when counting alone makes a verdict certain, nothing more needs to be run. */
@NullMarked
package io.sextant.results.curtail;

import org.jspecify.annotations.NullMarked;
