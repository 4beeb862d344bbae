/** Corruptions of the rows of a table. */
@NullMarked
package io.sextant.corruptions.table;

import org.jspecify.annotations.NullMarked;
