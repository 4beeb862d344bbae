package io.sextant.gradients.predictor;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;

/**
 * A trained classifier that answers and gives no gradients: a tree ensemble, a model behind a REST
 * endpoint, anything on the JVM. It can be attacked and explained by methods that ask for answers
 * alone, corrupted, audited and gated on.
 *
 * <pre>{@code
 * Predictor forest = Predictor.probabilities(2, rows -> probabilitiesOf(booster, rows));
 * }</pre>
 *
 * <p>A predictor is deterministic: equal rows get equal answers, whatever other rows stand beside
 * them. It may be asked by several threads; {@link #oneAtATime} is for those that may not. It does
 * not modify what it is asked about, and does its own preprocessing.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Predictor {
  /** What a predictor says of an input. */
  enum Answers {
    /** A number for each class whose softmax is its probability. */
    LOGITS,
    /** A probability for each class, or with two classes that of class 1 alone. */
    PROBABILITIES,
    /** The class alone, as its number. */
    LABELS
  }

  /** What each answer is. */
  Answers answers();

  /** Number of classes, at least 2. */
  int classes();

  /**
   * Answers.
   *
   * @param rows {@code [rows][features]} in the input's units, images with the channels first; not
   *     modified; at least one
   * @return one answer per row, in the same order: {@code [rows][classes]}; {@code [rows][1]} for
   *     labels, and for probabilities of class 1
   */
  double[][] predict(double[][] rows);

  /** What results call it. */
  default String name() {
    return getClass().isAnonymousClass() || getClass().isSynthetic()
        ? "predictor"
        : getClass().getSimpleName();
  }

  /**
   * A predictor of logits.
   *
   * @param classes at least 2
   * @param predict from {@code [rows][features]} to {@code [rows][classes]}
   */
  static Predictor logits(int classes, UnaryOperator<double[][]> predict) {
    return new FunctionPredictor("predictor", Answers.LOGITS, classes, predict);
  }

  /**
   * A predictor of probabilities.
   *
   * @param classes at least 2
   * @param predict from {@code [rows][features]} to {@code [rows][classes]}, or to {@code
   *     [rows][1]}, the probability of class 1 of two
   */
  static Predictor probabilities(int classes, UnaryOperator<double[][]> predict) {
    return new FunctionPredictor("predictor", Answers.PROBABILITIES, classes, predict);
  }

  /**
   * A predictor of classes alone.
   *
   * @param classes at least 2
   * @param predict from {@code [rows][features]} to a class per row, from 0
   */
  static Predictor labels(int classes, Function<double[][], int[]> predict) {
    return new FunctionPredictor(
        "predictor",
        Answers.LABELS,
        classes,
        rows -> {
          int[] labels = predict.apply(rows);
          double[][] answers = new double[labels.length][1];
          for (int i = 0; i < labels.length; i++) {
            answers[i][0] = labels[i];
          }
          return answers;
        });
  }

  /** This predictor under another name. */
  default Predictor named(String name) {
    Objects.requireNonNull(name, "name");
    return new FunctionPredictor(name, answers(), classes(), this::predict);
  }

  /** This predictor for callers on several threads, of which one at a time is let through. */
  default Predictor oneAtATime() {
    Object lock = new Object();
    return new FunctionPredictor(
        name(),
        answers(),
        classes(),
        rows -> {
          synchronized (lock) {
            return predict(rows);
          }
        });
  }
}
