package io.sextant.explainers.players;

import java.util.BitSet;
import java.util.OptionalDouble;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/**
 * Weighted least squares on rows of zeros and ones, by its normal equations: the Gram matrix and
 * the moments of what has been seen.
 */
final class LeastSquares {
  /** Columns of a Gram matrix of 8 MiB. */
  static final int MOST = 1024;

  /** A pivot this much smaller than the largest entry is rounding. */
  private static final double ROUNDING = 1e-13;

  private final double[][] gram;
  private final double[] moments;

  /** Nothing seen yet. */
  LeastSquares(int columns) {
    gram = new double[columns][columns];
    moments = new double[columns];
  }

  /**
   * Takes a row.
   *
   * @param ones its columns that are 1
   * @param y what is to be met
   * @param weight above 0
   */
  void add(BitSet ones, double y, double weight) {
    int[] places = ones.stream().toArray();
    for (int a : places) {
      moments[a] += weight * y;
      for (int b : places) {
        gram[a][b] += weight;
      }
    }
  }

  /** The sum of what both have seen, the other so many times. */
  LeastSquares plus(LeastSquares other, double times) {
    LeastSquares sum = new LeastSquares(moments.length);
    for (int a = 0; a < moments.length; a++) {
      sum.moments[a] = moments[a] + times * other.moments[a];
      for (int b = 0; b < moments.length; b++) {
        sum.gram[a][b] = gram[a][b] + times * other.gram[a][b];
      }
    }
    return sum;
  }

  /** Penalises the square of one coefficient. */
  void ridge(int column, double penalty) {
    gram[column][column] += penalty;
  }

  /**
   * The coefficients of the least weighted sum of squares.
   *
   * @param sum what the coefficients must add up to, if anything
   * @throws IllegalArgumentException when the rows do not determine them
   */
  Fit solve(OptionalDouble sum) {
    double largest = 0;
    for (int a = 0; a < gram.length; a++) {
      largest = Math.max(largest, gram[a][a]);
    }
    double[][] inverse;
    try {
      inverse =
          new CholeskyDecomposition(
                  new Array2DRowRealMatrix(gram, false), ROUNDING, ROUNDING * largest)
              .getSolver()
              .getInverse()
              .getData();
    } catch (NonPositiveDefiniteMatrixException e) {
      throw new IllegalArgumentException(
          "samples do not determine what %d players get; raise samples".formatted(moments.length),
          e);
    }
    double[] shift = new double[moments.length];
    if (sum.isPresent()) {
      // On the plane of that sum: with u = inverse 1, project along it and add what is missing.
      double[] u = new double[moments.length];
      double total = 0;
      for (int a = 0; a < u.length; a++) {
        for (int b = 0; b < u.length; b++) {
          u[a] += inverse[a][b];
        }
        total += u[a];
      }
      for (int a = 0; a < u.length; a++) {
        shift[a] = u[a] / total * sum.getAsDouble();
        for (int b = 0; b < u.length; b++) {
          inverse[a][b] -= u[a] * u[b] / total;
        }
      }
    }
    Fit fit = new Fit(shift, inverse);
    double[] part = fit.moved(moments);
    for (int a = 0; a < shift.length; a++) {
      shift[a] += part[a];
    }
    return fit;
  }

  /**
   * Coefficients, and how they move with the moments.
   *
   * @param coefficients one per column
   * @param inverse of the Gram matrix, on the plane that is allowed
   */
  record Fit(double[] coefficients, double[][] inverse) {
    /** By how much the coefficients move when the moments do, a new array. */
    double[] moved(double[] moments) {
      double[] moved = new double[moments.length];
      for (int a = 0; a < moved.length; a++) {
        double sum = 0;
        for (int b = 0; b < moments.length; b++) {
          sum += inverse[a][b] * moments[b];
        }
        moved[a] = sum;
      }
      return moved;
    }

    /**
     * What a row misses by when its own pull on the fit is taken off, as though it had been left
     * out (the residual of the jackknife; MacKinnon, White, "Some heteroskedasticity-consistent
     * covariance matrix estimators with improved finite sample properties", Journal of Econometrics
     * 29(3), 1985).
     */
    double residual(BitSet ones, double y, double weight) {
      int[] places = ones.stream().toArray();
      double residual = y;
      double leverage = 0;
      for (int a : places) {
        residual -= coefficients[a];
        for (int b : places) {
          leverage += inverse[a][b];
        }
      }
      return residual / Math.max(LEAST, 1 - weight * leverage);
    }

    /** A row that alone determines a coefficient says nothing of its error. */
    private static final double LEAST = 1e-3;
  }
}
