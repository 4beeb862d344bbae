package io.sextant.gradients;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Who decides in the end what a model answers. Gradients may come from a compiled graph on a fast
 * engine; whether an example broke is what the judge says, such as the network in the framework
 * that trained it.
 *
 * <p>A judge is deterministic: equal batches get equal answers. It may be asked by several threads,
 * and does not modify what it is asked about. Rows are flat, {@code [rows][features]} in the
 * input's units, channels first; there may be none.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Judge {
  /**
   * The classes that the model decides for.
   *
   * @param rows {@code [rows][features]}
   * @return one per row, from 0; -1 where the answer is not finite
   */
  int[] decisions(double[][] rows);

  /**
   * The classes that the model decides for, with no more than a part of the examples as doubles at
   * a time.
   *
   * @param examples their inputs are asked about
   * @return one per example, from 0; -1 where the answer is not finite
   */
  default int[] decisions(Examples examples) {
    return examples.parts().stream()
        .flatMapToInt(part -> Arrays.stream(decisions(part.rows())))
        .toArray();
  }

  /**
   * What the model answers at test time, activation included.
   *
   * @param rows {@code [rows][features]}
   * @return {@code [rows][outputs]}
   */
  double[][] outputs(double[][] rows);

  /**
   * What the compiled graph should compute: the answers in the form of the graph's output. The
   * health check compares the two.
   *
   * @param rows {@code [rows][features]}
   * @return {@code [rows][classes]}: logits, or outputs where the model is no classifier
   */
  double[][] logits(double[][] rows);
}
