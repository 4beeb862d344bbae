/**
 * Explainers that take values away and look at what the output loses; they ask for outputs alone,
 * so any model will do.
 *
 * <p>Values that come and go together are a player: a feature, a one-hot group, a patch of an
 * image. What stands for an absent player is a baseline, or the mean over several. Each value of an
 * attribution carries what its player got; what all players got, once each, stands beside it.
 */
@NullMarked
package io.sextant.explainers.players;

import org.jspecify.annotations.NullMarked;
