package io.sextant.corruptions;

import io.sextant.methods.Suggestion;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How strong the five severities are.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ParameterSet {
  /**
   * Mild, made for images of 32 pixels: those of CIFAR-10-C (Hendrycks, Dietterich, "Benchmarking
   * Neural Network Robustness to Common Corruptions and Perturbations", ICLR 2019,
   * arXiv:1903.12261).
   */
  CIFAR_C("cifar-c"),
  /**
   * Strong: those of MNIST-C (Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision",
   * 2019, arXiv:1906.02337), which for noise, blur, weather and digital kinds are ImageNet-C's for
   * images of 224 pixels.
   */
  MNIST_C("mnist-c");

  private final String word;

  ParameterSet(String word) {
    this.word = word;
  }

  /** The name in specs and commands. */
  public String word() {
    return word;
  }

  /** The names of all sets. */
  public static List<String> words() {
    return Arrays.stream(values()).map(ParameterSet::word).toList();
  }

  /**
   * The set of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ParameterSet of(String word) {
    return Arrays.stream(values())
        .filter(set -> set.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "parameters must be one of %s but was '%s'%s"
                        .formatted(
                            String.join(", ", words()), word, Suggestion.question(word, words()))));
  }

  @Override
  public String toString() {
    return word;
  }
}
