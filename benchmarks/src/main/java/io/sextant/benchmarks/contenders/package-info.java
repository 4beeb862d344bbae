/** The libraries that are compared, behind one interface. */
@NullMarked
package io.sextant.benchmarks.contenders;

import org.jspecify.annotations.NullMarked;
