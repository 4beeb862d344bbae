package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.methods.Access;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the outputs on clean inputs say of whether attacks can work with them: the flags of
 * AutoAttack (Croce, Hein, 2020, arXiv:2003.01690, in its released code), and the range of logits
 * in which a softmax has slopes that a float holds.
 */
final class OutputChecks {
  /** Inputs that are asked about. */
  static final int EXAMPLES = 64;

  /** How often each is asked about. */
  static final int ANSWERS = 5;

  /** As in AutoAttack: between outputs of length 1, in the Euclidean norm. */
  static final double SAME = 1e-4;

  /** As in AutoAttack: how far from probabilities outputs still count as such. */
  static final double PROBABILITY = 1e-5;

  /** A smaller lead leaves a softmax in float with equal probabilities: 8 roundings of 1. */
  static final double LEAST_LEAD = 0x1p-20;

  /** A larger lead leaves the other probabilities below the smallest normal float, 2^-126. */
  static final double LARGEST_LEAD = 126 * Math.log(2);

  /** Shares of examples outside these bounds. */
  static final double FEW = 0.1;

  static final double MOST = 0.5;

  private final GradientService service;
  private final Judge judge;
  private final CleanStage.Decided decided;
  private final int[] places;
  private final double[][] rows;

  OutputChecks(Subject subject, CleanStage.Decided decided) {
    this.service = subject.service().as("validity");
    this.judge = subject.judge();
    this.decided = decided;
    this.places = IntStream.range(0, decided.examples().size()).limit(EXAMPLES).toArray();
    this.rows = decided.examples().at(places).rows();
  }

  List<ValidityCheck> run() {
    double[][] logits = service.logits(rows);
    return service.access() == Access.GRADIENTS
        ? List.of(repeatable(), probabilities(logits), scale(logits))
        // The scale of logits hides gradients, of which there are none.
        : List.of(repeatable());
  }

  /** The same input must get the same answer, from the engine and from the network. */
  private ValidityCheck repeatable() {
    double[][][] engine = new double[ANSWERS][][];
    double[][][] network = new double[ANSWERS][][];
    int[][] decisions = new int[ANSWERS][];
    for (int k = 0; k < ANSWERS; k++) {
      engine[k] = service.logits(rows);
      network[k] = judge.logits(rows);
      decisions[k] = judge.decisions(rows);
    }
    double largest = 0;
    List<Integer> samples = new ArrayList<>();
    boolean decidedAnew = false;
    for (int i = 0; i < rows.length; i++) {
      double spread = Math.max(spread(engine, i), spread(network, i));
      boolean other = false;
      for (int k = 1; k < ANSWERS; k++) {
        other |= decisions[k][i] != decisions[0][i];
      }
      if (other || spread > SAME) {
        samples.add(sample(i));
      }
      decidedAnew |= other;
      largest = Math.max(largest, spread);
    }
    return ValidityChecks.check(
        "random-output",
        "The same input gets the same answer",
        decidedAnew || largest > SAME ? Status.FAIL : Status.PASS,
        largest,
        SAME,
        ("%d clean inputs are put to the engine and to the network %d times each. Measured is the"
                + " largest distance between two answers, each brought to length 1. Against a model"
                + " that answers at random, what one answer says of the next is luck, for attacks"
                + " and for verification.")
            .formatted(rows.length, ANSWERS),
        List.of(),
        List.of(),
        samples);
  }

  /** The largest distance between two answers to one question, each of length 1. */
  private static double spread(double[][][] answers, int row) {
    double largest = 0;
    for (int a = 0; a < answers.length; a++) {
      for (int b = a + 1; b < answers.length; b++) {
        double[] first = answers[a][row];
        double[] second = answers[b][row];
        double squares = 0;
        for (int c = 0; c < first.length; c++) {
          double d = first[c] / length(first) - second[c] / length(second);
          squares += d * d;
        }
        // What is not finite has a check of its own.
        largest = Double.isFinite(squares) ? Math.max(largest, Math.sqrt(squares)) : largest;
      }
    }
    return largest;
  }

  private static double length(double[] v) {
    double squares = 0;
    for (double value : v) {
      squares += value * value;
    }
    return Math.max(Double.MIN_NORMAL, Math.sqrt(squares));
  }

  /** Logits that are probabilities have been through a softmax already. */
  private ValidityCheck probabilities(double[][] logits) {
    List<Integer> samples = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      double sum = 0;
      boolean within = true;
      for (double z : logits[i]) {
        sum += z;
        within &= z > -PROBABILITY && z < 1 + PROBABILITY;
      }
      if (within && Math.abs(sum - 1) < PROBABILITY) {
        samples.add(sample(i));
      }
    }
    double share = rows.length == 0 ? 0 : samples.size() / (double) rows.length;
    return ValidityChecks.check(
        "probability-outputs",
        "Logits are not probabilities",
        share == 1 ? Status.FAIL : Status.PASS,
        share,
        1,
        "Share of clean inputs whose logits lie between 0 and 1 and add up to 1. Where all do, the"
            + " model gives probabilities as logits: a second softmax flattens its losses, and a"
            + " confident first one has no slope.",
        ValidityChecks.ON_GRADIENTS,
        List.of(),
        share == 1 ? List.of() : samples);
  }

  /** A softmax over logits must have slopes that a float holds. */
  private ValidityCheck scale(double[][] logits) {
    String id = "logit-scale";
    String title = "Logits have a scale that floats hold";
    String explanation =
        ("Share of rightly decided clean inputs whose largest logit leads the next by more than"
                + " %.1f, where the other probabilities are below the smallest normal float, or by"
                + " less than %.1e, where floats cannot tell the probabilities apart. Losses made"
                + " of probabilities have no slope there.")
            .formatted(LARGEST_LEAD, LEAST_LEAD);
    List<Integer> samples = new ArrayList<>();
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      if (decided.predicted()[places[i]] == decided.examples().label(places[i])
          && Logits.finite(logits[i])) {
        right++;
        double lead = Scores.margin(logits[i]);
        if (lead > LARGEST_LEAD || lead < LEAST_LEAD) {
          samples.add(sample(i));
        }
      }
    }
    if (right == 0) {
      return ValidityChecks.skipped(id, title, "no example is classified correctly", explanation);
    }
    double share = samples.size() / (double) right;
    return ValidityChecks.check(
        id,
        title,
        share > MOST ? Status.FAIL : share > FEW ? Status.WARN : Status.PASS,
        share,
        MOST,
        explanation,
        ValidityChecks.ON_GRADIENTS,
        List.of(),
        samples);
  }

  private int sample(int i) {
    return Math.toIntExact(decided.examples().id(places[i]));
  }
}
