/**
 * Layer-wise relevance propagation: rules of relevance, and composites of them.
 *
 * <p>Others hold patents on the method; see the notice of this module.
 */
@NullMarked
package io.sextant.lrp;

import org.jspecify.annotations.NullMarked;
