/** The Deeplearning4j front end: trained networks become inference graphs. */
@NullMarked
package io.sextant.gradients.dl4j;

import org.jspecify.annotations.NullMarked;
