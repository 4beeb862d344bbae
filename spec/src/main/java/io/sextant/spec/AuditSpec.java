package io.sextant.spec;

import io.sextant.results.Rule;
import io.sextant.results.Slice;
import io.sextant.results.gate.Waiver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Everything that an audit is asked for.
 *
 * @param models at least one
 * @param classes class names in the order of the labels; empty when the data names them
 * @param data the examples
 * @param threats what the attacker may do
 * @param attacks in the order in which they are listed in results
 * @param explainers in the order in which they are listed in results
 * @param explainsByDefault whether nobody named these explainers, so that those which a model does
 *     not answer to are left out
 * @param corruptions corruptions and shifts of the data, where they are asked for
 * @param attributions which explanations are to be kept for comparisons with other audits, where
 *     some are
 * @param explanationQuality how explanations are to be judged, where they are
 * @param adaptation how the model is to be adapted, where it is
 * @param slices parts of the examples that rules may name; perhaps none
 * @param rules what must hold; perhaps none
 * @param waivers broken rules that are accepted for a time, by builds that gate; perhaps none
 * @param reportExamples whether inputs are shown in the report
 * @param evidence how much is kept for replay
 * @param seed of every random choice
 * @param engine {@code auto} or an engine's name
 * @param text the spec as it was written
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AuditSpec(
    List<ModelSpec> models,
    List<String> classes,
    DataSpec data,
    List<ThreatSpec> threats,
    List<Configured> attacks,
    List<Configured> explainers,
    boolean explainsByDefault,
    Optional<CorruptionSpec> corruptions,
    Optional<AttributionsSpec> attributions,
    Optional<ExplanationQualitySpec> explanationQuality,
    Optional<AdaptationSpec> adaptation,
    List<Slice> slices,
    List<Rule> rules,
    List<Waiver> waivers,
    boolean reportExamples,
    Evidence evidence,
    long seed,
    String engine,
    String text) {
  /** How much of the evidence is kept. */
  public enum Evidence {
    /** Clean and adversarial inputs and the model. */
    FULL,
    /** Clean and adversarial inputs, without the model. */
    ADVERSARIAL,
    /** Nothing. */
    NONE
  }

  public AuditSpec {
    models = List.copyOf(models);
    classes = List.copyOf(classes);
    threats = List.copyOf(threats);
    attacks = List.copyOf(attacks);
    explainers = List.copyOf(explainers);
    slices = List.copyOf(slices);
    rules = List.copyOf(rules);
    waivers = List.copyOf(waivers);
  }

  /**
   * The same on other examples and with other rules. It is another spec, and so it has another
   * text.
   *
   * @param folder that paths in its text are relative to
   */
  public AuditSpec with(DataSpec otherData, List<Rule> otherRules, Path folder) {
    AuditSpec changed = with(otherData, otherRules, "");
    return changed.with(otherData, otherRules, new SpecWriter(folder).write(changed));
  }

  private AuditSpec with(DataSpec otherData, List<Rule> otherRules, String newText) {
    return new AuditSpec(
        models,
        classes,
        otherData,
        threats,
        attacks,
        explainers,
        explainsByDefault,
        corruptions,
        attributions,
        explanationQuality,
        adaptation,
        slices,
        otherRules,
        waivers,
        reportExamples,
        evidence,
        seed,
        engine,
        newText);
  }
}
