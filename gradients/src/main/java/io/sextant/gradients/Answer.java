package io.sextant.gradients;

import org.apiguardian.api.API;

/**
 * The answer to one query, by rows in the order asked.
 *
 * @param logits {@code [rows][classes]}
 * @param values the objective's value per row
 * @param gradients {@code [rows][input values]}: the objective's gradient with respect to each
 *     input
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Answer(double[][] logits, double[] values, double[][] gradients) {}
