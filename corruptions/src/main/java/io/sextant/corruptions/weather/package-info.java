/** Light and weather. */
@NullMarked
package io.sextant.corruptions.weather;

import org.jspecify.annotations.NullMarked;
