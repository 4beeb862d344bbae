package io.sextant.adaptation.audit;

import io.sextant.gradients.BatchReply;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * PGD in L∞ on rows of a batch, each by itself while the others stay clean: what an attacker of one
 * input can do to a model whose answer depends on the company. Where rows are independent it is PGD
 * as it always is, so that the trained and the adapted model are attacked alike.
 *
 * <p>It climbs the cross-entropy from the clean input and ends at the first iterate that breaks.
 * Each step of a row costs a forward of its batch and a backward, and the last iterate a forward.
 * Logits that are not finite are never a success: the search of a row ends there, as it does where
 * a gradient is not finite.
 *
 * <p>Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018,
 * arXiv:1706.06083.
 *
 * @param epsilon the radius in the input's units, above 0
 * @param steps at least 1
 * @param stepSize above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CompanyAttack(double epsilon, int steps, double stepSize) {
  /** Steps where nothing is said. */
  public static final int STEPS = 10;

  public CompanyAttack {
    if (!(epsilon > 0) || !(stepSize > 0) || steps < 1) {
      throw new IllegalArgumentException(
          "epsilon and step size must be above 0 and steps at least 1 but were %s, %s and %d"
              .formatted(epsilon, stepSize, steps));
    }
  }

  /** {@value #STEPS} steps of a quarter of the radius. */
  public static CompanyAttack of(double epsilon) {
    return new CompanyAttack(epsilon, STEPS, epsilon / 4);
  }

  /** What came of a row. */
  public enum Outcome {
    /** Wrong on the clean batch already. */
    ALREADY_WRONG,
    /** An input within the radius is decided otherwise. */
    BROKEN,
    /** None was found. */
    HELD,
    /** None was found up to an input at which logits or gradient are not finite. */
    INCONCLUSIVE
  }

  /**
   * A row after the attack.
   *
   * @param row its place in the batch
   * @param outcome what came of it
   * @param input the input that breaks it, or the last one tried; clean where it was wrong already
   */
  public record Attacked(int row, Outcome outcome, double[] input) {}

  /**
   * Attacks rows of a batch.
   *
   * @param model whose answers it changes
   * @param batch {@code [rows][input values]}; not modified
   * @param labels of all rows, from 0
   * @param attacked places of the rows to attack
   * @return one for each place, in order
   */
  public List<Attacked> run(FrozenModel model, double[][] batch, int[] labels, int... attacked) {
    model.requireBatch(batch, labels);
    int[] clean = model.decisions(batch);
    List<Attacked> results = new ArrayList<>();
    for (int row : attacked) {
      results.add(
          clean[row] != labels[row]
              ? new Attacked(row, Outcome.ALREADY_WRONG, batch[row].clone())
              : attack(model, batch, labels, row));
    }
    return results;
  }

  private Attacked attack(FrozenModel model, double[][] batch, int[] labels, int row) {
    Cube cube = new Cube(batch[row], epsilon, model.service().domain());
    // Company counts only where rows depend on one another.
    double[][] beside = model.coupled() ? batch.clone() : new double[][] {batch[row]};
    int at = model.coupled() ? row : 0;
    boolean[] own = new boolean[beside.length];
    own[at] = true;
    double[] x = batch[row];
    for (int step = 0; step < steps; step++) {
      beside[at] = x;
      BatchReply here =
          model.climb(beside, FrozenModel.over(own, i -> Objective.crossEntropy(labels[row])));
      Outcome outcome = outcome(Logits.decision(here.logits()[at]), labels[row]);
      if (step > 0 && outcome != Outcome.HELD) {
        return new Attacked(row, outcome, x);
      }
      double[] gradient = here.inputGradients()[at];
      if (!Cube.leads(gradient)) {
        return new Attacked(row, Outcome.INCONCLUSIVE, x);
      }
      x = cube.step(x, gradient, stepSize);
    }
    beside[at] = x;
    return new Attacked(row, outcome(model.decisions(beside)[at], labels[row]), x);
  }

  private static Outcome outcome(int decision, int label) {
    if (decision < 0) {
      return Outcome.INCONCLUSIVE;
    }
    return decision == label ? Outcome.HELD : Outcome.BROKEN;
  }

  /**
   * The most that {@link #run} can cost.
   *
   * @param rows of the batch
   * @param attacked how many of them are attacked
   * @param coupled whether a row's answer depends on the rows beside it
   */
  public Passes passes(long rows, long attacked, boolean coupled) {
    return new Passes(
        rows + attacked * (steps + 1) * (coupled ? rows : 1), attacked * (long) steps);
  }

  /**
   * The share of rows that were right and broke; 0 where none were right. Those that are
   * inconclusive count as not broken.
   */
  public static double success(List<Attacked> rows) {
    long right = rows.stream().filter(row -> row.outcome() != Outcome.ALREADY_WRONG).count();
    long broken = rows.stream().filter(row -> row.outcome() == Outcome.BROKEN).count();
    return right == 0 ? 0 : (double) broken / right;
  }
}
