package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * Descends along gradients: an immutable value with its moments.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Optimizer {
  /**
   * A step.
   *
   * @param parameters where it is; not modified
   * @param gradient of what is to become smaller
   */
  Move step(Parameters parameters, double[] gradient);

  /**
   * After a step.
   *
   * @param parameters where it is now
   * @param next the optimizer with what it has seen
   */
  record Move(Parameters parameters, Optimizer next) {}

  /**
   * Which one, for settings.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  enum Rule {
    /** {@link Adam}. */
    ADAM,
    /** {@link Sgd} with momentum 0.9. */
    SGD;

    /** A fresh one. */
    public Optimizer start(double rate, int parameters) {
      return switch (this) {
        case ADAM -> new Adam(rate, 0, new double[parameters], new double[parameters]);
        case SGD -> new Sgd(rate, 0.9, new double[parameters]);
      };
    }
  }

  /**
   * m = 0.9 m + 0.1 g, v = 0.999 v + 0.001 g², both corrected for their start at 0; then x - rate m
   * / (sqrt(v) + 1e-8).
   *
   * <p>Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, with
   * its constants.
   *
   * @param rate learning rate
   * @param steps done so far
   * @param mean first moments
   * @param square second moments
   */
  record Adam(double rate, int steps, double[] mean, double[] square) implements Optimizer {
    private static final double KEEP = 0.9;
    private static final double KEEP_SQUARE = 0.999;

    @Override
    public Move step(Parameters parameters, double[] gradient) {
      double[] x = parameters.values().clone();
      double[] m = mean.clone();
      double[] v = square.clone();
      int t = steps + 1;
      for (int i = 0; i < x.length; i++) {
        m[i] = KEEP * m[i] + (1 - KEEP) * gradient[i];
        v[i] = KEEP_SQUARE * v[i] + (1 - KEEP_SQUARE) * gradient[i] * gradient[i];
        double first = m[i] / (1 - Math.pow(KEEP, t));
        double second = v[i] / (1 - Math.pow(KEEP_SQUARE, t));
        x[i] -= rate * first / (Math.sqrt(second) + 1e-8);
      }
      return new Move(parameters.to(x), new Adam(rate, t, m, v));
    }
  }

  /**
   * v = momentum v + g; x - rate v.
   *
   * @param rate learning rate
   * @param momentum what is kept of the velocity, from 0 to 1
   * @param velocity so far
   */
  record Sgd(double rate, double momentum, double[] velocity) implements Optimizer {
    @Override
    public Move step(Parameters parameters, double[] gradient) {
      double[] x = parameters.values().clone();
      double[] v = velocity.clone();
      for (int i = 0; i < x.length; i++) {
        v[i] = momentum * v[i] + gradient[i];
        x[i] -= rate * v[i];
      }
      return new Move(parameters.to(x), new Sgd(rate, momentum, v));
    }
  }
}
