/** From measurements to RESULTS.md and its plot. */
@NullMarked
package io.sextant.benchmarks.report;

import org.jspecify.annotations.NullMarked;
