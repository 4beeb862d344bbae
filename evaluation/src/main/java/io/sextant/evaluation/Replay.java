package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.results.AuditResult;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Predictions;
import io.sextant.results.RuleVerdict;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Checks an audit by its evidence: that no file was altered, that the inputs are what the threats
 * allow, that the network still decides on them as recorded, and that every row of {@code
 * samples.csv} and every count, accuracy and verdict of {@code result.json} follows from that.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Replay {
  private static final String RESULT = "result.json";
  private static final String SAMPLES = "samples.csv";
  private static final String REPORT = "report.html";

  /** How a report says which result it was made from. */
  private static final Pattern MADE_FROM =
      Pattern.compile("<code id=\"result-sha256\">([^<]*)</code>");

  private final Path folder;
  private final Path evidence;
  private final List<String> checked = new ArrayList<>();
  private final List<String> unchecked = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private Optional<String> missing = Optional.empty();

  private Replay(Path folder) {
    this.folder = folder;
    this.evidence = Files.exists(folder.resolve("evidence")) ? folder.resolve("evidence") : folder;
  }

  /**
   * What replaying found.
   *
   * @param checked what was computed or judged again, one line each
   * @param unchecked what was not, one line each
   * @param differences one line each; empty when nothing differs
   * @param missing why nothing can be called verified even though nothing differs, and what to do
   */
  public record Report(
      List<String> checked,
      List<String> unchecked,
      List<String> differences,
      Optional<String> missing) {
    public Report {
      checked = List.copyOf(checked);
      unchecked = List.copyOf(unchecked);
      differences = List.copyOf(differences);
    }

    /** True when nothing differs and nothing that it takes was missing. */
    public boolean verified() {
      return differences.isEmpty() && missing.isEmpty();
    }
  }

  /**
   * Replays an audit.
   *
   * @param folder the output folder of an audit, or its evidence folder
   * @param model the model file to judge with, when it is not (or not to be) the recorded one
   * @param options how gradients would be computed; only inference is used
   * @return what was found
   * @throws IllegalArgumentException when there is neither a result nor evidence, or no usable
   *     model
   * @throws IOException when a file cannot be read
   */
  public static Report run(Path folder, Optional<Path> model, EngineOptions options)
      throws IOException {
    Replay replay = new Replay(folder);
    replay.run(model, options);
    return new Report(replay.checked, replay.unchecked, replay.differences, replay.missing);
  }

  private void run(Optional<Path> model, EngineOptions options) throws IOException {
    Optional<ResultFile> result = result();
    if (!Files.isRegularFile(evidence.resolve(Manifest.FILE))
        && result.isPresent()
        && result.get().result().evidenceSha256().isEmpty()) {
      withoutEvidence(result.get());
      return;
    }
    result.ifPresent(this::checkManifest);
    Manifest manifest;
    try {
      manifest = Manifest.read(evidence);
    } catch (IllegalArgumentException e) {
      if (differences.isEmpty()) {
        throw e;
      }
      differences.add("the evidence cannot be judged again: " + e.getMessage());
      return;
    }
    if (!checkFiles(manifest)) {
      return;
    }
    try (SpecSources sources = new SpecSources()) {
      judge(manifest, model(manifest, model, sources), options, result);
    } catch (IOException | RuntimeException e) {
      if (differences.isEmpty()) {
        throw e;
      }
      // An altered file need not be readable any more; that it was altered is already the answer.
      differences.add("the evidence cannot be judged again: " + e.getMessage());
    }
    checkReport(result);
    otherOutputs();
    unchecked.add("wall times, the machine and the command of the audit");
  }

  /** What else lies beside the evidence, such as the verdict of a build, is nobody's claim here. */
  private void otherOutputs() throws IOException {
    if (folder.equals(evidence)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> others =
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(name -> !List.of(RESULT, SAMPLES, REPORT).contains(name))
              .sorted()
              .toList();
      if (!others.isEmpty()) {
        unchecked.add("other files of the folder: " + String.join(", ", others));
      }
    }
  }

  /** The result beside the evidence; what cannot be read there is a difference. */
  private Optional<ResultFile> result() throws IOException {
    Path file = folder.resolve(RESULT);
    if (!Files.exists(file)) {
      if (!folder.equals(evidence)) {
        differences.add(RESULT + ": missing");
      }
      return Optional.empty();
    }
    String text = Files.readString(file);
    try {
      return Optional.of(new ResultFile(AuditResult.read(file), ResultText.parse(text)));
    } catch (IllegalArgumentException e) {
      differences.add(
          "%s cannot be read as the result of an audit: %s".formatted(RESULT, e.getMessage()));
      return Optional.empty();
    }
  }

  /** A result in both forms. */
  private record ResultFile(AuditResult result, ResultText text) {}

  private void checkManifest(ResultFile result) {
    Path manifest = evidence.resolve(Manifest.FILE);
    if (!Files.isRegularFile(manifest)) {
      return;
    }
    String recorded = result.result().evidenceSha256().orElse("none");
    String found;
    try {
      found = Sha256.of(manifest);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(manifest, e), e);
    }
    if (!recorded.equals(found)) {
      differences.add(
          "%s: digest %s, but %s records %s".formatted(Manifest.FILE, found, RESULT, recorded));
    }
  }

  private boolean checkFiles(Manifest manifest) throws IOException {
    boolean readable = true;
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      Path path = evidence.resolve(Evidence.inside(file.getKey()));
      if (!Files.isRegularFile(path)) {
        differences.add(file.getKey() + ": missing");
        readable = false;
      } else if (!Sha256.of(path).equals(file.getValue())) {
        differences.add(file.getKey() + ": altered; its digest is not the recorded one");
      }
    }
    checked.add("the digests of %d files of the evidence".formatted(manifest.files().size()));
    return readable;
  }

  private Optional<GivenModel> model(Manifest manifest, Optional<Path> given, SpecSources sources)
      throws IOException {
    if (given.isEmpty() && manifest.supplier().isPresent()) {
      return Optional.of(sources.model(supplied(manifest.supplier().get())));
    }
    Optional<Path> file =
        given.or(() -> manifest.model().map(name -> evidence.resolve(Evidence.inside(name))));
    if (file.isEmpty()) {
      missing = Optional.of("the evidence holds no model; give it with --model FILE");
      unchecked.add("the decisions of the network, because the model is missing");
      return Optional.empty();
    }
    if (!Files.isRegularFile(file.get())) {
      throw new IllegalArgumentException("model file %s does not exist".formatted(file.get()));
    }
    return Optional.of(new GivenModel.InFile(file.get()));
  }

  private static ModelSpec supplied(String className) {
    return new ModelSpec(
        "model",
        new ModelSpec.Supplied(className),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  private void judge(
      Manifest manifest,
      Optional<GivenModel> given,
      EngineOptions options,
      Optional<ResultFile> result)
      throws IOException {
    Shape shape = Shape.of(manifest.inputShape().stream().mapToInt(Integer::intValue).toArray());
    Rejudgement judged;
    if (given.isPresent()) {
      ModelSpec spec =
          new ModelSpec(
              "model",
              new ModelSpec.File(given.get().file().orElse(Path.of("predictor"))),
              manifest.factors().isEmpty()
                  ? Optional.empty()
                  : Optional.of(new Recorded(manifest.factors(), manifest.offsets())),
              manifest.output(),
              manifest.logits(),
              manifest.normalizerUnits());
      LoadedNetwork file = given.get().load();
      checkIdentity(file, manifest);
      try (Subject subject =
          Subject.open(
              file,
              spec,
              ModelInput.of(shape, Domains.domain(manifest.domain(), shape.elements())),
              options)) {
        judged = Rejudgement.of(evidence, manifest, shape, Optional.of(subject));
        if (result.isPresent()) {
          corruptAgain(manifest, result.get().result(), subject);
          adaptAgain(manifest, result.get().result(), Optional.of(subject.service()));
        }
      }
    } else {
      judged = Rejudgement.of(evidence, manifest, shape, Optional.empty());
      if (result.isPresent()) {
        adaptAgain(manifest, result.get().result(), Optional.empty());
      }
    }
    checked.addAll(judged.checked());
    unchecked.addAll(judged.unchecked());
    differences.addAll(judged.differences());
    Recount recount =
        new Recount(
            judged.clean(),
            judged.rows(),
            judged.rejected(),
            manifest.plan(),
            manifest.rules(),
            manifest.slices(),
            manifest.classes(),
            row -> judged.taken().getOrDefault(row.key(), SampleRow.NO_CLASS));
    checkSamples(recount);
    if (result.isPresent()) {
      List<String> found =
          recount.compare(
              result.get().result(), result.get().text(), Optional.of(manifest.result()));
      found.addAll(recount.compare(result.get().text(), manifest));
      report(recount, found);
    } else {
      unchecked.add("%s, which is not beside the evidence".formatted(RESULT));
    }
    unchecked.addAll(recount.unrun());
  }

  /** Whether it is the audited model: known before anything is asked of it. */
  private void checkIdentity(LoadedNetwork file, Manifest manifest) {
    if (!file.sha256().equals(manifest.modelSha256())) {
      differences.add(
          "the model %s is not the audited one: its digest is %s, not %s"
              .formatted(file.name(), file.sha256(), manifest.modelSha256()));
    } else if (!file.networkBehindNormalizer().identified()) {
      unchecked.add(
          "whether the predictor %s is the audited one, which it does not say: it has no fingerprint"
              .formatted(file.name()));
    }
  }

  private void corruptAgain(Manifest manifest, AuditResult result, Subject subject)
      throws IOException {
    if (result.corruptions().isEmpty()) {
      return;
    }
    CorruptionResult recorded = result.corruptions().get();
    differences.addAll(Recorruption.differences(evidence, manifest, result, subject.judge()));
    checked.add(
        "decisions on %d examples under %d corruptions, made again from the clean inputs"
            .formatted(recorded.clean().n(), recorded.cells().size()));
    if (!recorded.shifts().isEmpty()) {
      unchecked.add(
          "decisions on the sides of shifts, whose rows are not in the evidence; their shares were"
              + " counted again");
    }
  }

  private void adaptAgain(Manifest manifest, AuditResult result, Optional<GradientService> service)
      throws IOException {
    if (result.adaptation().isEmpty()) {
      return;
    }
    String streams = "adaptation: its streams were not run again; ";
    if (!AdaptationEvidence.isIn(evidence)) {
      unchecked.add(streams + "its figures are taken as recorded");
      return;
    }
    differences.addAll(Readaptation.differences(evidence, manifest, result, service));
    checked.add(
        "errors, their differences and intervals in %d cells of adaptation, from right decisions on each example; those of the trained model were %s"
            .formatted(
                result.adaptation().get().cells().size(),
                service.isPresent() ? "made again from the clean inputs" : "taken as recorded"));
    unchecked.add(
        streams
            + "decisions of adapted models, calibration, alarms, passes and attacks on adapted models are taken as recorded");
  }

  private void report(Recount recount, List<String> found) {
    differences.addAll(found);
    checked.add(
        "%s: %d accuracies, %d verdicts, predictions, counts of passes, plan, class names"
            .formatted(RESULT, recount.accuracies(), recount.verdicts()));
    unchecked.add(
        "explanations, pictures and validity checks were not computed again; verdicts take them as"
            + " recorded");
  }

  private void checkSamples(Recount recount) throws IOException {
    Path file = folder.resolve(SAMPLES);
    if (Files.isRegularFile(file)) {
      try {
        differences.addAll(recount.compare(SamplesCsv.read(file)));
      } catch (IllegalArgumentException e) {
        differences.add(e.getMessage());
      }
      checked.add("%d rows of %s".formatted(recount.rows().size(), SAMPLES));
    } else if (folder.equals(evidence)) {
      unchecked.add("%s, which is not beside the evidence".formatted(SAMPLES));
    } else {
      differences.add(SAMPLES + ": missing");
    }
  }

  /**
   * The recorded classes of worst cases; none where a broken example is said to have kept its own.
   */
  private static ToIntFunction<SampleRow> recorded(Predictions predictions) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int place = 0; place < predictions.samples().size(); place++) {
      places.put(predictions.samples().get(place), place);
    }
    return row ->
        predictions
            .at(row.condition())
            .map(at -> at.predicted().get(places.getOrDefault(row.sample(), 0)))
            .filter(taken -> taken != row.label())
            .orElse(SampleRow.NO_CLASS);
  }

  private void checkReport(Optional<ResultFile> result) throws IOException {
    Path file = folder.resolve(REPORT);
    if (result.isEmpty() || !Files.isRegularFile(file)) {
      return;
    }
    Matcher mark = MADE_FROM.matcher(Files.readString(file));
    if (!mark.find()) {
      unchecked.add("%s, which does not say from which result it was made".formatted(REPORT));
    } else if (mark.group(1).equals(result.get().result().sha256())
        || mark.group(1).equals(Sha256.of(folder.resolve(RESULT)))) {
      checked.add(
          "%s says that it was made from this %s (its text was not read)"
              .formatted(REPORT, RESULT));
    } else {
      differences.add(
          "%s was made from another result: it names digest %s; make it again with sextant report"
              .formatted(REPORT, mark.group(1)));
    }
  }

  /** Nothing was kept to judge again; what the files say of each other can be counted again. */
  private void withoutEvidence(ResultFile file) throws IOException {
    AuditResult result = file.result();
    Path samples = folder.resolve(SAMPLES);
    if (Files.isRegularFile(samples)) {
      try {
        Recount recount =
            new Recount(
                result.predictions().clean(),
                SamplesCsv.read(samples).stream().filter(row -> !row.isWorstCase()).toList(),
                result.reverification().rejected(),
                result.plan(),
                result.gate().rules().stream().map(RuleVerdict::rule).toList(),
                Recount.slices(result),
                result.model().classes(),
                recorded(result.predictions()));
        checkSamples(recount);
        report(recount, recount.compare(result, file.text(), Optional.empty()));
      } catch (IllegalArgumentException e) {
        differences.add("%s does not belong to %s: %s".formatted(SAMPLES, RESULT, e.getMessage()));
      }
    } else {
      differences.add(SAMPLES + ": missing");
    }
    checkReport(Optional.of(file));
    unchecked.add(
        "the decisions of the network and the rows themselves, because there is no evidence");
    missing =
        Optional.of(
            "the audit kept no evidence (there is no %s); run it again with evidence: full"
                .formatted(Manifest.FILE));
  }

  /** Preprocessing as factors and offsets. */
  private record Recorded(List<Double> factors, List<Double> offsets)
      implements ModelSpec.Preprocessing {}
}
