/**
 * Adversarial attacks: configuration records that run on the shared input-gradient service.
 *
 * <p>An {@link io.sextant.attacks.Attack} says how to search, a {@link
 * io.sextant.attacks.ThreatModel} says what the attacker may do, and a {@link
 * io.sextant.attacks.Trial} owns what all attacks share: projection, best-so-far, the judgement of
 * every iterate, counts, and random numbers that depend only on (seed, attack, example, restart).
 */
@NullMarked
package io.sextant.attacks;

import org.jspecify.annotations.NullMarked;
