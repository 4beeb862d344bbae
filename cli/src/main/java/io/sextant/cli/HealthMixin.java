package io.sextant.cli;

import io.sextant.evaluation.Subject;
import io.sextant.gradients.Examples;
import io.sextant.gradients.model.HealthReport;
import picocli.CommandLine.Option;

/** What to do with a model whose gradients do not belong to it. */
final class HealthMixin {
  @Option(
      names = "--ignore-health",
      description =
          "Go on although the engine does not compute what the network computes; no figure of such"
              + " a run counts.")
  boolean ignored;

  /**
   * Checks a model near the data before it is worked with, and says what was found.
   *
   * @throws IllegalArgumentException when the model is not healthy and that is not ignored
   */
  void check(Subject subject, Examples data, long seed, Console console) {
    HealthReport health = subject.health(data, seed);
    if (!health.ok() && !ignored) {
      throw new IllegalArgumentException(refusal(subject.file().name(), health.messages().get(0)));
    }
    health.messages().forEach(message -> console.remark("health: " + message));
  }

  /** One line on a model that is not healthy. */
  static String refusal(String file, String message) {
    return "%s: health NOT OK: %s; --ignore-health goes on all the same".formatted(file, message);
  }
}
