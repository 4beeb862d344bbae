package io.sextant.gradients.model;

import io.sextant.gradients.Answer;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.engine.Precision;
import io.sextant.methods.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Tells whether a service computes what the trained network computes, on random inputs of the
 * domain and near the data: a short version of the contract tests, run for each model that is
 * loaded.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class HealthCheck {
  /** Largest accepted relative difference of logits from the network's own inference. */
  public static final double PARITY = 1e-4;

  /** Largest accepted median relative error of directional derivatives, in double precision. */
  public static final double FINITE_DIFFERENCE = 1e-5;

  /** Largest accepted relative difference of a row's gradient alone and among others. */
  public static final double BATCH_INDEPENDENCE = 1e-5;

  /** The share of exactly zero gradient entries above which a warning is given. */
  public static final double ZERO_GRADIENTS = 0.5;

  private static final int ROWS = 16;
  private static final int DIRECTIONS = 9;

  /** Rows of the data that are tried, and how far from them along the gradient, in widths. */
  private static final int DATA_ROWS = 32;

  private static final int VALUES = 1 << 20;
  private static final double[] AWAY = {0.02, 0.2};

  // In widths of the domain. A kink spoils wide steps and rounding narrow ones; a wrong gradient
  // spoils all, so the best of them counts.
  private static final double[] STEPS = {1e-4, 1e-5, 1e-6, 1e-7};

  private final TrainedModel model;
  private final GradientService service;
  private final InputDomain domain;
  private final double[][] data;
  private final RandomKey key;
  private final List<String> failures = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private HealthCheck(
      TrainedModel model,
      GradientService service,
      InputDomain domain,
      double[][] data,
      RandomKey key) {
    this.model = model;
    this.service = service;
    this.domain = domain;
    this.data = data;
    this.key = key;
  }

  /**
   * Checks a service against the network that its graph was compiled from, on random inputs alone.
   *
   * @param model the network
   * @param service a service over the model's graph; its work is metered under "health-check"
   * @param domain the inputs that exist
   * @param seed for the random inputs, directions and cotangents
   * @return the findings
   * @throws IllegalArgumentException when the domain does not fit the service
   */
  public static HealthReport run(
      TrainedModel model, GradientService service, InputDomain domain, long seed) {
    return checked(model, service, domain, new double[0][], seed);
  }

  /**
   * Checks a service against the network that its graph was compiled from, on random inputs, on
   * rows of the data, between them and along their gradients: random inputs of the domain may never
   * reach what the data reach. A model without gradients is asked about rows of the data alone.
   *
   * @param model the network
   * @param service a service over the model's graph; its work is metered under "health-check"
   * @param domain the inputs that exist
   * @param data inputs of the run, of which some are tried
   * @param seed for the random inputs, directions and cotangents
   * @return the findings
   * @throws IllegalArgumentException when the domain or the data do not fit the service
   */
  public static HealthReport run(
      TrainedModel model, GradientService service, InputDomain domain, Examples data, long seed) {
    return checked(model, service, domain, some(data, domain.size()), seed);
  }

  /** Rows of the data, evenly spaced, fewer where they are long. */
  private static double[][] some(Examples data, int features) {
    int count = Math.min(Math.min(DATA_ROWS, data.size()), Math.max(1, VALUES / features));
    double[][] rows = new double[count][];
    for (int r = 0; r < count; r++) {
      rows[r] = data.row((int) ((long) r * data.size() / count));
    }
    return rows;
  }

  private static HealthReport checked(
      TrainedModel model, GradientService service, InputDomain domain, double[][] data, long seed) {
    if (domain.size() != service.features()) {
      throw new IllegalArgumentException(
          "the domain must have as many features as the model takes, %d, but has %d"
              .formatted(service.features(), domain.size()));
    }
    return new HealthCheck(
            model,
            service.as("health-check"),
            domain,
            data,
            RandomKey.of(seed).with("health-check"))
        .run();
  }

  private HealthReport run() {
    double[][] rows = new double[ROWS][];
    for (int r = 0; r < ROWS; r++) {
      rows[r] = draw(key.with("row").with(r).random());
    }
    double[][] logits = service.logits(rows);
    if (!Arrays.stream(logits).allMatch(Logits::finite)) {
      failures.add(
          "logits must be finite but were not on random inputs of the domain; check the model's"
              + " weights and its preprocessing");
      double none = Double.POSITIVE_INFINITY;
      return new HealthReport(
          none, OptionalDouble.of(none), none, OptionalDouble.of(1), false, false, failures);
    }
    double[][] tried = nearData();
    double parity =
        Math.max(
            error(logits, model.judge().logits(rows)),
            tried.length == 0 ? 0 : error(service.logits(tried), model.judge().logits(tried)));
    if (!(parity <= PARITY)) {
      failures.add(
          "logits must equal the network's own within %.0e but differ by %.2e; the model was not"
                  .formatted(PARITY, parity)
              + " compiled faithfully, so nothing measured on it counts");
    }
    return service.access() == Access.GRADIENTS
        ? gradients(rows, logits, parity)
        : answers(rows, logits, parity);
  }

  /** What can be asked of a model that has no gradients. */
  private HealthReport answers(double[][] rows, double[][] logits, double parity) {
    double dependence = 0;
    for (int r = 0; r < rows.length; r += 5) {
      double[][] alone = service.logits(new double[][] {rows[r]});
      dependence = Math.max(dependence, error(alone, new double[][] {logits[r]}));
    }
    if (!(dependence <= BATCH_INDEPENDENCE)) {
      failures.add(
          "a row's answer must not depend on its batch, within %.0e, but differs by %.2e"
              .formatted(BATCH_INDEPENDENCE, dependence));
    }
    return new HealthReport(
        parity,
        OptionalDouble.empty(),
        dependence,
        OptionalDouble.empty(),
        true,
        failures.isEmpty(),
        failures);
  }

  private HealthReport gradients(double[][] rows, double[][] logits, double parity) {
    double derivative = finiteDifferenceError(rows);
    if (!(derivative <= FINITE_DIFFERENCE)) {
      failures.add(
          "gradients must equal finite differences within %.0e but differ by %.2e; attacks would"
                  .formatted(FINITE_DIFFERENCE, derivative)
              + " search in wrong directions");
    }
    // Where there are no classes, the first logit is something to differentiate.
    IntFunction<Objective> objective =
        model.head().classification() ? Objective::crossEntropy : Objective::logit;
    int[] labels =
        Arrays.stream(logits)
            .mapToInt(z -> model.head().classification() ? Logits.decision(z) : 0)
            .toArray();
    Answer together = service.query(rows, labels, objective);
    double dependence = dependence(rows, labels);
    if (!(dependence <= BATCH_INDEPENDENCE)) {
      failures.add(
          "a row's gradient must not depend on its batch, within %.0e, but differs by %.2e"
              .formatted(BATCH_INDEPENDENCE, dependence));
    }
    double zeros = zeroShare(together.gradients());
    if (zeros > ZERO_GRADIENTS) {
      warnings.add(
          "%.0f%% of the gradient's entries are exactly 0 (more than %.0f%% is a warning): the model"
                  .formatted(100 * zeros, 100 * ZERO_GRADIENTS)
              + " is saturated or mostly flat here, and gradient attacks may overrate it");
    }
    List<String> messages = new ArrayList<>(failures);
    messages.addAll(warnings);
    return new HealthReport(
        parity,
        OptionalDouble.of(derivative),
        dependence,
        OptionalDouble.of(zeros),
        true,
        failures.isEmpty(),
        messages);
  }

  private double[] draw(RandomGenerator random) {
    double[] row = new double[domain.size()];
    for (int i = 0; i < row.length; i++) {
      Feature feature = domain.feature(i);
      double value = random.nextDouble(feature.minimum(), feature.maximum());
      row[i] = (float) (feature.kind() == Feature.Kind.REAL ? value : Math.rint(value));
    }
    for (InputDomain.OneHot group : domain.groups()) {
      group.members().forEach(member -> row[member] = 0);
      row[group.members().get(random.nextInt(group.members().size()))] = 1;
    }
    return row;
  }

  /** Some rows of the data, halfway points between them, and points along their gradients. */
  private double[][] nearData() {
    int count = data.length;
    // What is no differentiable graph may refuse what lies between two rows, such as half a
    // category.
    if (count == 0 || service.access() != Access.GRADIENTS) {
      return data;
    }
    List<double[]> points = new ArrayList<>(List.of(data));
    for (int r = 1; r < count; r++) {
      double[] between = new double[domain.size()];
      for (int i = 0; i < between.length; i++) {
        between[i] = (float) ((data[r - 1][i] + data[r][i]) / 2);
      }
      points.add(between);
    }
    int[] labels =
        Arrays.stream(service.logits(data))
            .mapToInt(z -> model.head().classification() ? Math.max(0, Logits.decision(z)) : 0)
            .toArray();
    // Not of a loss, whose gradient a confident answer rounds to zero.
    double[][] gradients = service.query(data, labels, Objective::logit).gradients();
    for (int r = 0; r < count; r++) {
      for (double away : AWAY) {
        points.add(moved(data[r], gradients[r], -away));
        points.add(moved(data[r], gradients[r], away));
      }
    }
    return points.toArray(double[][]::new);
  }

  /** A row moved by the gradient's signs, within the box. */
  private double[] moved(double[] row, double[] gradient, double away) {
    double[] moved = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      Feature feature = domain.feature(i);
      double step = away * (feature.maximum() - feature.minimum()) * Math.signum(gradient[i]);
      double value = Math.min(feature.maximum(), Math.max(feature.minimum(), row[i] + step));
      moved[i] = (float) (Double.isFinite(value) ? value : row[i]);
    }
    return moved;
  }

  /**
   * Of a logit's gradient: that of a loss shrinks with one minus the probability, in which the
   * rounding of large logits weighs as much as a mixture of rows.
   */
  private double dependence(double[][] rows, int[] labels) {
    double[][] together = service.query(rows, labels, Objective::logit).gradients();
    double worst = 0;
    for (int r = 0; r < rows.length; r += 5) {
      double[][] alone =
          service
              .query(new double[][] {rows[r]}, new int[] {labels[r]}, Objective::logit)
              .gradients();
      worst = Math.max(worst, error(alone, new double[][] {together[r]}));
    }
    return worst;
  }

  private double finiteDifferenceError(double[][] rows) {
    double[] errors = new double[DIRECTIONS];
    try (GradientService exact =
        GradientService.builder(service.graph())
            .precision(Precision.DOUBLE)
            .threads(1)
            .batchSize(2 * STEPS.length)
            .build()) {
      for (int d = 0; d < DIRECTIONS; d++) {
        RandomGenerator random = key.with("direction").with(d).random();
        errors[d] = finiteDifferenceError(exact, rows[d % rows.length], random);
      }
    }
    Arrays.sort(errors);
    return errors[DIRECTIONS / 2];
  }

  private double finiteDifferenceError(
      GradientService exact, double[] row, RandomGenerator random) {
    double[] direction = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      Feature feature = domain.feature(i);
      direction[i] = random.nextGaussian() * (feature.maximum() - feature.minimum());
    }
    double[] cotangent = random.doubles(exact.classes(), -1, 1).toArray();
    double[] gradient;
    try (Tape tape = exact.record(new double[][] {row})) {
      gradient = tape.pullback(new double[][] {cotangent})[0];
    }
    double[][] moved = new double[2 * STEPS.length][row.length];
    for (int s = 0; s < STEPS.length; s++) {
      for (int i = 0; i < row.length; i++) {
        moved[2 * s][i] = row[i] - STEPS[s] * direction[i];
        moved[2 * s + 1][i] = row[i] + STEPS[s] * direction[i];
      }
    }
    double[][] logits = exact.logits(moved);
    double along = dot(gradient, direction);
    double best = Double.POSITIVE_INFINITY;
    for (int s = 0; s < STEPS.length; s++) {
      double difference =
          (dot(logits[2 * s + 1], cotangent) - dot(logits[2 * s], cotangent)) / (2 * STEPS[s]);
      best = Math.min(best, Math.abs(difference - along) / scale(gradient, direction));
    }
    return best;
  }

  /** The usual size of a directional derivative, so that one that happens to be 0 does no harm. */
  private static double scale(double[] gradient, double[] direction) {
    double squares = 0;
    for (int i = 0; i < gradient.length; i++) {
      squares += Math.pow(gradient[i] * direction[i], 2);
    }
    return Math.max(Math.sqrt(squares), 1e-9);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double zeroShare(double[][] gradients) {
    long zeros = 0;
    long all = 0;
    for (double[] gradient : gradients) {
      zeros += Arrays.stream(gradient).filter(v -> v == 0).count();
      all += gradient.length;
    }
    return (double) zeros / all;
  }

  /** The largest difference by the largest expected magnitude. */
  private static double error(double[][] actual, double[][] expected) {
    double difference = 0;
    double magnitude = 0;
    for (int r = 0; r < expected.length; r++) {
      if (actual[r].length != expected[r].length) {
        return Double.POSITIVE_INFINITY;
      }
      for (int i = 0; i < expected[r].length; i++) {
        double d = Math.abs(actual[r][i] - expected[r][i]);
        difference = Double.isFinite(d) ? Math.max(difference, d) : Double.POSITIVE_INFINITY;
        magnitude = Math.max(magnitude, Math.abs(expected[r][i]));
      }
    }
    return difference == 0 ? 0 : difference / magnitude;
  }
}
