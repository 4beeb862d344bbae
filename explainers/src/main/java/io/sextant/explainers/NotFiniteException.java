package io.sextant.explainers;

import org.apiguardian.api.API;

/**
 * A model's output or gradient was not a finite number at a point that an explainer asked for. What
 * is at fault is the model, or the example, and never a setting.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class NotFiniteException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final long example;

  /**
   * A refusal.
   *
   * @param example its id
   * @param what must be finite, and was not
   */
  public NotFiniteException(long example, String what) {
    super("example %d: %s; inspect the model's health".formatted(example, what));
    this.example = example;
  }

  /** The id of the example that cannot be explained. */
  public long example() {
    return example;
  }
}
