package io.sextant.adaptation;

import io.sextant.methods.Method;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Adapts a trained model to a stream of unlabelled batches.
 *
 * <p>Unlike those of attacks and explainers, its results depend on the batch and on the order of
 * batches: that is what adaptation is.
 *
 * <pre>{@code
 * try (AdaptedModel model = AdaptedModel.of(service, new Tent(), sourceRows)) {
 *   AdaptedStream stream = model.stream(200);
 *   int[] decisions = stream.predict(batch).decisions();
 * }
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Adaptation extends Method {
  /** What a network, or who runs it, must have for this method. */
  Set<Need> needs();

  /** What to know of the results for want of something that the method can do without. */
  default List<String> remarks(LiveModel model) {
    return List.of();
  }

  /**
   * Begins a stream.
   *
   * @param model the network; has what {@link #needs} names
   * @return what takes the first batch
   */
  Learner begin(LiveModel model);
}
