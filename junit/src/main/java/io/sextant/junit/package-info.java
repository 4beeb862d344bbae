/**
 * Robustness tests in a few lines: {@link io.sextant.junit.SextantAssertions} for models in memory
 * and in files, {@link io.sextant.junit.RobustnessTest} for a test per audit. Both run the audit of
 * the command line and the build plugin and judge it by the same gate: same engine, same figures,
 * same messages, and a finished audit is not run again.
 */
@NullMarked
package io.sextant.junit;

import org.jspecify.annotations.NullMarked;
