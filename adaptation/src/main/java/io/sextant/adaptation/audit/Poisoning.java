package io.sextant.adaptation.audit;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Poisoning of a batch: a few of its rows are moved so that the statistics which all rows share
 * make the model wrong about the others. A model on stored statistics is immune.
 *
 * <p>PGD in L∞ on the malicious rows together climbs the cross-entropy of the rows that it is to
 * harm, through the mean and the variance of the batch. The best iterate is kept. Costs a forward
 * of the batch, and a backward of the rows harmed, for each step. An answer that is not finite
 * counts as wrong, since the other rows have lost theirs; the climb ends where a gradient is not
 * finite.
 *
 * <p>Wu et al., "Uncovering Adversarial Risks of Test-Time Adaptation", ICML 2023, arXiv:2301.12576
 * (distribution invading attack, untargeted; their code takes 500 steps of 1/255). Without
 * knowledge of the rest of the batch: after Su et al., "On the Adversarial Risk of Test Time
 * Adaptation: An Investigation into Realistic Test-Time Data Poisoning", ICLR 2025,
 * arXiv:2410.04682; the statistics of the attacker's own rows stand for those of the batch. The
 * defence to compare with is {@code Statistics.replaced().with(MEDIAN)} (MedBN).
 *
 * @param share of the batch that is malicious, above 0 and below 1; rounded, at least one row
 * @param epsilon the radius in the input's units, above 0
 * @param steps at least 1
 * @param stepSize above 0
 * @param knowledge what the attacker sees
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Poisoning(
    double share, double epsilon, int steps, double stepSize, Knowledge knowledge) {
  /** Steps where nothing is said. */
  public static final int STEPS = 40;

  /** What the attacker sees beside the model. */
  public enum Knowledge {
    /** The whole batch and its labels. */
    WHITE_BOX,
    /**
     * The malicious rows as they were, and their labels: they stand for the batch and for those to
     * harm.
     */
    OWN_ROWS
  }

  public Poisoning {
    Objects.requireNonNull(knowledge, "knowledge");
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the malicious share of a batch must be above 0 and below 1 but was " + share);
    }
    if (!(epsilon > 0) || !(stepSize > 0) || steps < 1) {
      throw new IllegalArgumentException(
          "epsilon and step size must be above 0 and steps at least 1 but were %s, %s and %d"
              .formatted(epsilon, stepSize, steps));
    }
  }

  /** {@value #STEPS} steps of a tenth of the radius. */
  public static Poisoning of(double share, double epsilon, Knowledge knowledge) {
    return new Poisoning(share, epsilon, STEPS, epsilon / 10, knowledge);
  }

  /**
   * A batch before and after.
   *
   * @param malicious places of the malicious rows
   * @param batch the poisoned batch; the other rows are the clean ones
   * @param others rows that are not malicious
   * @param wrongBefore how many of these are decided wrongly in the clean batch
   * @param wrongAfter how many are in the poisoned one
   */
  public record Poisoned(
      int[] malicious, double[][] batch, int others, int wrongBefore, int wrongAfter) {
    /** Growth of the others' error, as a share of them. */
    public double harm() {
      return (double) (wrongAfter - wrongBefore) / others;
    }
  }

  /**
   * Poisons a batch.
   *
   * @param model that the batch is given to
   * @param batch {@code [rows][input values]}, at least 2; not modified
   * @param labels of all rows, from 0
   * @param key says which rows are malicious
   */
  public Poisoned run(FrozenModel model, double[][] batch, int[] labels, RandomKey key) {
    model.requireBatch(batch, labels);
    if (batch.length < 2) {
      throw new IllegalArgumentException(
          "a batch to poison must have at least 2 rows but had " + batch.length);
    }
    int count = malicious(batch.length);
    int[] malicious = chosen(batch.length, count, key);
    double[][] poisoned = batch.clone();
    double[][] moved =
        knowledge == Knowledge.WHITE_BOX
            ? climb(model, batch, labels, malicious)
            : climbAlone(model, batch, labels, malicious);
    for (int i = 0; i < count; i++) {
      poisoned[malicious[i]] = moved[i];
    }
    return new Poisoned(
        malicious,
        poisoned,
        batch.length - count,
        wrong(model, batch, labels, malicious),
        wrong(model, poisoned, labels, malicious));
  }

  private int malicious(int rows) {
    return (int) Math.min(rows - 1, Math.max(1, Math.round(share * rows)));
  }

  /**
   * What {@link #run} costs at most.
   *
   * @param rows of the batch, at least 2
   */
  public Passes passes(int rows) {
    long count = malicious(rows);
    long seen = knowledge == Knowledge.WHITE_BOX ? rows : 2 * count;
    return new Passes((steps + 1) * seen + 2L * rows, (steps + 1) * (seen - count));
  }

  /** The first of a random order. */
  private static int[] chosen(int rows, int count, RandomKey key) {
    RandomGenerator random = key.with("malicious").random();
    int[] order = IntStream.range(0, rows).toArray();
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i, rows);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return Arrays.stream(order, 0, count).sorted().toArray();
  }

  /** The malicious rows as they were stand beside themselves, as those to harm. */
  private double[][] climbAlone(
      FrozenModel model, double[][] batch, int[] labels, int[] malicious) {
    int count = malicious.length;
    double[][] own = new double[2 * count][];
    int[] ownLabels = new int[2 * count];
    for (int i = 0; i < 2 * count; i++) {
      own[i] = batch[malicious[i % count]];
      ownLabels[i] = labels[malicious[i % count]];
    }
    return climb(model, own, ownLabels, IntStream.range(0, count).toArray());
  }

  private double[][] climb(FrozenModel model, double[][] batch, int[] labels, int[] malicious) {
    boolean[] harmed = new boolean[batch.length];
    Arrays.fill(harmed, true);
    Arrays.stream(malicious).forEach(row -> harmed[row] = false);
    BatchObjective loss = FrozenModel.over(harmed, row -> Objective.crossEntropy(labels[row]));
    double[][] at = batch.clone();
    double[][] best = rows(at, malicious);
    double highest = Double.NEGATIVE_INFINITY;
    for (int step = 0; step <= steps; step++) {
      BatchReply reply = model.climb(at, loss);
      double value = Arrays.stream(reply.values()).sum();
      if (value > highest) {
        highest = value;
        best = rows(at, malicious);
      }
      if (!Arrays.stream(malicious).allMatch(row -> Cube.leads(reply.inputGradients()[row]))) {
        return best;
      }
      for (int row : malicious) {
        at[row] =
            new Cube(batch[row], epsilon, model.service().domain())
                .step(at[row], reply.inputGradients()[row], stepSize);
      }
    }
    return best;
  }

  private static double[][] rows(double[][] batch, int[] places) {
    return Arrays.stream(places).mapToObj(place -> batch[place].clone()).toArray(double[][]::new);
  }

  private static int wrong(FrozenModel model, double[][] batch, int[] labels, int[] malicious) {
    int[] decisions = model.decisions(batch);
    return (int)
        IntStream.range(0, batch.length)
            .filter(row -> Arrays.binarySearch(malicious, row) < 0)
            .filter(row -> decisions[row] != labels[row])
            .count();
  }
}
