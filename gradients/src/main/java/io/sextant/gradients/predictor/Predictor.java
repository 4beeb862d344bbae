package io.sextant.gradients.predictor;

import java.util.Objects;
import java.util.Optional;
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
   * Answers. Rows of the data come, and what attacks, corruptions and explainers make of them; each
   * value lies within the bounds of its feature. That one-hot columns add up to 1 and that whole
   * numbers stay whole holds for all rows of attacks and checks but those of the check of a huge
   * epsilon, which is left out where they cannot be answered; explainers that leave columns out set
   * them to values of their baseline.
   *
   * @param rows {@code [rows][features]} in the input's units, images with the channels first; not
   *     modified; at least one
   * @return one answer per row, in the same order: {@code [rows][classes]}; {@code [rows][1]} for
   *     labels, and for probabilities of class 1
   * @throws RuntimeException ends what asks, with its message
   */
  double[][] predict(double[][] rows);

  /**
   * What no other predictor of this name ever had: a digest of the model's bytes, the version that
   * an endpoint serves. With it, interrupted audits are gone on with and finished ones are not made
   * again, and replay tells whether it asks the same predictor. Without it nothing is reused.
   */
  default Optional<String> fingerprint() {
    return Optional.empty();
  }

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
    return new FunctionPredictor("predictor", Optional.empty(), Answers.LOGITS, classes, predict);
  }

  /**
   * A predictor of probabilities.
   *
   * @param classes at least 2
   * @param predict from {@code [rows][features]} to {@code [rows][classes]}, or to {@code
   *     [rows][1]}, the probability of class 1 of two
   */
  static Predictor probabilities(int classes, UnaryOperator<double[][]> predict) {
    return new FunctionPredictor(
        "predictor", Optional.empty(), Answers.PROBABILITIES, classes, predict);
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
        Optional.empty(),
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
    return new FunctionPredictor(name, fingerprint(), answers(), classes(), this::predict);
  }

  /**
   * This predictor with a {@link #fingerprint()}.
   *
   * @param text another one for whatever may answer otherwise
   * @throws IllegalArgumentException if it is blank
   */
  default Predictor withFingerprint(String text) {
    Objects.requireNonNull(text, "text");
    return new FunctionPredictor(name(), Optional.of(text), answers(), classes(), this::predict);
  }

  /** This predictor for callers on several threads, of which one at a time is let through. */
  default Predictor oneAtATime() {
    Object lock = new Object();
    return new FunctionPredictor(
        name(),
        fingerprint(),
        answers(),
        classes(),
        rows -> {
          synchronized (lock) {
            return predict(rows);
          }
        });
  }
}
