/**
 * Reports from {@code result.json}: one self-contained HTML file that opens by double click.
 *
 * <p>A report is a pure function of an {@link io.sextant.results.AuditResult}: equal results give
 * equal bytes. It holds everything without a script, loads nothing, and treats every name in the
 * result as untrusted text.
 */
@NullMarked
package io.sextant.reports;

import org.jspecify.annotations.NullMarked;
