package io.sextant.gradients.dl4j;

import io.sextant.gradients.Answer;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Checks at load that a service's gradients belong to the network: its logits against the network's
 * own inference, its gradients against finite differences, rows in a batch against rows alone.
 *
 * <p>Inputs are drawn uniformly from the domain. Limits: {@value #PARITY} for logits (float
 * arithmetic in another order), {@value #DIFFERENCES} for finite differences in double, {@value
 * #INDEPENDENCE} for batches. Exactly zero gradients are told but refuse nothing: saturated and
 * sparse models have them honestly.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class HealthCheck {
  /** Largest relative difference of logits. */
  static final double PARITY = 1e-3;

  /** Largest median difference between derivatives and finite differences. */
  static final double DIFFERENCES = 1e-4;

  /** Largest relative difference between a row alone and in a batch. */
  static final double INDEPENDENCE = 1e-4;

  private static final int ROWS = 16;
  private static final int DIRECTIONS = 5;
  private static final double STEP = 1e-6;
  private static final double MANY_ZEROS = 0.5;

  private HealthCheck() {}

  /**
   * Checks a service.
   *
   * @param model the network and its graph
   * @param service over that graph
   * @param domain the inputs that exist
   * @param seed of the inputs and directions
   * @return what was found
   */
  public static HealthReport run(
      TrainedModel model, GradientService service, InputDomain domain, long seed) {
    double[][] rows = rows(domain, seed);
    int[] labels = new int[rows.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % service.classes();
    }
    Answer answer = service.as("health").query(rows, labels, Objective.logit());
    List<String> messages = new ArrayList<>();
    boolean finite = Arrays.stream(answer.logits()).allMatch(Logits::finite);
    if (!finite) {
      messages.add("Some logits are not finite on inputs within the domain.");
      return new HealthReport(0, 0, 0, 0, false, false, messages);
    }
    double parity = parity(model, rows, answer.logits());
    double independence = independence(service, rows, labels, answer);
    double differences = differences(model, domain, rows, labels, seed);
    double zeros = zeros(answer.gradients());
    if (parity > PARITY) {
      messages.add(
          "Logits differ from the network's own inference by %.1e (limit %.0e)."
              .formatted(parity, PARITY));
    }
    if (differences > DIFFERENCES) {
      messages.add(
          "Gradients differ from finite differences by %.1e (limit %.0e)."
              .formatted(differences, DIFFERENCES));
    }
    if (independence > INDEPENDENCE) {
      messages.add(
          "A row's gradient depends on its batch by %.1e (limit %.0e)."
              .formatted(independence, INDEPENDENCE));
    }
    boolean ok = messages.isEmpty();
    if (zeros > MANY_ZEROS) {
      messages.add(
          "%.0f%% of gradient entries are exactly zero; attacks may be blind there."
              .formatted(100 * zeros));
    }
    return new HealthReport(parity, differences, independence, zeros, true, ok, messages);
  }

  private static double[][] rows(InputDomain domain, long seed) {
    double[][] rows = new double[ROWS][domain.size()];
    for (int r = 0; r < ROWS; r++) {
      RandomGenerator random = RandomKey.of(seed).with("health").with(r).random();
      for (int i = 0; i < domain.size(); i++) {
        Feature f = domain.feature(i);
        double value = f.minimum() + random.nextDouble() * (f.maximum() - f.minimum());
        rows[r][i] = (float) (f.kind() == Feature.Kind.REAL ? value : Math.rint(value));
      }
      for (InputDomain.OneHot group : domain.groups()) {
        int chosen = random.nextInt(group.members().size());
        for (int m = 0; m < group.members().size(); m++) {
          rows[r][group.members().get(m)] = m == chosen ? 1 : 0;
        }
      }
    }
    return rows;
  }

  private static double parity(TrainedModel model, double[][] rows, double[][] logits) {
    double[][] own = model.ownLogits(rows);
    double error = 0;
    for (int r = 0; r < rows.length; r++) {
      error = Math.max(error, relative(logits[r], own[r]));
    }
    return error;
  }

  private static double independence(
      GradientService service, double[][] rows, int[] labels, Answer together) {
    double error = 0;
    for (int r = 0; r < 3; r++) {
      Answer alone =
          service
              .as("health")
              .query(new double[][] {rows[r]}, new int[] {labels[r]}, Objective.logit());
      error = Math.max(error, relative(together.gradients()[r], alone.gradients()[0]));
    }
    return error;
  }

  /** Central differences of the same graph in double, along random directions. */
  private static double differences(
      TrainedModel model, InputDomain domain, double[][] rows, int[] labels, long seed) {
    double[] errors = new double[DIRECTIONS];
    try (GradientService exact =
        GradientService.builder(model.graph())
            .engine("nd4j")
            .precision(Precision.DOUBLE)
            .threads(1)
            .batchSize(2)
            .domain(domain)
            .build()) {
      for (int d = 0; d < DIRECTIONS; d++) {
        double[] row = rows[d];
        RandomGenerator random = RandomKey.of(seed).with("direction").with(d).random();
        double[] ahead = row.clone();
        double[] behind = row.clone();
        double[] direction = new double[row.length];
        for (int i = 0; i < row.length; i++) {
          Feature f = domain.feature(i);
          direction[i] = (random.nextDouble() - 0.5) * (f.maximum() - f.minimum());
          ahead[i] += STEP * direction[i];
          behind[i] -= STEP * direction[i];
        }
        Answer at = exact.query(new double[][] {row}, new int[] {labels[d]}, Objective.logit());
        double derivative = 0;
        for (int i = 0; i < row.length; i++) {
          derivative += direction[i] * at.gradients()[0][i];
        }
        double[][] ends = exact.logits(new double[][] {ahead, behind});
        double difference = (ends[0][labels[d]] - ends[1][labels[d]]) / (2 * STEP);
        double size = Math.max(Math.abs(derivative), Math.abs(difference));
        errors[d] = size < 1e-9 ? 0 : Math.abs(derivative - difference) / size;
      }
    }
    Arrays.sort(errors);
    return errors[DIRECTIONS / 2];
  }

  private static double zeros(double[][] gradients) {
    long zero = 0;
    long all = 0;
    for (double[] gradient : gradients) {
      for (double value : gradient) {
        zero += value == 0 ? 1 : 0;
        all++;
      }
    }
    return all == 0 ? 0 : zero / (double) all;
  }

  private static double relative(double[] one, double[] other) {
    double size = 1e-6;
    double error = 0;
    for (int i = 0; i < one.length; i++) {
      size = Math.max(size, Math.max(Math.abs(one[i]), Math.abs(other[i])));
      error = Math.max(error, Math.abs(one[i] - other[i]));
    }
    return error / size;
  }
}
