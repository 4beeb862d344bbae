package io.sextant.results;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * A check that the attacks were fit to measure robustness.
 *
 * @param id stable name
 * @param title for people
 * @param status what came out
 * @param reason why it was skipped
 * @param measured the figure that was judged
 * @param threshold what it was judged against
 * @param explanation what the check means and what to do when it trips
 * @param affected threats and radii whose figures depend on it, empty for all
 * @param exceptions rows of the data that deviate without tripping it
 * @see "Carlini, N., Athalye, A., Papernot, N., et al.: On evaluating adversarial robustness. 2019,
 *     arXiv:1902.06705"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ValidityCheck(
    String id,
    String title,
    Status status,
    Optional<String> reason,
    OptionalDouble measured,
    OptionalDouble threshold,
    String explanation,
    List<Affected> affected,
    List<Integer> exceptions) {
  public ValidityCheck {
    Check.notBlank("id", id);
    Check.finite("measured", measured);
    Check.finite("threshold", threshold);
    affected = List.copyOf(affected);
    exceptions = List.copyOf(exceptions);
    if ((status == Status.SKIPPED || status == Status.NOT_RUN) && reason.isEmpty()) {
      throw new IllegalArgumentException(
          "check %s: a check that was left out must give a reason".formatted(id));
    }
  }

  /**
   * What came out of a check.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Status {
    /** Nothing to see. */
    PASS,
    /** Worth a look, trusted all the same. */
    WARN,
    /** Tripped: the figures are not to be trusted. */
    FAIL,
    /** Does not apply to this audit, for a reason. */
    SKIPPED,
    /** Left out, for a reason: what rests on the attacks is not to be trusted where it passes. */
    NOT_RUN
  }

  /**
   * A threat at a radius.
   *
   * @param norm of the threat
   * @param epsilon radius of the threat
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Affected(Norm norm, Epsilon epsilon) {}
}
