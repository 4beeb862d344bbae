/**
 * Corruptions: what may happen to inputs without anybody's ill will.
 *
 * <p>Each corruption is a configuration in its own file that shows its algorithm. It has five
 * severities in two published sets of parameters, and its random numbers are named by seed, kind,
 * severity and example, so that the same example is always corrupted in the same way.
 */
@NullMarked
package io.sextant.corruptions;

import org.jspecify.annotations.NullMarked;
