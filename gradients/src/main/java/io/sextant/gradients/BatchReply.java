package io.sextant.gradients;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The answer to a {@link BatchQuery}; what was not asked for is empty. Arrays belong to whoever
 * asked.
 *
 * @param logits {@code [rows][classes]}
 * @param values the objective's value of each row, {@code [rows]}
 * @param parameterGradients of the objective's sum by each parameter asked for, in its shape's
 *     row-major order
 * @param inputGradients of the objective's sum by each row, {@code [rows][input values]}
 * @param layers the values of each layer asked for, {@code [rows][values of the layer]}
 * @param moments by the name of each batch normalisation: of the values that it reads, found as its
 *     statistics say (mean and variance where they are stored), before they are mixed with the
 *     stored ones
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record BatchReply(
    double[][] logits,
    double[] values,
    Map<Parameter, double[]> parameterGradients,
    double[][] inputGradients,
    Map<String, double[][]> layers,
    Map<String, Moments> moments) {
  /** Number of rows. */
  public int rows() {
    return logits.length;
  }

  /** The gradient by one of the parameters asked for. */
  public double[] gradient(Parameter parameter) {
    return asked(parameterGradients, parameter, parameter.name());
  }

  /** The values of one of the layers asked for, {@code [rows][values of the layer]}. */
  public double[][] layer(String name) {
    return asked(layers, name, name);
  }

  /** The batch's mean and variance at a batch normalisation. */
  public Moments moments(String layer) {
    return asked(moments, layer, "the mean and variance at layer " + layer);
  }

  private static <K, V> V asked(Map<K, V> answers, K key, String name) {
    V answer = answers.get(key);
    if (answer == null) {
      throw new IllegalArgumentException("%s was not asked for".formatted(name));
    }
    return answer;
  }
}
