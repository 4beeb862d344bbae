/** Attacks on tables: columns of many kinds, with rules between them. */
@NullMarked
package io.sextant.attacks.table;

import org.jspecify.annotations.NullMarked;
