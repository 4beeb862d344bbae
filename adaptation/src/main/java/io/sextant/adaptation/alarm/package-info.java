/**
 * The alarm of adapted models: confidence sequences on what can be seen of a model without labels.
 */
@NullMarked
package io.sextant.adaptation.alarm;

import org.jspecify.annotations.NullMarked;
