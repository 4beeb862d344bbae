/**
 * Test-time adaptation: a trained model follows the data that it currently meets, without labels.
 *
 * <p>A method is an immutable configuration. It begins a {@link io.sextant.adaptation.Learner} for
 * one stream of batches; a learner is a value, too: taking a batch returns predictions and the
 * learner as it is afterwards. So a snapshot is a reference, restoring is exact, a reset forgets
 * everything, and nothing passes from one stream to the next. The trained model is never changed.
 */
@NullMarked
package io.sextant.adaptation;

import org.jspecify.annotations.NullMarked;
