/**
 * The versioned result of an audit, its statistics, its rules and the gate that judges them.
 *
 * <p>Everything here is a value or a pure function of values. Per-example {@link
 * io.sextant.results.SampleRow rows} are the ground truth, {@link io.sextant.results.Aggregates}
 * counts them, {@link io.sextant.results.Gate} judges the counts, and {@link
 * io.sextant.results.AuditResult} holds all of it as {@code result.json}, the only input of every
 * report.
 *
 * <p>Absent values are {@code Optional} components and are left out of the JSON. Numbers are
 * finite.
 */
@NullMarked
package io.sextant.results;

import org.jspecify.annotations.NullMarked;
