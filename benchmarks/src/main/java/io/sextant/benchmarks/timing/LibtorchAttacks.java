package io.sextant.benchmarks.timing;

import io.sextant.attacks.gradient.Pgd;
import io.sextant.benchmarks.contenders.CrossEntropy;
import io.sextant.benchmarks.contenders.FlatRows;
import io.sextant.benchmarks.contenders.Libtorch;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Attacks on one batch in L∞ as plain loops; every example stays in its batch to the end. */
final class LibtorchAttacks {
  private final Libtorch module;
  private final int classes;
  private final float[] clean;
  private final int[] labels;
  private final int features;
  private final float epsilon;
  private final boolean[] broken;
  private final RandomGenerator random;

  LibtorchAttacks(Libtorch module, int classes, Examples batch, float epsilon) {
    this.module = module;
    this.classes = classes;
    this.clean = FlatRows.of(batch.rows());
    this.labels = batch.labels();
    this.features = clean.length / labels.length;
    this.epsilon = epsilon;
    this.broken = new boolean[labels.length];
    this.random = RandomKey.of(Jobs.SEED).with(batch.id(0)).random();
    judge(module.logits(clean));
  }

  /** Examples that were adversarial at some time, or wrong from the start. */
  int broken() {
    int count = 0;
    for (boolean one : broken) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** PGD from a uniform start. */
  LibtorchAttacks pgd() {
    float[] x = uniform();
    for (int s = 0; s < Jobs.STEPS; s++) {
      float[] gradient = look(x).gradient();
      float step = (float) Pgd.DEFAULT.stepSize().at(epsilon, s, Jobs.STEPS);
      for (int i = 0; i < x.length; i++) {
        x[i] = clip(x[i] + step * Math.signum(gradient[i]), i);
      }
    }
    judge(module.logits(x));
    return this;
  }

  /**
   * APGD on cross-entropy from a uniform start.
   *
   * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
   * Parameter-free Attacks", ICML 2020, arXiv:2003.01690, algorithm 1, with the settings of
   * AutoAttack.
   */
  LibtorchAttacks apgdCe() {
    int rows = labels.length;
    float[] x = uniform();
    float[] before = x.clone();
    Seen seen = look(x);
    float[] best = x.clone();
    float[] bestGradient = seen.gradient().clone();
    double[] bestLoss = seen.loss().clone();
    double[] lossAtCheckpoint = bestLoss.clone();
    double[] lossBefore = seen.loss();
    float[] eta = new float[rows];
    Arrays.fill(eta, 2 * epsilon);
    boolean[] halved = new boolean[rows];
    int[] rises = new int[rows];
    float[] gradient = seen.gradient().clone();
    int window = Jobs.APGD_STEPS * 22 / 100;
    int checkpoint = window;
    for (int k = 1; k <= Jobs.APGD_STEPS; k++) {
      float momentum = k == 1 ? 1 : 0.75f;
      for (int i = 0; i < x.length; i++) {
        float z = clip(x[i] + eta[i / features] * Math.signum(gradient[i]), i);
        float next = clip(x[i] + momentum * (z - x[i]) + (1 - momentum) * (x[i] - before[i]), i);
        before[i] = x[i];
        x[i] = next;
      }
      seen = look(x);
      gradient = seen.gradient();
      for (int row = 0; row < rows; row++) {
        rises[row] += seen.loss()[row] > lossBefore[row] ? 1 : 0;
        if (seen.loss()[row] > bestLoss[row]) {
          bestLoss[row] = seen.loss()[row];
          copy(x, best, row);
          copy(gradient, bestGradient, row);
        }
      }
      lossBefore = seen.loss();
      if (k == checkpoint) {
        for (int row = 0; row < rows; row++) {
          boolean still = !halved[row] && lossAtCheckpoint[row] >= bestLoss[row];
          halved[row] = rises[row] <= 0.75 * window || still;
          if (halved[row]) {
            eta[row] /= 2;
            copy(best, x, row);
            copy(bestGradient, gradient, row);
          }
          rises[row] = 0;
          lossAtCheckpoint[row] = bestLoss[row];
        }
        window = Math.max(Jobs.APGD_STEPS * 6 / 100, window - Jobs.APGD_STEPS * 3 / 100);
        checkpoint += window;
      }
    }
    return this;
  }

  private record Seen(double[] loss, float[] gradient) {}

  /** Cross-entropy and its gradient; what is adversarial on the way counts. */
  private Seen look(float[] x) {
    try (Libtorch.Tape tape = module.record(x)) {
      float[] logits = tape.logits();
      judge(logits);
      CrossEntropy.cotangent(logits, labels, classes);
      double[] loss = new double[labels.length];
      for (int row = 0; row < loss.length; row++) {
        loss[row] = -Math.log(logits[row * classes + labels[row]] + 1);
      }
      return new Seen(loss, tape.pullback(logits, true));
    }
  }

  private float[] uniform() {
    float[] x = new float[clean.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = clip(clean[i] + epsilon * (2 * random.nextFloat() - 1), i);
    }
    return x;
  }

  private float clip(float value, int i) {
    float inBall = Math.max(clean[i] - epsilon, Math.min(clean[i] + epsilon, value));
    return Math.max(0, Math.min(1, inBall));
  }

  private void copy(float[] from, float[] to, int row) {
    System.arraycopy(from, row * features, to, row * features, features);
  }

  private void judge(float[] logits) {
    for (int row = 0; row < labels.length; row++) {
      broken[row] |= decision(logits, row, classes) != labels[row];
    }
  }

  static int decision(float[] logits, int row, int classes) {
    int best = row * classes;
    for (int i = best + 1; i < (row + 1) * classes; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best - row * classes;
  }
}
