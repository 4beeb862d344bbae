/** What the templates show: words, charts and pictures computed from a result. */
@NullMarked
package io.sextant.reports.internal;

import org.jspecify.annotations.NullMarked;
