package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sextant.results.internal.BoundedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The result of auditing one model: the content of {@code result.json} and the only input of every
 * report.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param task {@code classification}
 * @param toolkit version of Sextant
 * @param model under audit
 * @param engine that computed the gradients
 * @param data that was used
 * @param plan what was asked for
 * @param accuracy clean and robust
 * @param stages what each part of attacks with several parts added, in the order of the parts
 * @param predictions on the clean examples, all of those that clean accuracy counts
 * @param corruptions what corruptions and shifts made of the accuracy, where they were asked for
 * @param explanations per explainer
 * @param attributions kept for comparisons, where that was asked for
 * @param drift how far they are from those of another audit, where there was one to compare with
 * @param quality whether explanations can be believed, where that was asked for
 * @param adaptation how the model fares when it is adapted, where that was asked for
 * @param gallery examples to look at, empty when the spec keeps inputs out of the report
 * @param validity whether the audit can be believed
 * @param queries passes through the model, per consumer
 * @param reverification of the adversarial examples
 * @param gate rules and verdicts
 * @param notTested what this audit says nothing about
 * @param evidenceSha256 digest of the evidence manifest, where evidence was kept
 * @param run times, host and command: the only part that differs between equal audits
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AuditResult(
    int schema,
    String task,
    String toolkit,
    ModelInfo model,
    EngineInfo engine,
    DataInfo data,
    Plan plan,
    Accuracy accuracy,
    List<StageCounts> stages,
    Predictions predictions,
    Optional<CorruptionResult> corruptions,
    List<ExplainerResult> explanations,
    Optional<KeptAttributions> attributions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<AttributionDrift> drift,
    Optional<ExplanationQuality> quality,
    Optional<AdaptationResult> adaptation,
    List<GalleryExample> gallery,
    Validity validity,
    List<QueryCount> queries,
    Reverification reverification,
    Gate gate,
    List<String> notTested,
    Optional<String> evidenceSha256,
    RunInfo run) {
  /** The version of the format that this code writes. */
  public static final int SCHEMA = 2;

  /** The only task so far. */
  public static final String CLASSIFICATION = "classification";

  public AuditResult {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException(
          "schema must be %d but was %d; run sextant audit again, or use the version of Sextant that wrote it"
              .formatted(SCHEMA, schema));
    }
    if (predictions.samples().size() != accuracy.clean().n()) {
      throw new IllegalArgumentException(
          "predictions must be on the %s examples of the audit but were on %s"
              .formatted(accuracy.clean().n(), predictions.samples().size()));
    }
    stages = List.copyOf(stages);
    explanations = List.copyOf(explanations);
    drift = List.copyOf(drift);
    gallery = List.copyOf(gallery);
    queries = List.copyOf(queries);
    notTested = List.copyOf(notTested);
  }

  /**
   * Does what the first reading of a result does besides, and which takes longer than the reading.
   * A program that waits for a result can do it meanwhile.
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public static void prepare() {
    Form.prepare();
  }

  /**
   * Reads a result. Fields that this version does not know are passed over.
   *
   * @throws IllegalArgumentException if the file is not a result of this schema, or larger than one
   *     can be
   * @throws IOException if the file cannot be read
   */
  public static AuditResult read(Path file) throws IOException {
    return Form.JSON.parse(BoundedText.read(file), String.valueOf(file.getFileName()));
  }

  /**
   * Writes the result as JSON, in full or not at all. Equal results give equal bytes.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, toJson());
  }

  /** The same with the digest of the manifest of its evidence. */
  public AuditResult withEvidence(String manifestSha256) {
    return new AuditResult(
        schema,
        task,
        toolkit,
        model,
        engine,
        data,
        plan,
        accuracy,
        stages,
        predictions,
        corruptions,
        explanations,
        attributions,
        drift,
        quality,
        adaptation,
        gallery,
        validity,
        queries,
        reverification,
        gate,
        notTested,
        Optional.of(manifestSha256),
        run);
  }

  /**
   * The digest of this result, by which a report says what it was made from: the SHA-256 of {@link
   * #toJson}, which is that of {@code result.json} as this version writes it.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String sha256() {
    return Sha256.of(toJson());
  }

  /** The result as JSON text: indented, fields in a fixed order, {@code \n} at the line ends. */
  public String toJson() {
    return Form.JSON.print(this);
  }

  static Json<AuditResult> form() {
    return Form.JSON;
  }

  /** Loaded when a result is first read or written. */
  private static final class Form {
    static final Json<AuditResult> JSON = new Json<>(AuditResult.class, SCHEMA);

    static void prepare() {}
  }
}
