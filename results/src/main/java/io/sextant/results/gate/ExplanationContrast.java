package io.sextant.results.gate;

import io.sextant.results.AttributionDrift;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.KeptAttributions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What two audits say of explanations, side by side, as lines for people.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ExplanationContrast {
  private ExplanationContrast() {}

  /** Drift of attributions and scores; what only one of the two has is said. */
  public static List<String> describe(AuditResult before, AuditResult after) {
    List<String> lines = new ArrayList<>();
    if (before.attributions().isPresent() && after.attributions().isPresent()) {
      lines.add("Attributions of the same examples, for their labels:");
      lines.addAll(drift(before.attributions().get(), after.attributions().get()));
    } else if (before.attributions().isPresent() || after.attributions().isPresent()) {
      lines.add(
          "Attributions are not compared: only the audit %s kept some; add 'attributions' to the spec of the other."
              .formatted(before.attributions().isPresent() ? "before" : "after"));
    }
    Optional<ExplanationQuality> was = before.quality();
    Optional<ExplanationQuality> is = after.quality();
    if (was.isPresent() && is.isPresent()) {
      lines.add("Scores of explanations, whose units depend on the model:");
      QualityContrast.of(was.get(), is.get())
          .forEach(contrast -> lines.add("  " + contrast.describe()));
    } else if (was.isPresent() || is.isPresent()) {
      lines.add(
          "Scores of explanations are not compared: only the audit %s has some."
              .formatted(was.isPresent() ? "before" : "after"));
    }
    return lines;
  }

  /** How far attributions are apart, indented. */
  public static List<String> drift(KeptAttributions before, KeptAttributions after) {
    return AttributionDrift.between(before, after).stream()
        .flatMap(drift -> drift.describe().stream())
        .map("  "::concat)
        .toList();
  }
}
