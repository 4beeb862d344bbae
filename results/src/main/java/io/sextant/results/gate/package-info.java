/**
 * The build gate: rules held against their limits and the baseline, waivers, and the words in which
 * a build reports. Pure: no clock, no files, no Maven.
 */
@NullMarked
package io.sextant.results.gate;

import org.jspecify.annotations.NullMarked;
