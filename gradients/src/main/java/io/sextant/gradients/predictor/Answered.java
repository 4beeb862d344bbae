package io.sextant.gradients.predictor;

import java.util.Arrays;

/** What a predictor said, checked and brought into the forms that the toolkit computes with. */
final class Answered {
  /** How far probabilities may be from adding up to 1: those of floats, rounded to print. */
  private static final double SUM = 1e-3;

  /** Trees give probabilities of exactly 0, and a logarithm must stay finite. */
  private static final double LEAST_PROBABILITY = 1e-30;

  private final Predictor predictor;
  private final double[][] outputs;

  private Answered(Predictor predictor, double[][] outputs) {
    this.predictor = predictor;
    this.outputs = outputs;
  }

  /**
   * Asks.
   *
   * @param rows {@code [rows][features]}
   * @throws PredictorException when it fails, or the answers are not of the form that the predictor
   *     says
   */
  static Answered to(Predictor predictor, double[][] rows) {
    double[][] answers;
    try {
      answers = rows.length == 0 ? new double[0][] : predictor.predict(rows);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      throw new PredictorException("the predictor %s failed: %s".formatted(predictor.name(), e), e);
    }
    if (answers == null || answers.length != rows.length) {
      throw failed(
          predictor,
          "must give one answer per row but gave %s for %d rows",
          answers == null ? "null" : answers.length,
          rows.length);
    }
    double[][] outputs = new double[answers.length][];
    for (int i = 0; i < answers.length; i++) {
      outputs[i] = output(predictor, answers[i]);
    }
    return new Answered(predictor, outputs);
  }

  private static double[] output(Predictor predictor, double[] answer) {
    int classes = predictor.classes();
    return switch (predictor.answers()) {
      case LOGITS -> wide(predictor, answer);
      case PROBABILITIES -> {
        double[] both =
            answer != null && answer.length == 1 && classes == 2
                ? new double[] {1 - answer[0], answer[0]}
                : wide(predictor, answer);
        requireProbabilities(predictor, both);
        yield both;
      }
      case LABELS -> {
        if (answer == null || answer.length != 1) {
          throw failed(
              predictor, "must answer with one class but gave %s", Arrays.toString(answer));
        }
        double label = answer[0];
        if (label != Math.rint(label) || label < 0 || label >= classes) {
          throw failed(
              predictor, "must answer with a class in 0..%d but gave %s", classes - 1, label);
        }
        double[] chosen = new double[classes];
        chosen[(int) label] = 1;
        yield chosen;
      }
    };
  }

  private static double[] wide(Predictor predictor, double[] answer) {
    if (answer == null || answer.length != predictor.classes()) {
      throw failed(
          predictor,
          "must answer with %d numbers, one for each class, but gave %s",
          predictor.classes(),
          answer == null ? "null" : answer.length);
    }
    return answer.clone();
  }

  private static void requireProbabilities(Predictor predictor, double[] answer) {
    double sum = 0;
    for (double p : answer) {
      // What is not a number is an answer that the checks of an audit count.
      if (p < -SUM || p > 1 + SUM) {
        throw failed(
            predictor,
            "must answer with probabilities in 0..1 but gave %s",
            Arrays.toString(answer));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM) {
      throw failed(
          predictor,
          "must answer with probabilities that add up to 1 but gave %s; say LOGITS if that is what"
              + " they are",
          Arrays.toString(answer));
    }
  }

  private static PredictorException failed(Predictor predictor, String what, Object... values) {
    return new PredictorException(
        "the predictor %s %s".formatted(predictor.name(), what.formatted(values)));
  }

  /** {@code [rows][classes]}: logits, probabilities, or 1 at the label. */
  double[][] outputs() {
    return outputs;
  }

  /**
   * {@code [rows][classes]}; of labels, 1 at the label, so that only the decision says anything.
   */
  double[][] logits() {
    if (predictor.answers() != Predictor.Answers.PROBABILITIES) {
      return outputs;
    }
    return Arrays.stream(outputs)
        .map(row -> Arrays.stream(row).map(p -> Math.log(Math.max(p, LEAST_PROBABILITY))).toArray())
        .toArray(double[][]::new);
  }
}
