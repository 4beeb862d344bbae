package io.sextant.gradients.contract;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.contract.Answers.Quantity;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The engine under test against the reference on one question.
 *
 * <p>A row may differ where rounding decides: next to a kink or between two values that tie. That
 * is found out from the reference alone, which is asked again with rounding errors put in by hand.
 *
 * @param difference what differs, if anything
 * @param rows rows compared
 * @param delicate rows that differ where rounding decides
 */
record Agreement(Optional<String> difference, int rows, int delicate) {
  /** The largest difference by the largest magnitude. */
  static final double TOLERANCE = 1e-4;

  /** Magnitudes below this are no measure: what should cancel may leave rounding errors of 1. */
  private static final double SMALLEST = 1e-2;

  private static final int NOISES = 20;

  static Agreement on(Question question, RandomKey key) {
    Answers expected = question.ask(EngineUnderTest.reference(question.graph()));
    try (GradientService service =
        EngineUnderTest.service(question.graph()).batchSize(question.rows().length).build()) {
      Answers actual = question.ask(service);
      Agreement whole = compare("", question, expected, actual, key);
      if (whole.difference.isPresent()) {
        return whole;
      }
      int size = partOf(question.rows().length, key.with("size").random());
      int from = key.with("from").random().nextInt(question.rows().length - size + 1);
      int to = from + size;
      Question part = question.part(from, to);
      Agreement parts =
          compare(
              "asked for rows %d to %d alone, ".formatted(from, to - 1),
              part,
              expected.part(from, to),
              part.ask(service),
              key);
      if (parts.difference.isPresent()) {
        return parts;
      }
      Answers again = question.ask(service);
      boolean repeated = Arrays.stream(Quantity.values()).allMatch(q -> again.equal(actual, q));
      return new Agreement(
          repeated ? Optional.empty() : Optional.of("repeated, the answer has other bits"),
          whole.rows,
          whole.delicate);
    }
  }

  /**
   * Some of the powers of two that make up a number: engines that cut batches so have prepared
   * these already.
   */
  private static int partOf(int rows, RandomGenerator random) {
    int size = rows & random.nextInt(1, rows + 1);
    return size == 0 ? Integer.lowestOneBit(rows) : size;
  }

  private static Agreement compare(
      String asked, Question question, Answers expected, Answers actual, RandomKey key) {
    boolean[] delicate = new boolean[question.rows().length];
    for (Quantity quantity : Quantity.values()) {
      double[] differences = differences(quantity.of(actual), quantity.of(expected));
      int[] off =
          IntStream.range(0, differences.length)
              .filter(row -> !(differences[row] <= TOLERANCE))
              .toArray();
      if (off.length > 0) {
        boolean[] unsure = unsure(question, quantity, quantity.of(expected), key);
        for (int row : off) {
          if (!unsure[row]) {
            return new Agreement(
                Optional.of(
                    "%s%s of row %d differs by %.2e"
                        .formatted(asked, quantity, row, differences[row])),
                differences.length,
                0);
          }
          delicate[row] = true;
        }
      }
    }
    int count = (int) IntStream.range(0, delicate.length).filter(row -> delicate[row]).count();
    return new Agreement(Optional.empty(), delicate.length, count);
  }

  /** Each row's largest difference by the largest magnitude over all rows. */
  private static double[] differences(double[][] actual, double[][] expected) {
    double magnitude =
        Arrays.stream(expected).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
    double[] differences = new double[expected.length];
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        double difference = Math.abs(actual[row][i] - expected[row][i]);
        // A difference that is no number stays one.
        differences[row] = Math.max(differences[row], difference);
      }
      differences[row] /= Math.max(magnitude, SMALLEST);
    }
    return differences;
  }

  /** In which rows rounding errors change the reference's own answer. */
  static boolean[] unsure(
      Question question, Quantity quantity, double[][] expected, RandomKey key) {
    boolean[] unsure = new boolean[expected.length];
    for (int noise = 0; noise < NOISES; noise++) {
      InferenceGraph noisy = Graphs.noisy(question.graph(), key.with(noise));
      Answers answers = question.about(noisy).ask(EngineUnderTest.reference(noisy));
      double[] differences = differences(quantity.of(answers), expected);
      for (int row = 0; row < unsure.length; row++) {
        unsure[row] |= !(differences[row] <= TOLERANCE / 2);
      }
    }
    return unsure;
  }

  /** The first node, if any, that is wrong already when the graph ends in it. */
  static Optional<Node> culprit(Question question, RandomKey key) {
    RandomGenerator random = key.with("culprit").random();
    for (Node last : question.graph().nodes()) {
      InferenceGraph part = Graphs.endingIn(question.graph(), last);
      double[][] cotangent = new double[question.rows().length][part.output().shape().elements()];
      for (double[] row : cotangent) {
        Arrays.setAll(row, i -> Values.ROUGH.input(random));
      }
      Question exact = new Question(part, question.rows(), cotangent, part.output());
      if (on(exact, key).difference().isPresent()) {
        return Optional.of(last);
      }
    }
    return Optional.empty();
  }
}
