package io.sextant.benchmarks.timing;

import io.sextant.benchmarks.contenders.FlatRows;
import io.sextant.benchmarks.contenders.Libtorch;
import io.sextant.explainers.Quadrature;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The same jobs as plain loops over libtorch, in batches of 128: what one writes without a toolkit.
 * Nothing is skipped: an example that is broken stays in its batch to the end.
 */
final class LibtorchWorkload implements Workload {
  private static final int BATCH = 128;

  private final Libtorch module;
  private final Jobs jobs;
  private final int classes;

  LibtorchWorkload(Libtorch module, Jobs jobs, int classes) {
    this.module = module;
    this.jobs = jobs;
    this.classes = classes;
  }

  @Override
  public int attack() {
    return broken(LibtorchAttacks::pgd);
  }

  @Override
  public int apgdCe() {
    return broken(LibtorchAttacks::apgdCe);
  }

  private int broken(UnaryOperator<LibtorchAttacks> attack) {
    float epsilon = Float.parseFloat(Jobs.EPSILON);
    int broken = 0;
    for (int from = 0; from < jobs.attacked().size(); from += BATCH) {
      int to = Math.min(jobs.attacked().size(), from + BATCH);
      Examples batch = jobs.attacked().slice(from, to);
      broken += attack.apply(new LibtorchAttacks(module, classes, batch, epsilon)).broken();
    }
    return broken;
  }

  @Override
  public double[][] integratedGradients() {
    Quadrature.GaussLegendre rule = new Quadrature.GaussLegendre(Jobs.NODES);
    double[] nodes = rule.nodes();
    double[] weights = rule.weights();
    Examples examples = jobs.explained();
    int features = examples.row(0).length;
    // The completeness gap, which the toolkit reports, needs the outputs at both ends.
    module.logits(new float[features]);
    float[] inputs = FlatRows.of(examples.rows());
    int[] targets = decisions(inputs, examples.size());
    double[][] attributions = new double[examples.size()][features];
    overPoints(
        examples.size() * nodes.length,
        features,
        (point, into, at) -> {
          int example = point / nodes.length;
          for (int i = 0; i < features; i++) {
            into[at + i] = (float) (nodes[point % nodes.length] * inputs[example * features + i]);
          }
          return targets[example];
        },
        (point, gradient, at) -> {
          double[] sum = attributions[point / nodes.length];
          double weight = weights[point % nodes.length];
          int input = point / nodes.length * features;
          for (int i = 0; i < features; i++) {
            sum[i] += weight * gradient[at + i] * inputs[input + i];
          }
        });
    return attributions;
  }

  @Override
  public double[][] smoothGrad() {
    Examples examples = jobs.explained();
    int features = examples.row(0).length;
    float[] inputs = FlatRows.of(examples.rows());
    int[] targets = decisions(inputs, examples.size());
    double[][] attributions = new double[examples.size()][features];
    RandomGenerator random = RandomKey.of(Jobs.SEED).random();
    double[] deviations = Arrays.stream(examples.rows()).mapToDouble(Jobs::deviation).toArray();
    overPoints(
        examples.size() * Jobs.DRAWS,
        features,
        (point, into, at) -> {
          int example = point / Jobs.DRAWS;
          for (int i = 0; i < features; i++) {
            into[at + i] =
                (float)
                    (inputs[example * features + i] + deviations[example] * random.nextGaussian());
          }
          return targets[example];
        },
        (point, gradient, at) -> {
          double[] mean = attributions[point / Jobs.DRAWS];
          for (int i = 0; i < features; i++) {
            mean[i] += gradient[at + i] / Jobs.DRAWS;
          }
        });
    return attributions;
  }

  @Override
  public double[][] gradCam() {
    Examples examples = jobs.explained();
    int rows = examples.size();
    double[][] maps = new double[rows][];
    try (Libtorch.Tape tape = module.recordHead(FlatRows.of(examples.rows()))) {
      float[] activations = tape.input();
      float[] gradient = tape.pullback(decided(tape.logits(), rows), true);
      int channels = tape.channels();
      int places = activations.length / rows / channels;
      for (int row = 0; row < rows; row++) {
        maps[row] = new double[places];
        for (int channel = 0; channel < channels; channel++) {
          int from = (row * channels + channel) * places;
          double weight = 0;
          for (int i = from; i < from + places; i++) {
            weight += gradient[i] / places;
          }
          for (int i = 0; i < places; i++) {
            maps[row][i] += weight * activations[from + i];
          }
        }
        for (int i = 0; i < places; i++) {
          maps[row][i] = Math.max(0, maps[row][i]);
        }
      }
    }
    return maps;
  }

  @Override
  public double[][] deepLift() {
    Examples examples = jobs.explained();
    int features = examples.row(0).length;
    float[] inputs = FlatRows.of(examples.rows());
    double[][] attributions = new double[examples.size()][features];
    // The multipliers give the network's own logits.
    try (Libtorch.Tape tape = module.recordMultipliers(inputs, new float[features])) {
      float[] multipliers = tape.pullback(decided(tape.logits(), examples.size()), true);
      for (int row = 0; row < examples.size(); row++) {
        for (int i = 0; i < features; i++) {
          int at = row * features + i;
          attributions[row][i] = (double) multipliers[at] * inputs[at];
        }
      }
    }
    return attributions;
  }

  /** One at the logit of each row's decision. */
  private float[] decided(float[] logits, int rows) {
    float[] cotangent = new float[logits.length];
    for (int row = 0; row < rows; row++) {
      cotangent[row * classes + LibtorchAttacks.decision(logits, row, classes)] = 1;
    }
    return cotangent;
  }

  @Override
  public double[][] occlusion() {
    Examples examples = jobs.explained();
    int features = examples.row(0).length;
    int side = (int) Math.sqrt(features);
    int along = (side - Jobs.WINDOW) / Jobs.STRIDE + 1;
    int windows = along * along;
    double[][] attributions = new double[examples.size()][features];
    int[] cover = new int[features];
    for (int window = 0; window < windows; window++) {
      for (int i : members(window, along, side)) {
        cover[i]++;
      }
    }
    for (int example = 0; example < examples.size(); example++) {
      float[] x = FlatRows.of(new double[][] {examples.row(example)});
      float[] copies = new float[windows * features];
      for (int window = 0; window < windows; window++) {
        System.arraycopy(x, 0, copies, window * features, features);
        for (int i : members(window, along, side)) {
          copies[window * features + i] = 0;
        }
      }
      float[] clean = module.logits(x);
      int target = LibtorchAttacks.decision(clean, 0, classes);
      float[] logits = module.logits(copies);
      for (int window = 0; window < windows; window++) {
        for (int i : members(window, along, side)) {
          attributions[example][i] +=
              (clean[target] - logits[window * classes + target]) / cover[i];
        }
      }
    }
    return attributions;
  }

  private static int[] members(int window, int along, int side) {
    int[] members = new int[Jobs.WINDOW * Jobs.WINDOW];
    int corner = window / along * Jobs.STRIDE * side + window % along * Jobs.STRIDE;
    Arrays.setAll(members, i -> corner + i / Jobs.WINDOW * side + i % Jobs.WINDOW);
    return members;
  }

  private int[] decisions(float[] inputs, int rows) {
    float[] logits = module.logits(inputs);
    int[] decisions = new int[rows];
    Arrays.setAll(decisions, row -> LibtorchAttacks.decision(logits, row, classes));
    return decisions;
  }

  /** Writes a point and names the class whose logit is differentiated. */
  private interface PointSource {
    int write(int point, float[] into, int at);
  }

  private interface GradientSink {
    void take(int point, float[] gradients, int at);
  }

  private void overPoints(int points, int features, PointSource source, GradientSink sink) {
    for (int from = 0; from < points; from += BATCH) {
      int rows = Math.min(BATCH, points - from);
      float[] x = new float[rows * features];
      float[] cotangent = new float[rows * classes];
      for (int row = 0; row < rows; row++) {
        cotangent[row * classes + source.write(from + row, x, row * features)] = 1;
      }
      try (Libtorch.Tape tape = module.record(x)) {
        float[] gradients = tape.pullback(cotangent, true);
        for (int row = 0; row < rows; row++) {
          sink.take(from + row, gradients, row * features);
        }
      }
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
