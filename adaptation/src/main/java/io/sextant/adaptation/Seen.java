package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * A batch after a forward pass.
 *
 * @param logits {@code [rows][classes]}
 * @param features {@code [rows][values]}, the inputs of the last dense layer; empty when not asked
 *     for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Seen(double[][] logits, double[][] features) {}
