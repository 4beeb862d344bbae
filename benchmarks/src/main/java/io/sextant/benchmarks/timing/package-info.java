/** What the forked processes do: JMH benchmarks and single measurements. */
@NullMarked
package io.sextant.benchmarks.timing;

import org.jspecify.annotations.NullMarked;
