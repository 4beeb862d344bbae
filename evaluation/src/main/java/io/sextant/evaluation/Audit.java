package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Goal;
import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Suggestion;
import io.sextant.evaluation.spec.AuditSpec;
import io.sextant.evaluation.spec.Configured;
import io.sextant.evaluation.spec.ModelSpec;
import io.sextant.evaluation.spec.ThreatSpec;
import io.sextant.gradients.Examples;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.dl4j.HealthCheck;
import io.sextant.gradients.dl4j.HealthReport;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.EngineInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Gate;
import io.sextant.results.ModelInfo;
import io.sextant.results.Norm;
import io.sextant.results.Plan;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.Rule;
import io.sextant.results.RunInfo;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.Threat;
import io.sextant.results.Validity;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The audit of one model: clean and robust accuracy, explanations, validity checks, evidence and
 * verdicts, from a spec to {@code result.json}.
 *
 * <p>A run can be interrupted at any time; the same call on the same folder goes on from the last
 * finished unit of work and ends in the same figures.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Audit {
  private static final int PROBE_EXAMPLES = 100;
  private static final double SMALL_MARGIN = 1e-4;
  private static final Map<String, String> NOISE = Map.of("draws", "10");

  private final AuditSpec spec;
  private final EngineOptions options;
  private final Progress progress;
  private final String command;

  /**
   * Prepares an audit.
   *
   * @param spec what is asked for
   * @param options how gradients are computed; the spec's engine is used where they say {@code
   *     auto}
   * @param progress hears how it gets on
   * @param command the command that asked for it, for the record
   */
  public Audit(AuditSpec spec, EngineOptions options, Progress progress, String command) {
    this.spec = spec;
    this.options = options.engine().equals("auto") ? options.withEngine(spec.engine()) : options;
    this.progress = progress;
    this.command = command;
  }

  /**
   * Runs the audit of one of the spec's models.
   *
   * @param id the model's id; {@code model} when the spec has one model
   * @param out the output folder, created when it does not exist
   * @param overwrite whether a run with another spec may be replaced
   * @return the result, which also stands in {@code out/result.json}
   * @throws IllegalArgumentException when the spec, the model, the data or the folder is unusable
   * @throws IOException when a file cannot be written; what was done before is kept
   */
  public AuditResult run(String id, Path out, boolean overwrite) throws IOException {
    ModelSpec model =
        spec.models().stream()
            .filter(m -> m.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the spec has no model %s; it has %s"
                            .formatted(id, spec.models().stream().map(ModelSpec::id).toList())));
    // Attacks and explainers are made first: a wrong setting must not cost a run.
    Map<String, Attack> attacks = new LinkedHashMap<>();
    for (Configured configured : spec.attacks()) {
      attacks.put(configured.name(), Attacks.of(configured.name(), configured.settings()));
    }
    requireNorms(attacks);
    ExplanationStage explanations = new ExplanationStage(spec.explainers(), spec.seed());
    Timer timer = new Timer();
    progress.phase("reading data and model");
    DataSet all = Subject.data(spec.data());
    DataSet drawn = spec.data().sampling().draw(all, spec.data().samples(), spec.seed());
    boolean image = !(spec.data().source() instanceof io.sextant.evaluation.spec.DataSpec.Table);
    try (Subject subject = Subject.open(model, drawn.shape(), drawn.domain(), image, options)) {
      DataSet data = named(subject, drawn);
      requireTargets(data.classes().size());
      requireRuleClasses(data.classes());
      String fingerprint = fingerprint(subject, data);
      try (RunFolder folder = RunFolder.open(out, fingerprint, overwrite)) {
        if (Files.exists(folder.result())) {
          progress.phase("found finished");
          return AuditResult.read(folder.result());
        }
        timer.lap("load");
        return new Run(model, all, data, image, subject, attacks, explanations, timer).run(folder);
      }
    }
  }

  private void requireNorms(Map<String, Attack> attacks) {
    for (ThreatSpec threat : spec.threats()) {
      if (attacks.values().stream().noneMatch(a -> a.norms().contains(threat.norm()))) {
        throw new IllegalArgumentException(
            "none of the attacks %s works in norm %s; add one that does, or remove the threat"
                .formatted(String.join(", ", attacks.keySet()), threat.norm().key()));
      }
    }
  }

  /** The data with one class name per class of the model. */
  private DataSet named(Subject subject, DataSet data) {
    int classes = subject.model().classes();
    int highest = Arrays.stream(data.labels()).max().orElse(0);
    if (highest >= classes) {
      throw new IllegalArgumentException(
          "labels must be in 0..%d, since the model has %d classes, but one was %d"
              .formatted(classes - 1, classes, highest));
    }
    if (!spec.classes().isEmpty()) {
      if (spec.classes().size() != classes) {
        throw new IllegalArgumentException(
            "classes must name the model's %d classes but names %d"
                .formatted(classes, spec.classes().size()));
      }
      return data.withClasses(spec.classes());
    }
    if (data.classes().size() == classes) {
      return data;
    }
    // Labels that happen not to reach the last class leave the names short.
    List<String> names = new ArrayList<>(data.classes());
    while (names.size() < classes) {
      names.add(String.valueOf(names.size()));
    }
    return data.withClasses(names.subList(0, classes));
  }

  /** A rule about a class that does not exist is a mistake in the spec, not a result. */
  private void requireRuleClasses(List<String> classes) {
    for (Rule rule : spec.rules()) {
      rule.className()
          .filter(name -> !classes.contains(name))
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "rule %s names class '%s', which does not exist%s; the classes are %s"
                        .formatted(
                            rule.id(),
                            name,
                            Suggestion.question(name, classes),
                            String.join(", ", classes)));
              });
    }
  }

  private void requireTargets(int classes) {
    for (ThreatSpec threat : spec.threats()) {
      if (threat.targetClass().isPresent()
          && (threat.targetClass().getAsInt() < 0 || threat.targetClass().getAsInt() >= classes)) {
        throw new IllegalArgumentException(
            "threat %s: target must be in 0..%d but was %d"
                .formatted(threat.norm().key(), classes - 1, threat.targetClass().getAsInt()));
      }
    }
  }

  /** Everything that figures depend on. */
  private String fingerprint(Subject subject, DataSet data) {
    String digests =
        data.origin().files().stream()
            .map(file -> file.name() + " " + file.sha256())
            .collect(Collectors.joining("\n"));
    return Sha256.of(
        String.join(
            "\n",
            Toolkit.version(),
            spec.text(),
            subject.file().sha256(),
            digests,
            subject.service().engine().name(),
            subject.service().engine().description(),
            subject.service().precision().name(),
            String.valueOf(subject.service().batchSize()),
            // What a schema says of the columns changes figures as much as the columns do.
            Domains.info(data.domain()).toString(),
            data.classes().toString()));
  }

  static ThreatModel threat(ThreatSpec spec, Epsilon epsilon) {
    OptionalInt target = spec.targetClass();
    return new ThreatModel(
        spec.norm(),
        epsilon,
        target.isPresent() ? new Goal.Targeted(target.getAsInt()) : Goal.UNTARGETED,
        spec.categoryChanges());
  }

  /** Cuts examples into units of work for one attack at one threat and radius. */
  static List<AttackRunner.Task> tasks(
      ThreatModel threat, Attack attack, String name, Examples examples) {
    List<AttackRunner.Task> tasks = new ArrayList<>();
    for (int from = 0, chunk = 0; from < examples.size(); from += Unit.CHUNK, chunk++) {
      Examples part = examples.slice(from, Math.min(examples.size(), from + Unit.CHUNK));
      tasks.add(
          new AttackRunner.Task(
              new Unit(threat.norm(), threat.epsilon(), name, chunk, part), attack, threat));
    }
    return tasks;
  }

  /** Wall time by phase. */
  private static final class Timer {
    private final Instant started = Instant.now();
    private final Map<String, Long> laps = new TreeMap<>();
    private long last = System.nanoTime();

    void lap(String phase) {
      long now = System.nanoTime();
      laps.merge(phase, (now - last) / 1_000_000, Long::sum);
      last = now;
    }
  }

  /** One run, after everything is loaded. */
  private final class Run {
    private final ModelSpec modelSpec;
    private final DataSet all;
    private final DataSet data;
    private final boolean image;
    private final Subject subject;
    private final Map<String, Attack> attacks;
    private final ExplanationStage explanations;
    private final Timer timer;
    private final Examples examples;

    Run(
        ModelSpec modelSpec,
        DataSet all,
        DataSet data,
        boolean image,
        Subject subject,
        Map<String, Attack> attacks,
        ExplanationStage explanations,
        Timer timer) {
      this.modelSpec = modelSpec;
      this.all = all;
      this.data = data;
      this.image = image;
      this.subject = subject;
      this.attacks = attacks;
      this.explanations = explanations;
      this.timer = timer;
      this.examples = data.examples();
    }

    AuditResult run(RunFolder folder) throws IOException {
      progress.phase("checking the gradient engine against the network");
      HealthReport health =
          HealthCheck.run(subject.model(), subject.service(), data.domain(), spec.seed());
      timer.lap("health");

      progress.phase("attacking");
      int[] predicted = subject.model().predictions(examples.rows());
      List<AttackRunner.Task> tasks = tasks();
      AttackRunner runner = new AttackRunner(subject, spec.seed(), options.threads(), progress);
      List<Unit.Done> done = runner.run(tasks, new UnitStore(folder.units()));
      timer.lap("attacks");

      List<SampleRow> rows = new ArrayList<>();
      List<Reverification.Rejection> rejected = new ArrayList<>();
      List<AttackInfo> attackInfos = attackInfos();
      for (int i = 0; i < tasks.size(); i++) {
        Unit unit = tasks.get(i).unit();
        for (Attempt attempt : done.get(i).attempts()) {
          rows.add(attempt.row(unit.norm(), unit.epsilon(), unit.attack()));
          attempt.rejection(unit.norm(), unit.epsilon(), unit.attack()).ifPresent(rejected::add);
        }
      }
      List<Threat> threats = threats();
      List<SampleRow> complete =
          Aggregates.withWorstCase(rows, threats, List.copyOf(attacks.keySet()));
      Accuracy accuracy =
          Aggregates.of(
              rows,
              cleanPredictions(predicted),
              rejected,
              threats,
              attackInfos,
              data.classes().size());
      List<Evidence.Cell> cells = cells(tasks, done);

      progress.phase("explaining");
      ExplanationStage.Explained explained =
          explanations.run(subject, data, image, cells, predicted, spec.reportExamples());
      timer.lap("explanations");

      progress.phase("checking validity");
      Validity validity =
          validity(
              runner, complete, accuracy, rejected, done, health, predicted, explained.notFinite());
      timer.lap("validity");

      progress.phase("writing results");
      Optional<String> evidence = evidence(folder, cells);
      Gate gate =
          Gate.judge(
              spec.rules(), data.classes(), accuracy, explained.results(), validity.reliable());
      SamplesCsv.write(folder.samples(), complete);
      timer.lap("output");
      AuditResult result =
          new AuditResult(
              AuditResult.SCHEMA,
              AuditResult.CLASSIFICATION,
              Toolkit.version(),
              modelInfo(health),
              new EngineInfo(
                  subject.service().engine().name(),
                  subject.service().engine().description(),
                  subject.service().precision().name().toLowerCase(java.util.Locale.ROOT),
                  subject.service().fallbacks()),
              dataInfo(),
              new Plan(threats, attackInfos, spec.seed(), spec.text()),
              accuracy,
              explained.results(),
              explained.gallery(),
              validity,
              queries(rows, explained.results()),
              reverification(rows, rejected, done),
              gate,
              notTested(),
              evidence,
              runInfo());
      result.write(folder.result());
      folder.finish();
      return result;
    }

    private List<AttackRunner.Task> tasks() {
      List<AttackRunner.Task> tasks = new ArrayList<>();
      for (ThreatSpec threat : spec.threats()) {
        for (Epsilon epsilon : threat.epsilons()) {
          for (Map.Entry<String, Attack> attack : attacks.entrySet()) {
            if (attack.getValue().norms().contains(threat.norm())) {
              tasks.addAll(
                  Audit.tasks(
                      threat(threat, epsilon), attack.getValue(), attack.getKey(), examples));
            }
          }
        }
      }
      return tasks;
    }

    private List<Threat> threats() {
      List<Threat> threats = new ArrayList<>();
      for (ThreatSpec threat : spec.threats()) {
        List<String> notes = new ArrayList<>();
        if (!image) {
          notes.add("distance is in units of each feature's scale, over real and integer features");
          notes.add(
              threat.categoryChanges() == 0
                  ? "one-hot groups and binary features are frozen"
                  : "up to %d categories may be switched".formatted(threat.categoryChanges()));
        }
        threats.add(
            new Threat(
                threat.norm(),
                threat.epsilons(),
                threat.targetClass().isPresent()
                    ? "targeted at " + data.classes().get(threat.targetClass().getAsInt())
                    : "untargeted",
                notes));
      }
      return threats;
    }

    private List<AttackInfo> attackInfos() {
      List<Norm> used = spec.threats().stream().map(ThreatSpec::norm).toList();
      return attacks.entrySet().stream()
          .map(
              entry ->
                  new AttackInfo(
                      entry.getKey(),
                      used.stream().filter(entry.getValue().norms()::contains).toList(),
                      entry.getValue().configuration()))
          .toList();
    }

    private List<Aggregates.CleanPrediction> cleanPredictions(int[] predicted) {
      return IntStream.range(0, predicted.length)
          .mapToObj(
              i ->
                  new Aggregates.CleanPrediction(
                      Math.toIntExact(examples.id(i)), examples.label(i), predicted[i]))
          .toList();
    }

    /** The worst input per example at each threat and radius. */
    private List<Evidence.Cell> cells(List<AttackRunner.Task> tasks, List<Unit.Done> done) {
      Map<String, Evidence.Cell> cells = new LinkedHashMap<>();
      for (int i = 0; i < tasks.size(); i++) {
        Unit unit = tasks.get(i).unit();
        Evidence.Cell cell =
            cells.computeIfAbsent(
                unit.norm() + " " + unit.epsilon().text(),
                key -> new Evidence.Cell(unit.norm(), unit.epsilon(), new ArrayList<>()));
        List<Evidence.Entry> entries = cell.entries();
        for (int j = 0; j < done.get(i).attempts().size(); j++) {
          Evidence.Entry entry =
              new Evidence.Entry(
                  unit.attack(), done.get(i).attempts().get(j), done.get(i).adversarial()[j]);
          int at = unit.chunk() * Unit.CHUNK + j;
          if (at == entries.size()) {
            entries.add(entry);
          } else if (entry.worseThan(entries.get(at))) {
            entries.set(at, entry);
          }
        }
      }
      List<Evidence.Cell> list = List.copyOf(cells.values());
      for (int c = 1; c < list.size(); c++) {
        Evidence.Cell smaller = list.get(c - 1);
        if (smaller.norm() != list.get(c).norm()) {
          continue;
        }
        // What breaks an example at a smaller radius breaks it here too, as in the worst case.
        List<Evidence.Entry> entries = list.get(c).entries();
        for (int place = 0; place < entries.size(); place++) {
          if (smaller.entries().get(place).worseThan(entries.get(place))) {
            entries.set(place, smaller.entries().get(place));
          }
        }
      }
      return list;
    }

    private Validity validity(
        AttackRunner runner,
        List<SampleRow> rows,
        Accuracy accuracy,
        List<Reverification.Rejection> rejected,
        List<Unit.Done> done,
        HealthReport health,
        int[] predicted,
        List<Integer> unexplained)
        throws IOException {
      ValidityChecks checks = new ValidityChecks(rows, accuracy);
      List<Attempt> attempts = done.stream().flatMap(d -> d.attempts().stream()).toList();
      List<Integer> zero =
          attempts.stream()
              .filter(Attempt::zeroGradient)
              .map(Attempt::sample)
              .distinct()
              .sorted()
              .toList();
      int started =
          Math.toIntExact(
              attempts.stream()
                  .filter(a -> a.backwards() > 0)
                  .map(Attempt::sample)
                  .distinct()
                  .count());
      List<Integer> notFinite =
          Stream.concat(
                  attempts.stream()
                      .filter(
                          a ->
                              a.outcome() == io.sextant.results.Outcome.INCONCLUSIVE
                                  && !a.rejected()
                                  && !AttackRunner.DISAGREEMENT.equals(a.reason()))
                      .map(Attempt::sample),
                  unexplained.stream())
              .distinct()
              .sorted()
              .toList();
      ModelInfo.Health told = Health.info(health);
      List<ValidityCheck> all = new ArrayList<>();
      all.add(
          ValidityChecks.health(told.ok(), Health.finite(health.shareOfLimit()), told.messages()));
      all.add(ValidityChecks.finiteLogits(notFinite.size(), examples.size(), notFinite));
      all.add(ValidityChecks.zeroGradients(zero.size(), started, zero));
      all.add(
          checks.atLeastAsStrong(
              "pgd-vs-fgsm",
              "Many steps beat one",
              "pgd",
              "fgsm",
              "PGD contains FGSM's step; if it breaks fewer examples its optimisation is at fault."));
      all.add(checks.monotone());
      all.add(noise(runner, rows));
      all.add(hugeEpsilon(predicted));
      all.add(
          ValidityChecks.verified(
              rejected.size(),
              Math.toIntExact(
                  rejected.size()
                      + attempts.stream()
                          .filter(a -> a.outcome() == io.sextant.results.Outcome.BROKEN)
                          .count()),
              rejected.stream()
                  .map(Reverification.Rejection::sample)
                  .distinct()
                  .sorted()
                  .toList()));
      return Validity.of(all);
    }

    /** Random noise of the same size must not beat the attacks. */
    private ValidityCheck noise(AttackRunner runner, List<SampleRow> rows) throws IOException {
      Attack noise = Attacks.of("noise", NOISE);
      List<SampleRow> both = new ArrayList<>();
      for (ThreatSpec threat : spec.threats()) {
        if (!noise.norms().contains(threat.norm())) {
          continue;
        }
        Epsilon largest = threat.epsilons().get(threat.epsilons().size() - 1);
        List<AttackRunner.Task> tasks =
            Audit.tasks(threat(threat, largest), noise, "noise", examples);
        for (Unit.Done done : runner.run(tasks, null)) {
          done.attempts().forEach(a -> both.add(a.row(threat.norm(), largest, "noise")));
        }
        rows.stream()
            .filter(SampleRow::isWorstCase)
            .filter(row -> row.norm() == threat.norm())
            .filter(row -> row.epsilon().filter(largest::equals).isPresent())
            .map(Run::asAttack)
            .forEach(both::add);
      }
      List<AttackInfo> infos =
          List.of(
              new AttackInfo("attacks", List.of(), Map.of()),
              new AttackInfo("noise", List.of(), Map.of()));
      Accuracy compared =
          Aggregates.of(both, List.of(), List.of(), threats(), infos, data.classes().size());
      return new ValidityChecks(both, compared)
          .atLeastAsStrong(
              "noise-baseline",
              "Attacks beat random noise",
              "attacks",
              "noise",
              "Ten random perturbations of the largest radius per example. Attacks that break fewer"
                  + " examples than noise have no use of the gradient.");
    }

    private static SampleRow asAttack(SampleRow row) {
      return new SampleRow(
          row.sample(),
          row.label(),
          row.predicted(),
          row.norm(),
          row.epsilon(),
          "attacks",
          row.outcome(),
          row.distance(),
          row.forwards(),
          row.backwards());
    }

    /** PGD with everything at its disposal, on the unconstrained box. */
    private ValidityCheck hugeEpsilon(int[] predicted) throws IOException {
      int[] right =
          IntStream.range(0, predicted.length)
              .filter(i -> predicted[i] == examples.label(i))
              .limit(PROBE_EXAMPLES)
              .toArray();
      Examples probe = examples.at(right);
      InputDomain open = ExplanationStage.unconstrained(data.domain());
      double span =
          open.features().stream()
              .mapToDouble(f -> (f.maximum() - f.minimum()) / f.scale())
              .max()
              .orElse(1);
      Epsilon radius = Epsilon.parse(decimal(span));
      Attack pgd = Attacks.of("pgd", Map.of());
      ThreatModel threat = new ThreatModel(Norm.LINF, radius, Goal.UNTARGETED, 0);
      int held = 0;
      try (Subject free =
          new Subject(
              subject.file(), subject.model(), options.service(subject.model().graph(), open))) {
        AttackRunner runner =
            new AttackRunner(free, spec.seed(), options.threads(), Progress.SILENT);
        for (Unit.Done done : runner.run(Audit.tasks(threat, pgd, "pgd", probe), null)) {
          held +=
              Math.toIntExact(
                  done.attempts().stream()
                      .filter(a -> a.outcome() != io.sextant.results.Outcome.BROKEN)
                      .count());
        }
      }
      return ValidityChecks.hugeEpsilon(
          held, probe.size(), subject.model().classes(), Norm.LINF, radius.text());
    }

    /** The shortest decimal that stands for a number. */
    private static String decimal(double value) {
      return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private Optional<String> evidence(RunFolder folder, List<Evidence.Cell> cells)
        throws IOException {
      if (spec.evidence() == AuditSpec.Evidence.NONE) {
        return Optional.empty();
      }
      Shape shape = subject.model().inputShape();
      Manifest about =
          new Manifest(
              Manifest.SCHEMA,
              Toolkit.version(),
              Optional.empty(),
              subject.file().sha256(),
              modelSpec.output(),
              modelSpec.preprocessing().map(p -> p.factors()).orElse(List.of()),
              modelSpec.preprocessing().map(p -> p.offsets()).orElse(List.of()),
              image,
              boxed(shape),
              data.classes(),
              Domains.info(data.domain()),
              spec.threats().stream()
                  .map(
                      threat ->
                          new Manifest.Threat(
                              threat.norm().key(),
                              threat.categoryChanges(),
                              threat.targetClass().isPresent()
                                  ? Optional.of(threat.targetClass().getAsInt())
                                  : Optional.empty()))
                  .toList(),
              files(),
              spec.text(),
              Map.of());
      return Optional.of(
          new Evidence(folder.evidence())
              .write(spec.evidence(), examples, cells, modelSpec.file(), about));
    }

    private static List<Integer> boxed(Shape shape) {
      return Arrays.stream(shape.sizes()).boxed().toList();
    }

    private List<DataInfo.DataFile> files() throws IOException {
      List<DataInfo.DataFile> files = new ArrayList<>();
      data.origin()
          .files()
          .forEach(file -> files.add(new DataInfo.DataFile(file.name(), file.sha256())));
      if (spec.data().source() instanceof io.sextant.evaluation.spec.DataSpec.Table table
          && table.schema().isPresent()) {
        Path schema = table.schema().get();
        files.add(new DataInfo.DataFile(String.valueOf(schema.getFileName()), Sha256.of(schema)));
      }
      return files;
    }

    private ModelInfo modelInfo(HealthReport health) {
      return new ModelInfo(
          modelSpec.id(),
          subject.file().name(),
          subject.file().format().toString(),
          subject.file().sha256(),
          subject.model().network().numParams(),
          boxed(subject.model().inputShape()),
          ModelLayers.of(subject.model()),
          subject.model().head().name().toLowerCase(java.util.Locale.ROOT),
          data.classes(),
          Health.info(health));
    }

    private DataInfo dataInfo() throws IOException {
      int[] counts = new int[data.classes().size()];
      Arrays.stream(data.labels()).forEach(label -> counts[label]++);
      return new DataInfo(
          data.origin().description(),
          files(),
          all.size(),
          data.size(),
          spec.data().sampling().name().toLowerCase(java.util.Locale.ROOT),
          Sha256.of(
              LongStream.of(data.ids()).mapToObj(String::valueOf).collect(Collectors.joining(","))),
          Arrays.stream(counts).boxed().toList(),
          image ? List.of() : data.features(),
          boxed(data.shape()),
          Domains.info(data.domain()),
          Optional.empty());
    }

    /** Work by consumer, from the rows rather than the meter, so that resumed runs say the same. */
    private List<QueryCount> queries(List<SampleRow> rows, List<ExplainerResult> explained) {
      Map<String, long[]> counts = new LinkedHashMap<>();
      for (SampleRow row : rows) {
        long[] count = counts.computeIfAbsent(row.attack(), name -> new long[2]);
        count[0] += row.forwards();
        count[1] += row.backwards();
      }
      for (ExplainerResult result : explained) {
        long[] count = counts.computeIfAbsent(result.name(), name -> new long[2]);
        result
            .certificates()
            .forEach(
                c -> {
                  count[0] += c.forwards();
                  count[1] += c.backwards();
                });
      }
      return counts.entrySet().stream()
          .map(e -> new QueryCount(e.getKey(), e.getValue()[0], e.getValue()[1]))
          .toList();
    }

    private Reverification reverification(
        List<SampleRow> rows, List<Reverification.Rejection> rejected, List<Unit.Done> done) {
      int verified =
          Math.toIntExact(
              rows.stream()
                  .filter(row -> row.outcome() == io.sextant.results.Outcome.BROKEN)
                  .count());
      int small =
          Math.toIntExact(
              done.stream()
                  .flatMap(d -> d.attempts().stream())
                  .filter(
                      a ->
                          a.outcome() == io.sextant.results.Outcome.BROKEN
                              || a.outcome() == io.sextant.results.Outcome.HELD)
                  .filter(a -> a.margin() < SMALL_MARGIN)
                  .map(Attempt::sample)
                  .distinct()
                  .count());
      return new Reverification(verified + rejected.size(), verified, small, rejected);
    }

    private List<String> notTested() {
      List<String> list = new ArrayList<>();
      List<Norm> norms = spec.threats().stream().map(ThreatSpec::norm).toList();
      for (Norm norm : Norm.values()) {
        if (!norms.contains(norm)) {
          list.add("perturbations bounded in " + norm.symbol());
        }
      }
      list.add("black-box attacks, and attacks through transfer from other models");
      list.add("natural corruptions and shifts of the data");
      list.add("poisoning of training data, and attacks on privacy");
      if (!image && spec.threats().stream().allMatch(t -> t.categoryChanges() == 0)) {
        list.add("changes of categories and binary features, which were frozen");
      }
      return list;
    }

    private RunInfo runInfo() {
      return new RunInfo(
          timer.started.truncatedTo(ChronoUnit.SECONDS).toString(),
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          timer.laps,
          Host.cpu(),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          options.threads(),
          subject.service().nativeThreads(),
          command);
    }
  }
}
