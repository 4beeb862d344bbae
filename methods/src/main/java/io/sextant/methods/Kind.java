package io.sextant.methods;

import org.apiguardian.api.API;

/**
 * What a method is asked for.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Kind {
  /** An adversarial input within a radius. */
  FIXED_RADIUS(Family.ATTACK, "fixed radius"),
  /** The nearest adversarial input: a distance for each example. */
  MINIMUM_NORM(Family.ATTACK, "minimum norm"),
  /** One perturbation for all inputs, learnt from some of them. */
  UNIVERSAL(Family.UNIVERSAL, "universal"),
  /** What each value of the input contributes to the output. */
  ATTRIBUTION(Family.EXPLAINER, "attribution"),
  /** What each activation of a layer contributes to the output. */
  LAYER_ATTRIBUTION(Family.EXPLAINER, "layer attribution"),
  /** An image as it may be without anybody's ill will. */
  IMAGE_CORRUPTION(Family.CORRUPTION, "corruption of images"),
  /** A row of a table as it may be without anybody's ill will. */
  TABLE_CORRUPTION(Family.CORRUPTION, "corruption of tables"),
  /** Predictions for a stream of batches, by a model that follows the data. */
  ADAPTATION(Family.ADAPTATION, "adaptation"),
  /** Whether to believe an attribution. */
  EXPLANATION_QUALITY(Family.METRIC, "quality of explanations"),
  /** Searches for inputs that are decided alike and explained otherwise. */
  EXPLANATION_ATTACK(Family.EXPLANATION_ATTACK, "attack on explanations");

  /**
   * What specs list methods under.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Family {
    /** Searches for inputs on which a model decides otherwise. */
    ATTACK("attack"),
    /** Learns from examples what then breaks others. */
    UNIVERSAL("universal attack"),
    /** Says what a decision rests on. */
    EXPLAINER("explainer"),
    /** Changes inputs without knowing the model. */
    CORRUPTION("corruption"),
    /** Fits a trained model to the data that it currently meets. */
    ADAPTATION("adaptation method"),
    /** Scores explanations. */
    METRIC("metric of explanations"),
    /** Moves explanations while decisions stay. */
    EXPLANATION_ATTACK("attack on explanations");

    private final String word;

    Family(String word) {
      this.word = word;
    }

    /** The word for one of them in messages. */
    public String word() {
      return word;
    }
  }

  private final Family family;
  private final String title;

  Kind(Family family, String title) {
    this.family = family;
    this.title = title;
  }

  /** What specs list it under. */
  public Family family() {
    return family;
  }

  /** For people, for example {@code minimum norm}. */
  public String title() {
    return title;
  }
}
