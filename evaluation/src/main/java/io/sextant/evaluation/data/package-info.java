/**
 * Data sets: labelled examples read from IDX, NPY, CSV and folders of images, with the domain in
 * which their inputs live. Image bytes become byte / 255; everything else is taken as it is.
 */
@NullMarked
package io.sextant.evaluation.data;

import org.jspecify.annotations.NullMarked;
