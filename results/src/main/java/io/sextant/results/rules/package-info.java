/** What rules say of what was measured: figures, and verdicts on them. */
@NullMarked
package io.sextant.results.rules;

import org.jspecify.annotations.NullMarked;
