package io.sextant.gradients;

import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The answer to a query over ND4J arrays; the caller owns and closes the arrays.
 *
 * @param logits {@code [batch, classes]}
 * @param values {@code [batch]}: the objective's value
 * @param inputGradients the input's shape: the objective's gradient with respect to the input
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Gradients(INDArray logits, INDArray values, INDArray inputGradients) {}
