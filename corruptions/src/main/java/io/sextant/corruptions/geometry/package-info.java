/** Movements: the same picture elsewhere. */
@NullMarked
package io.sextant.corruptions.geometry;

import org.jspecify.annotations.NullMarked;
