/** What the modules that show results share. */
@NullMarked
package io.sextant.results.internal;

import org.jspecify.annotations.NullMarked;
