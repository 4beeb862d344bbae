/**
 * Reports from {@code result.json} and from the verdicts of a build: one self-contained HTML file
 * that opens by double click, and JUnit XML, Markdown, SARIF and JSON for other tools.
 *
 * <p>A report is a pure function of an {@link io.sextant.results.AuditResult} and a {@link
 * io.sextant.results.gate.GateReport}: equal arguments give equal bytes. Pages hold everything
 * without a script and load nothing. Every name is untrusted text, in every format.
 */
@NullMarked
package io.sextant.reports;

import org.jspecify.annotations.NullMarked;
