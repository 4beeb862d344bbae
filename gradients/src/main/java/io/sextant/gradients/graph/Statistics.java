package io.sextant.gradients.graph;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Which mean and variance a batch normalisation uses: the ones stored at training time, or those of
 * the batch at hand, as test-time adaptation does, also mixed with the stored ones.
 *
 * <p>Nado et al., "Evaluating Prediction-Time Batch Normalization for Robustness under Covariate
 * Shift", 2020, arXiv:2006.10963; Schneider et al., "Improving robustness against common
 * corruptions by covariate shift adaptation", NeurIPS 2020, arXiv:2006.16971.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Statistics {
  /** The ones stored at training time: an affine map of each channel. */
  record Stored() implements Statistics {}

  /**
   * (1 - share) stored + share batch, for the mean and for the variance. The batch's are taken over
   * its rows and over all positions of an image; its variance divides by the number of values, not
   * by one less.
   *
   * @param estimator how the batch's are found
   * @param share how much they count
   */
  record OfBatch(Estimator estimator, Share share) implements Statistics {
    public OfBatch {
      Objects.requireNonNull(estimator, "estimator");
      Objects.requireNonNull(share, "share");
    }
  }

  /** How the statistics of a batch are found. */
  enum Estimator {
    /** The mean, and the mean of the squared deviations from it. */
    MEAN,
    /**
     * The median, and the mean of the squared deviations from it. Of an even number of values the
     * lower middle one is the median, as in the paper's code.
     *
     * <p>Park et al., "MedBN: Robust Test-Time Adaptation against Malicious Test Samples", CVPR
     * 2024, arXiv:2403.19326. The variance in the paper's code divides by the rows alone; here it
     * divides by all values, so that it is one.
     */
    MEDIAN,
    /** The median, and the median of the squared deviations from it: no row moves either far. */
    MEDIAN_OF_SQUARES
  }

  /** How much the statistics of a batch count beside the stored ones. */
  sealed interface Share {
    /**
     * The share of a batch.
     *
     * @param rows of the batch, at least 1
     * @return above 0, at most 1
     */
    double of(int rows);

    /**
     * The same for every batch.
     *
     * @param alpha above 0, at most 1
     */
    record Constant(double alpha) implements Share {
      public Constant {
        if (!(alpha > 0 && alpha <= 1)) {
          throw new IllegalArgumentException(
              "the share of a batch must be above 0 and at most 1 but was %s; 0 is stored statistics"
                  .formatted(alpha));
        }
      }

      @Override
      public double of(int rows) {
        return alpha;
      }
    }

    /**
     * n / (N + n) for a batch of n rows: the stored statistics count as N rows.
     *
     * @param rows N, above 0
     */
    record Prior(double rows) implements Share {
      public Prior {
        if (!(rows > 0 && Double.isFinite(rows))) {
          throw new IllegalArgumentException(
              "the rows that stored statistics count as must be above 0 but were %s; for 0 replace them"
                  .formatted(rows));
        }
      }

      @Override
      public double of(int batch) {
        return batch / (rows + batch);
      }
    }
  }

  /** The ones stored at training time. */
  static Statistics stored() {
    return new Stored();
  }

  /** The batch's own mean and variance in place of the stored ones. */
  static Statistics replaced() {
    return new OfBatch(Estimator.MEAN, new Share.Constant(1));
  }

  /**
   * (1 - alpha) stored + alpha batch.
   *
   * @param alpha from 0, which is {@link #stored()}, to 1, which is {@link #replaced()}
   */
  static Statistics mixed(double alpha) {
    return alpha == 0 ? stored() : new OfBatch(Estimator.MEAN, new Share.Constant(alpha));
  }

  /**
   * Stored statistics that count as many rows.
   *
   * @param rows as many, at least 0
   */
  static Statistics prior(double rows) {
    return rows == 0 ? replaced() : new OfBatch(Estimator.MEAN, new Share.Prior(rows));
  }

  /** The same with the batch's statistics found in another way; stored ones stay as they are. */
  default Statistics with(Estimator estimator) {
    return this instanceof OfBatch batch ? new OfBatch(estimator, batch.share()) : this;
  }
}
