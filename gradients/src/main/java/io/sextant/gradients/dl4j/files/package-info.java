/**
 * Reading files that become Deeplearning4j networks, defensively: nothing in a file names a class
 * that gets loaded without being on the allow-list, no Java object is ever deserialised, and no
 * size is believed before it is checked.
 */
@NullMarked
package io.sextant.gradients.dl4j.files;

import org.jspecify.annotations.NullMarked;
