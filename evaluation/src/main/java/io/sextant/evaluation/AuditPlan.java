package io.sextant.evaluation;

import io.sextant.attacks.Passes;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What an audit would do, and the most that it can cost: what a model costs that holds against
 * everything. Models that break are cheaper, and so are curtailed runs. Explanations are not
 * counted; they are made for a dozen examples.
 *
 * @param model id
 * @param file of the model
 * @param engine that computes gradients, with what it runs on
 * @param samples examples
 * @param right examples that the model decides rightly, the only ones that are attacked
 * @param cells the work, in the order of the spec
 * @param time estimate for all passes of the cells, from a timed attack of one step
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AuditPlan(
    String model,
    String file,
    String engine,
    int samples,
    int right,
    List<Cell> cells,
    Duration time) {
  public AuditPlan {
    cells = List.copyOf(cells);
  }

  /**
   * One attack at one radius.
   *
   * @param attack name
   * @param norm of the threat
   * @param epsilon radius
   * @param passes the most over all examples
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Cell(String attack, Norm norm, Epsilon epsilon, Passes passes) {}

  /** The most passes of all cells. */
  public Passes passes() {
    return cells.stream().map(Cell::passes).reduce(new Passes(0, 0), Passes::plus);
  }
}
