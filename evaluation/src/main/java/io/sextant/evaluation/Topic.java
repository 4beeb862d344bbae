package io.sextant.evaluation;

import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Something that audits can say something about. What no stage of a run has measured, its result
 * lists as not tested.
 *
 * @param open what stands there when it was not measured
 * @param rest what stays open all the same when it was; blank if nothing does
 */
record Topic(String open, String rest) {
  /** Attacks that see only what the model answers. */
  static final Topic BLACK_BOX =
      new Topic(
          "black-box attacks, and attacks through transfer from other models",
          "attacks through transfer from other models");

  static final Topic CORRUPTIONS =
      new Topic(
          "natural corruptions and shifts of the data",
          "natural corruptions and shifts of the data beside those that are listed");

  static final Topic TRAINING = new Topic("poisoning of training data, and attacks on privacy", "");

  /** Applies to tables only. */
  static final Topic CATEGORIES =
      new Topic("changes of categories and binary features, which were frozen", "");

  /** Perturbations that a norm measures. */
  static Topic bounded(Norm norm) {
    return new Topic("perturbations bounded in " + norm.symbol(), "");
  }

  /**
   * What is open after a run.
   *
   * @param measured by its stages
   * @param table whether inputs are rows of a table, rather than images
   */
  static List<String> notTested(Set<Topic> measured, boolean table) {
    return Stream.of(
            Arrays.stream(Norm.values()).map(Topic::bounded),
            Stream.of(BLACK_BOX, CORRUPTIONS, TRAINING),
            table ? Stream.of(CATEGORIES) : Stream.<Topic>empty())
        .flatMap(topics -> topics)
        .map(topic -> measured.contains(topic) ? topic.rest() : topic.open())
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
