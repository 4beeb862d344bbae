/** What storing and sending does to images. */
@NullMarked
package io.sextant.corruptions.digital;

import org.jspecify.annotations.NullMarked;
