package io.sextant.cli;

import io.sextant.evaluation.Progress;
import io.sextant.evaluation.QualityColumns;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.explainers.Reference;
import io.sextant.explainers.quality.Deletion;
import io.sextant.explainers.quality.Insertion;
import io.sextant.explainers.quality.Judged;
import io.sextant.explainers.quality.QualityMetric;
import io.sextant.explainers.quality.QualityTable;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.reports.AttributionPictures;
import io.sextant.results.ExplanationQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Draws how the model's answer falls and rises while what an explanation names first is taken away
 * and put in, beside maps that explain nothing.
 *
 * @param service the model
 * @param examples that were explained
 * @param explainer that explained them
 * @param reference the data
 * @param seed of the random map
 */
record Curves(
    GradientService service,
    Examples examples,
    Explainer explainer,
    Reference reference,
    long seed) {
  private static final String CONSUMER = "curves";

  /**
   * Whether explanations have curves: of the values of inputs, one per example. Scores of several
   * classes of one example are no more examples.
   */
  boolean fits(Explanations found) {
    return found.size() == examples.size() && Judged.fits(found.shape(), service.inputShape());
  }

  /**
   * Draws the curves of the first explanations.
   *
   * @param most how many
   * @param folder of the pictures
   * @return the files, and what they cost, for people
   */
  Optional<String> write(Explanations found, int most, Progress progress, Path folder)
      throws IOException {
    int size = Math.min(most, found.size());
    if (size < 1 || !fits(found)) {
      return Optional.empty();
    }
    List<Certificate> certificates = found.certificates().subList(0, size);
    Output output = certificates.get(0).output();
    Judged judged =
        new Judged(
            service.as(CONSUMER),
            Examples.of(
                Arrays.copyOf(examples.rows(), size),
                certificates.stream().mapToInt(Certificate::target).toArray(),
                certificates.stream().mapToLong(Certificate::example).toArray()),
            output,
            explainer,
            Arrays.copyOf(found.attributions(), size),
            found.players().isPresent());
    List<QualityMetric> metrics =
        List.of(new Deletion().fitted(reference), new Insertion().fitted(reference));
    QualityTable table =
        QualityTable.of(
            judged,
            found.explainer(),
            metrics,
            seed,
            (done, total) -> progress.advanced(CONSUMER, done, total, Optional.empty()));
    List<String> files = new ArrayList<>();
    for (int m = 0; m < metrics.size(); m++) {
      String name = metrics.get(m).name();
      ExplanationQuality.Column column =
          QualityColumns.of(name, metrics.get(m), table.metrics().get(m));
      Optional<String> drawn = AttributionPictures.curves(column);
      if (drawn.isPresent()) {
        Pictures.write(folder.resolve(name + ".svg"), drawn.get());
        files.add(name + ".svg");
      }
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s of %d example%s (%,d forwards)",
            String.join(" and ", files),
            size,
            size == 1 ? "" : "s",
            service.meter().of(CONSUMER).forwards()));
  }
}
