package io.sextant.benchmarks.timing;

/**
 * How far a library's answers are from those of the ND4J engine in double precision.
 *
 * @param contender key of the library
 * @param network key of the network
 * @param logits Euclidean distance of all logits over their length
 * @param gradients the same of the input gradients
 * @param engine the library with its version and threads, in words
 */
public record Agreement(
    String contender, String network, double logits, double gradients, String engine) {
  /** The largest distance at which two libraries are said to do the same work. */
  public static final double TOLERANCE = 1e-4;

  /** Whether both distances are within the tolerance. */
  public boolean holds() {
    return logits <= TOLERANCE && gradients <= TOLERANCE;
  }
}
