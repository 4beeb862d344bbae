/**
 * What a model could do when somebody last looked: counts and one bit per example, and the paired
 * test that tells a loss from chance.
 */
@NullMarked
package io.sextant.results.baseline;

import org.jspecify.annotations.NullMarked;
