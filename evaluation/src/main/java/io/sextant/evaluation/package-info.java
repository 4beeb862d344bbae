/** The audit: from a spec, a model and data to a result with its evidence. */
@NullMarked
package io.sextant.evaluation;

import org.jspecify.annotations.NullMarked;
