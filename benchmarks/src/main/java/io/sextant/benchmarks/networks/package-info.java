/** The networks that are timed, with trained-looking parameters. */
@NullMarked
package io.sextant.benchmarks.networks;

import org.jspecify.annotations.NullMarked;
