package io.sextant.gradients.predictor;

import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A predictor made of a function. */
record FunctionPredictor(
    String name,
    Optional<String> fingerprint,
    Answers answers,
    int classes,
    UnaryOperator<double[][]> function)
    implements Predictor {
  FunctionPredictor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(answers, "answers");
    if (fingerprint.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "the fingerprint of the predictor %s must not be blank; leave it out, or take a digest of the model"
              .formatted(name));
    }
    Objects.requireNonNull(function, "predict");
    if (classes < 2) {
      throw new IllegalArgumentException(
          "a predictor must have at least 2 classes but had " + classes);
    }
  }

  @Override
  public double[][] predict(double[][] rows) {
    return function.apply(rows);
  }
}
