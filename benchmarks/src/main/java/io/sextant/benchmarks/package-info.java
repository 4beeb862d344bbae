/** Benchmarks: input gradients timed side by side with Deeplearning4j and libtorch. */
@NullMarked
package io.sextant.benchmarks;

import org.jspecify.annotations.NullMarked;
