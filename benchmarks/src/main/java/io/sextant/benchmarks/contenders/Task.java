package io.sextant.benchmarks.contenders;

/**
 * What is timed: one batch on one network in one library. Every call takes the inputs from a Java
 * array and brings its answer back into one, so all libraries pay for their copies.
 */
public interface Task {
  /** The logits. */
  Object forward();

  /** The gradient of the sum of cross-entropies with respect to the inputs. */
  Object gradient();

  /** As {@link #gradient}, in batches of a size that suits the library. */
  default Object gradientInBatches() {
    return gradient();
  }

  /**
   * The gradient of each logit with respect to the inputs, up to {@link #MOST_PULLBACKS} of them,
   * from one forward.
   */
  Object jacobian();

  /** Pullbacks of a Jacobian: one per class, at most so many. */
  int MOST_PULLBACKS = 10;
}
