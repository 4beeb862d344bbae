package io.sextant.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.Plan;
import io.sextant.results.Rule;
import io.sextant.results.Slice;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a folder of evidence holds and what it is evidence of: enough to judge every adversarial
 * input again on another machine.
 *
 * @param schema version of this form
 * @param toolkit version that wrote it
 * @param model file name in the folder, absent when the model was left out
 * @param supplier class that makes the model, where it is a predictor and so has no file
 * @param modelSha256 digest of the model file, or of what a predictor says of itself
 * @param output which output of the model, for graphs with several
 * @param factors of the spec's preprocessing; empty when there is none
 * @param offsets of the spec's preprocessing; empty when there is none
 * @param logits whether the outputs are logits by the spec's word
 * @param normalizerUnits what numbers the model's own normaliser takes, when it has one
 * @param inputShape of one example
 * @param classes class names in the order of the labels
 * @param domain the inputs that exist
 * @param threats what the attacker may do
 * @param data digests of the data files
 * @param plan what was asked for
 * @param rules what must hold
 * @param slices parts of the examples that rules may name
 * @param result digests of the parts of {@code result.json}, by name
 * @param files digests of the other files in the folder, by name
 */
record Manifest(
    int schema,
    String toolkit,
    Optional<String> model,
    Optional<String> supplier,
    String modelSha256,
    Optional<String> output,
    List<Double> factors,
    List<Double> offsets,
    boolean logits,
    Optional<ModelSpec.NormalizerUnits> normalizerUnits,
    List<Integer> inputShape,
    List<String> classes,
    DataInfo.Domain domain,
    List<Threat> threats,
    List<DataInfo.DataFile> data,
    Plan plan,
    List<Rule> rules,
    List<Slice> slices,
    Map<String, String> result,
    Map<String, String> files) {
  static final int SCHEMA = 3;
  static final String FILE = "manifest.json";
  private static final long LARGEST = 64L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * A threat, with what verification must know of it.
   *
   * @param norm its key
   * @param categoryChanges categories that may be switched
   * @param target the class aimed at, absent when any wrong class will do
   * @param budget the most that all changes may cost, absent when they may cost anything
   */
  record Threat(String norm, int categoryChanges, Optional<Integer> target, OptionalDouble budget) {
    double mostPaid() {
      return budget.orElse(Double.POSITIVE_INFINITY);
    }
  }

  Manifest {
    requireSchema(schema);
    rules = List.copyOf(rules);
    slices = List.copyOf(slices);
    result = new TreeMap<>(result);
    files = new TreeMap<>(files);
  }

  private static void requireSchema(int schema) {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException(
          "the evidence has schema %s but this version reads %s; run sextant audit again, or replay it with the version that wrote it"
              .formatted(schema, SCHEMA));
    }
  }

  /** What is known of a run before the files are written. */
  static Manifest of(Preparation prepared, AuditResult measured) {
    ModelSpec model = prepared.model();
    return new Manifest(
        SCHEMA,
        Toolkit.version(),
        Optional.empty(),
        prepared.given() instanceof GivenModel.Answering answering
            ? answering.supplier()
            : Optional.empty(),
        prepared.subject().file().sha256(),
        model.output(),
        model.preprocessing().map(p -> p.factors()).orElse(List.of()),
        model.preprocessing().map(p -> p.offsets()).orElse(List.of()),
        model.logits(),
        prepared.subject().normalizerUnits(),
        measured.model().inputShape(),
        measured.model().classes(),
        measured.data().domain(),
        prepared.spec().threats().stream()
            .map(
                threat ->
                    new Threat(
                        threat.norm().key(),
                        threat.categoryChanges(),
                        threat.targetClass().isPresent()
                            ? Optional.of(threat.targetClass().getAsInt())
                            : Optional.empty(),
                        threat.budget()))
            .toList(),
        measured.data().files(),
        measured.plan(),
        prepared.spec().rules(),
        prepared.spec().slices(),
        ResultText.of(measured).digests(),
        Map.of());
  }

  /** The same when the files are written. */
  Manifest with(Optional<String> copiedModel, Map<String, String> digests) {
    return new Manifest(
        schema,
        toolkit,
        copiedModel,
        supplier,
        modelSha256,
        output,
        factors,
        offsets,
        logits,
        normalizerUnits,
        inputShape,
        classes,
        domain,
        threats,
        data,
        plan,
        rules,
        slices,
        result,
        digests);
  }

  String json() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    try {
      return JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(indenter))
              .writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the manifest cannot be written: " + e.getMessage(), e);
    }
  }

  static Manifest read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "%s holds no evidence: there is no %s; give the --out folder of an audit"
                .formatted(folder, FILE));
      }
      if (Files.size(file) > LARGEST) {
        throw new IllegalArgumentException("%s is larger than a manifest can be".formatted(file));
      }
      JsonNode tree = JSON.readTree(file.toFile());
      requireSchema(tree.path("schema").asInt());
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not a manifest: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
