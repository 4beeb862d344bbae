package io.sextant.evaluation;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.AuditResult;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apiguardian.api.API;

/**
 * Checks an audit's evidence: that no file was altered, that the inputs are what the threats allow,
 * and that the network still decides on them as recorded.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Replay {
  private static final double SAME_DISTANCE = 1e-9;

  private Replay() {}

  /**
   * What replaying found.
   *
   * @param files evidence files whose digests were compared
   * @param inputs adversarial inputs judged again
   * @param differences one line each; empty when everything was verified
   */
  public record Report(int files, int inputs, List<String> differences) {
    public Report {
      differences = List.copyOf(differences);
    }

    /** True when nothing differs. */
    public boolean verified() {
      return differences.isEmpty();
    }
  }

  /**
   * Replays evidence.
   *
   * @param folder the output folder of an audit, or its evidence folder
   * @param model the model file to judge with, when it is not (or not to be) the recorded one
   * @param options how gradients would be computed; only inference by the network itself is used
   * @return what was found
   * @throws IllegalArgumentException when there is no usable evidence or model
   * @throws IOException when a file cannot be read
   */
  public static Report run(Path folder, Optional<Path> model, EngineOptions options)
      throws IOException {
    Path evidence = Files.exists(folder.resolve("evidence")) ? folder.resolve("evidence") : folder;
    List<String> differences = new ArrayList<>();
    checkManifest(folder, evidence, differences);
    Manifest manifest;
    try {
      manifest = Manifest.read(evidence);
    } catch (IllegalArgumentException e) {
      if (differences.isEmpty()) {
        throw e;
      }
      differences.add("the evidence cannot be judged again: " + e.getMessage());
      return new Report(0, 0, differences);
    }
    boolean readable = checkFiles(evidence, manifest, differences);
    Path file =
        model.orElseGet(
            () ->
                evidence.resolve(
                    inside(
                        manifest
                            .model()
                            .orElseThrow(
                                () ->
                                    new IllegalArgumentException(
                                        "the evidence holds no model; give it with --model FILE")))));
    if (!readable) {
      return new Report(manifest.files().size(), 0, differences);
    }
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("model file %s does not exist".formatted(file));
    }
    String digest = Sha256.of(file);
    if (!digest.equals(manifest.modelSha256())) {
      differences.add(
          "the model %s is not the audited one: its digest is %s, not %s"
              .formatted(file.getFileName(), digest, manifest.modelSha256()));
    }
    int inputs;
    try {
      inputs = judge(evidence, manifest, file, options, differences);
    } catch (IOException | RuntimeException e) {
      if (differences.isEmpty()) {
        throw e;
      }
      // An altered file need not be readable any more; that it was altered is already the answer.
      differences.add("the evidence cannot be judged again: " + e.getMessage());
      inputs = 0;
    }
    return new Report(manifest.files().size(), inputs, differences);
  }

  private static void checkManifest(Path folder, Path evidence, List<String> differences)
      throws IOException {
    Path result = folder.resolve("result.json");
    if (Files.exists(result) && Files.isRegularFile(evidence.resolve(Manifest.FILE))) {
      String recorded = AuditResult.read(result).evidenceSha256().orElse("none");
      String found = Sha256.of(evidence.resolve(Manifest.FILE));
      if (!recorded.equals(found)) {
        differences.add(
            "%s: digest %s, but result.json records %s".formatted(Manifest.FILE, found, recorded));
      }
    }
  }

  private static boolean checkFiles(Path evidence, Manifest manifest, List<String> differences)
      throws IOException {
    boolean readable = true;
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      Path path = evidence.resolve(inside(file.getKey()));
      if (!Files.isRegularFile(path)) {
        differences.add(file.getKey() + ": missing");
        readable = false;
      } else if (!Sha256.of(path).equals(file.getValue())) {
        differences.add(file.getKey() + ": altered; its digest is not the recorded one");
      }
    }
    return readable;
  }

  /** A name without a folder: evidence never reaches outside its own. */
  private static String inside(String name) {
    if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith("..")) {
      throw new IllegalArgumentException("the manifest names a file outside its folder: " + name);
    }
    return name;
  }

  private static int judge(
      Path evidence, Manifest manifest, Path file, EngineOptions options, List<String> differences)
      throws IOException {
    Shape shape = Shape.of(manifest.inputShape().stream().mapToInt(Integer::intValue).toArray());
    InputDomain domain = Domains.domain(manifest.domain(), shape.elements());
    ModelSpec spec =
        new ModelSpec(
            "model",
            new ModelSpec.File(file),
            manifest.factors().isEmpty()
                ? Optional.empty()
                : Optional.of(new Recorded(manifest.factors(), manifest.offsets())),
            manifest.output(),
            manifest.logits(),
            manifest.normalizerUnits());
    try (Subject subject = Subject.open(file, spec, ModelInput.of(shape, domain), options)) {
      double[][] clean = rows(evidence, Evidence.CLEAN, shape);
      int[] cleanPredictions = subject.model().predictions(clean);
      Map<String, double[][]> inputs = new HashMap<>();
      Map<String, int[]> predictions = new HashMap<>();
      int judged = 0;
      try (Reader reader = Files.newBufferedReader(evidence.resolve(Evidence.INDEX));
          CSVParser parser =
              Evidence.INDEX_FORMAT.builder().setSkipHeaderRecord(true).get().parse(reader)) {
        for (CSVRecord row : parser) {
          String name = inside(row.get("file"));
          if (!inputs.containsKey(name)) {
            double[][] rows = rows(evidence, name, shape);
            inputs.put(name, rows);
            predictions.put(name, subject.model().predictions(rows));
          }
          int at = Integer.parseInt(row.get("row"));
          check(
              row,
              manifest,
              domain,
              clean[at],
              cleanPredictions[at],
              inputs.getOrDefault(name, clean)[at],
              predictions.getOrDefault(name, cleanPredictions)[at],
              differences);
          judged++;
        }
      } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s does not fit the arrays beside it: %s".formatted(Evidence.INDEX, e.getMessage()),
            e);
      }
      return judged;
    }
  }

  private static double[][] rows(Path evidence, String name, Shape shape) {
    double[][] rows = NumberArray.read(evidence.resolve(name)).rows();
    if (rows.length > 0 && rows[0].length != shape.elements()) {
      throw new IllegalArgumentException(
          "%s has rows of %d values but the manifest's input shape %s has %d"
              .formatted(name, rows[0].length, shape, shape.elements()));
    }
    return rows;
  }

  private static void check(
      CSVRecord row,
      Manifest manifest,
      InputDomain domain,
      double[] clean,
      int cleanPrediction,
      double[] adversarial,
      int prediction,
      List<String> differences) {
    String where =
        "sample %s, %s %s".formatted(row.get("sample"), row.get("norm"), row.get("epsilon"));
    if (cleanPrediction != Integer.parseInt(row.get("predicted"))) {
      differences.add(
          "%s: the clean input is predicted as %d, recorded was %s"
              .formatted(where, cleanPrediction, row.get("predicted")));
    }
    if (prediction != Integer.parseInt(row.get("adversarial_predicted"))) {
      differences.add(
          "%s: the adversarial input is predicted as %d, recorded was %s"
              .formatted(where, prediction, row.get("adversarial_predicted")));
    }
    if (Outcome.parse(row.get("outcome")) != Outcome.BROKEN) {
      return;
    }
    Norm norm = Norm.parse(row.get("norm"));
    Manifest.Threat threat =
        manifest.threats().stream()
            .filter(t -> t.norm().equals(norm.key()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("the manifest has no threat " + norm.key()));
    Verifier verifier = new Verifier(domain, norm, threat.categoryChanges());
    double radius = Epsilon.parse(row.get("epsilon")).value();
    verifier
        .violation(clean, adversarial, radius)
        .ifPresent(why -> differences.add(where + ": " + why));
    double distance = verifier.distance(clean, adversarial);
    if (Math.abs(distance - Double.parseDouble(row.get("distance"))) > SAME_DISTANCE) {
      differences.add(
          "%s: the distance is %s, recorded was %s"
              .formatted(where, distance, row.get("distance")));
    }
    int label = Integer.parseInt(row.get("label"));
    OptionalInt target = threat.target().map(OptionalInt::of).orElse(OptionalInt.empty());
    if (!Verifier.fooled(target, label, prediction)) {
      differences.add("%s: the input does not fool the model".formatted(where));
    }
  }

  /** Preprocessing as factors and offsets. */
  private record Recorded(List<Double> factors, List<Double> offsets)
      implements ModelSpec.Preprocessing {}
}
