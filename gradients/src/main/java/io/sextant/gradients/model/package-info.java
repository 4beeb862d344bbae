/**
 * Reading trained-model files defensively: nothing in a file names a class that gets loaded without
 * being on the allow-list, no Java object is ever deserialised, and no size is believed before it
 * is checked.
 */
@NullMarked
package io.sextant.gradients.model;

import org.jspecify.annotations.NullMarked;
