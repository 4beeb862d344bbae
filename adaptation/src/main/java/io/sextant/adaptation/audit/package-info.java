/**
 * What adaptation costs in safety: attacks on the adapted model beside the trained one, poisoning
 * of a batch by a few of its rows, and how far attributions move.
 *
 * <p>What is examined is a {@link io.sextant.adaptation.audit.FrozenModel}: the model as a stream
 * has left it, which learns no more.
 */
@NullMarked
package io.sextant.adaptation.audit;

import org.jspecify.annotations.NullMarked;
