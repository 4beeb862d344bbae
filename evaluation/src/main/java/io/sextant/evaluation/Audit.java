package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Fgsm;
import io.sextant.attacks.Pgd;
import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.gradients.Examples;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.HealthReport;
import io.sextant.methods.Passes;
import io.sextant.methods.Suggestion;
import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AuditResult;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.DataInfo;
import io.sextant.results.EngineInfo;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Gate;
import io.sextant.results.Grid;
import io.sextant.results.Measurements;
import io.sextant.results.Metric;
import io.sextant.results.ModelInfo;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Plan;
import io.sextant.results.Predictions;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.Rule;
import io.sextant.results.RunInfo;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.SamplesCsv;
import io.sextant.results.Threat;
import io.sextant.results.Validity;
import io.sextant.results.ValidityCheck;
import io.sextant.results.curtail.Curtailment;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.Configured;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /** Decisions with a smaller lead may come out otherwise in another batch or engine. */
  static final double SMALL_MARGIN = 1e-4;

  private final AuditSpec spec;
  private final EngineOptions options;
  private final Effort effort;
  private final Sources sources;
  private final Progress progress;
  private final String command;
  private final long created = System.nanoTime();

  /**
   * Prepares an audit.
   *
   * @param spec what is asked for
   * @param options how gradients are computed; the spec's engine is used where they say {@code
   *     auto}
   * @param effort how much may be left out
   * @param sources where models and data come from
   * @param progress is notified of progress
   * @param command the command that asked for it, for the record
   */
  public Audit(
      AuditSpec spec,
      EngineOptions options,
      Effort effort,
      Sources sources,
      Progress progress,
      String command) {
    this.spec = spec;
    this.effort = effort;
    this.sources = sources;
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
    ModelSpec model = model(id);
    Map<String, Attack> attacks = attacks();
    ExplanationStage configured = new ExplanationStage(spec.explainers(), spec.seed());
    Timer timer = new Timer();
    progress.phase("reading the data");
    DataSet all = sources.data(spec.data());
    DataSet drawn = drawn(all);
    boolean image = !(spec.data().source() instanceof DataSpec.Table);
    ExplanationStage explanations = configured.fitted(all.reference(!image));
    progress.phase("reading the model " + name(model));
    Path file = sources.model(model);
    try (Subject subject = Subject.open(file, model, drawn.input(), options)) {
      progress.computing(subject.service().meter()::total);
      DataSet data = drawn.forModel(subject.model().classes(), spec.classes());
      requireTargets(data.classes().size());
      requireRuleClasses(data.classes());
      String fingerprint = fingerprint(subject, data);
      // Before the folder is cleared: it may be the one that they lie in.
      Optional<LastEvidence> last =
          effort.last().map(path -> LastEvidence.read(path, data.examples()));
      try (RunFolder folder = RunFolder.open(out, fingerprint, overwrite)) {
        if (folder.finished()) {
          progress.phase("found finished");
          return AuditResult.read(folder.result());
        }
        tellRadii(data.domain());
        timer.lap("load");
        return new Run(model, file, all, data, image, subject, attacks, explanations, timer)
            .run(folder, last);
      }
    }
  }

  /**
   * Says what {@link #run} would do, and what it can cost.
   *
   * @param id the model's id
   * @throws IllegalArgumentException when the spec, the model or the data is unusable
   * @throws IOException when a file cannot be read
   */
  public AuditPlan plan(String id) throws IOException {
    ModelSpec model = model(id);
    Map<String, Attack> attacks = attacks();
    ExplanationStage explanations = new ExplanationStage(spec.explainers(), spec.seed());
    DataSet read = sources.data(spec.data());
    DataSet drawn = drawn(read);
    // What would end the audit at once is reported by its plan.
    explanations.fitted(read.reference(spec.data().source() instanceof DataSpec.Table));
    try (Subject subject = Subject.open(sources.model(model), model, drawn.input(), options)) {
      DataSet data = drawn.forModel(subject.model().classes(), spec.classes());
      Examples examples = data.examples();
      int[] predicted = subject.judge().decisions(examples);
      int[] right =
          IntStream.range(0, predicted.length)
              .filter(i -> predicted[i] == examples.label(i))
              .toArray();
      tellRadii(data.domain());
      List<AuditPlan.Cost> cells = new ArrayList<>();
      List<AttackStage.Planned> asked =
          AttackStage.asked(AttackStage.cells(spec, attacks), spec, effort);
      for (AttackStage.Planned cell : asked) {
        cells.add(
            new AuditPlan.Cost(
                cell.cell(),
                cell.attack()
                    .passes(subject.model().classes(), subject.service().features())
                    .times(examples.size())));
      }
      if (effort.probes(spec.rules())) {
        cells.addAll(Probes.plan(asked, data.domain(), subject.model().classes(), right.length));
      }
      Passes all =
          cells.stream().map(AuditPlan.Cost::passes).reduce(new Passes(0, 0), Passes::plus);
      return new AuditPlan(
          model.id(),
          subject.file().name(),
          "%s (%s)"
              .formatted(
                  subject.service().engine().name(), subject.service().engine().description()),
          examples.size(),
          right.length,
          cells,
          right.length == 0
              ? Duration.ZERO
              : Duration.ofNanos(
                  Math.round(nanosPerPass(subject, examples.at(right)) * passes(all))),
          AuditPlan.heap(
              examples.size(), subject.service().features(), cells.size(), options.threads()));
    }
  }

  private static String name(ModelSpec model) {
    return model.source() instanceof ModelSpec.File file
        ? String.valueOf(file.path().getFileName())
        : "of " + ((ModelSpec.Supplied) model.source()).className();
  }

  private static long passes(Passes passes) {
    return passes.forwards() + passes.backwards();
  }

  /** Times attacks of one step after one to warm up. */
  private double nanosPerPass(Subject subject, Examples examples) throws IOException {
    ThreatSpec threat = spec.threats().get(0);
    Attack step = Fgsm.DEFAULT;
    AttackRunner runner = new AttackRunner(subject, spec.seed(), Progress.SILENT);
    ThreatModel model = AttackStage.model(threat, threat.conditions().get(0));
    List<AttackRunner.Task> tasks = AttackRunner.tasks(model, step, step.name(), examples);
    runner.run(tasks, null);
    long start = System.nanoTime();
    runner.run(tasks, null);
    return (System.nanoTime() - start)
        / (double)
            passes(
                step.passes(subject.model().classes(), subject.service().features())
                    .times(examples.size()));
  }

  private ModelSpec model(String id) {
    return spec.models().stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the spec has no model %s; it has %s"
                        .formatted(id, spec.models().stream().map(ModelSpec::id).toList())));
  }

  /** Attacks are made first: a wrong setting must not cost a run. */
  private Map<String, Attack> attacks() {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    for (Configured configured : spec.attacks()) {
      attacks.put(configured.id(), Attacks.of(configured.name(), configured.settings()));
    }
    requireNorms(attacks);
    return attacks;
  }

  private DataSet drawn(DataSet all) {
    return spec.data().rows().isEmpty()
        ? Draw.of(spec.data().sampling(), all, spec.data().samples(), spec.seed())
        : Draw.rows(all, spec.data().rows());
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

  /** A rule about a class that does not exist is a mistake in the spec, not a result. */
  private void requireRuleClasses(List<String> classes) {
    for (Rule rule : spec.rules()) {
      rule.className()
          .filter(name -> !name.equals(Rule.EVERY_CLASS) && !classes.contains(name))
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

  private static List<String> remarks(ThreatSpec threat, InputDomain domain) {
    return threat.conditions().stream()
        .flatMap(within -> Remarks.radius(within, domain).stream())
        .toList();
  }

  private void tellRadii(InputDomain domain) {
    spec.threats().forEach(threat -> remarks(threat, domain).forEach(progress::note));
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
            String.valueOf(AuditResult.SCHEMA),
            spec.text(),
            effort.key(),
            subject.file().sha256(),
            digests.isEmpty() ? content(data) : digests,
            subject.service().engine().name(),
            subject.service().engine().description(),
            subject.service().precision().name(),
            String.valueOf(subject.service().batchSize()),
            // What a schema says of the columns changes figures as much as the columns do.
            Domains.info(data.domain()).toString(),
            data.classes().toString()));
  }

  /** Data that comes from no file is known by its content. */
  private static String content(DataSet data) {
    Examples examples = data.examples();
    Sha256.Sum sum = new Sha256.Sum();
    for (int i = 0; i < examples.size(); i++) {
      sum.add(examples.id(i));
      sum.add(examples.label(i));
      for (double value : examples.row(i)) {
        sum.add(Double.doubleToLongBits(value));
      }
    }
    return sum.hex();
  }

  /** Over all models of this audit. */
  private boolean isOutOfTime() {
    return effort.timeBudget().isPresent()
        && System.nanoTime() - created >= effort.timeBudget().get().toNanos();
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
    private final Path modelFile;
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
        Path modelFile,
        DataSet all,
        DataSet data,
        boolean image,
        Subject subject,
        Map<String, Attack> attacks,
        ExplanationStage explanations,
        Timer timer) {
      this.modelSpec = modelSpec;
      this.modelFile = modelFile;
      this.all = all;
      this.data = data;
      this.image = image;
      this.subject = subject;
      this.attacks = attacks;
      this.explanations = explanations;
      this.timer = timer;
      this.examples = data.examples();
    }

    AuditResult run(RunFolder folder, Optional<LastEvidence> last) throws IOException {
      progress.phase("checking the gradient engine against the network");
      HealthReport health = subject.health(examples, spec.seed());
      timer.lap("health");

      last.filter(inputs -> inputs.size() > 0)
          .ifPresent(
              inputs ->
                  progress.phase("with %s inputs of the last build".formatted(inputs.size())));
      progress.phase("attacking");
      int[] predicted = subject.judge().decisions(examples);
      Map<Long, Integer> decided = new HashMap<>();
      for (int i = 0; i < predicted.length; i++) {
        decided.put(examples.id(i), predicted[i]);
      }
      AttackRunner runner = new AttackRunner(subject, decided, spec.seed(), progress);
      List<Threat> threats = threats();
      AttackStage.Attacked attacked =
          new AttackStage(spec, attacks, threats, examples, predicted, data.classes(), effort)
              .run(subject, runner, new UnitStore(folder.units()), last, Audit.this::isOutOfTime);
      timer.lap("attacks");

      List<SampleRow> rows = attacked.rows();
      List<Reverification.Rejection> rejected = rejected(attacked);
      Plan plan = new Plan(threats, attacked.infos(), spec.seed(), spec.text());
      Grid grid = plan.grid();
      List<SampleRow> complete = Aggregates.withWorstCase(rows, grid);
      List<Aggregates.CleanPrediction> clean = AttackStage.clean(examples, predicted);
      Accuracy accuracy = Aggregates.of(rows, clean, rejected, grid, data.classes().size());
      List<Evidence.Worst> radii = radii(attacked.parts());
      List<Evidence.Worst> cells = carried(radii);
      Map<SampleRow.Key, Integer> taken = taken(cells);

      progress.phase("explaining");
      ExplanationStage.Explained explained =
          explanations(attacked)
              .run(subject, data, image, cells, radii, predicted, spec.reportExamples());
      timer.lap("explanations");

      progress.phase("checking validity");
      Probes probes = new Probes(runner, spec, data, examples, options, progress);
      Validity validity =
          validity(
              probes,
              attacked,
              complete,
              accuracy,
              rejected,
              health,
              predicted,
              explained.notFinite());
      timer.lap("validity");

      progress.phase("writing results");
      SampleTable samples = new SampleTable(clean, rows, grid, spec.slices());
      Gate gate =
          Gate.judge(
              spec.rules(),
              new Measurements(
                  data.classes(), accuracy, explained.results(), validity, Optional.of(samples)));
      SamplesCsv.write(folder.samples(), complete);
      timer.lap("output");
      AuditResult measured =
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
              plan,
              accuracy,
              Predictions.of(
                  clean,
                  complete,
                  grid.conditions(),
                  row -> taken.getOrDefault(row.key(), SampleRow.NO_CLASS)),
              explained.results(),
              explained.gallery(),
              validity,
              queries(rows, explained.results(), probes),
              reverification(rows, rejected, attacked),
              gate,
              notTested(attacked, samples),
              Optional.empty(),
              runInfo());
      AuditResult result =
          evidence(folder, measured, complete, attacked.parts(), cells)
              .map(measured::withEvidence)
              .orElse(measured);
      result.write(folder.result());
      if (!attacked.outOfTime()) {
        folder.finish();
      }
      return result;
    }

    private static List<Reverification.Rejection> rejected(AttackStage.Attacked attacked) {
      List<Reverification.Rejection> rejected = new ArrayList<>();
      for (AttackStage.Part part : attacked.parts()) {
        Unit unit = part.unit();
        for (Attempt attempt : part.done().attempts()) {
          attempt.rejection(unit.cell()).ifPresent(rejected::add);
        }
      }
      return rejected;
    }

    /** Explanations are for rules and for people; a gate that fails for certain needs neither. */
    private ExplanationStage explanations(AttackStage.Attacked attacked) {
      boolean needless = attacked.failed() && !Effort.asksForExplanations(spec.rules());
      return needless || attacked.outOfTime() || !effort.explanations(spec.rules())
          ? new ExplanationStage(List.of(), spec.seed())
          : explanations;
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
        notes.addAll(remarks(threat, data.domain()));
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

    /** The class for which the model takes each worst input. */
    private static Map<SampleRow.Key, Integer> taken(List<Evidence.Worst> cells) {
      Map<SampleRow.Key, Integer> taken = new HashMap<>();
      for (Evidence.Worst cell : cells) {
        for (Evidence.Entry entry : cell.entries().values()) {
          taken.put(
              new SampleRow.Key(entry.attempt().sample(), Cell.worstCase(cell.condition())),
              entry.attempt().prediction());
        }
      }
      return taken;
    }

    /** The worst input per example that attacks with each radius made. */
    private List<Evidence.Worst> radii(List<AttackStage.Part> parts) {
      Map<Long, Integer> places = new HashMap<>();
      for (int place = 0; place < examples.size(); place++) {
        places.put(examples.id(place), place);
      }
      Map<Condition, Evidence.Worst> cells = new LinkedHashMap<>();
      for (ThreatSpec threat : spec.threats()) {
        threat
            .conditions()
            .forEach(within -> cells.put(within, new Evidence.Worst(within, new TreeMap<>())));
      }
      for (AttackStage.Part part : parts) {
        Unit unit = part.unit();
        Evidence.Worst cell = cells.get(unit.cell().condition());
        for (int j = 0; cell != null && j < part.done().attempts().size(); j++) {
          Evidence.Entry entry =
              new Evidence.Entry(
                  unit.cell().method(),
                  part.done().attempts().get(j),
                  part.done().adversarial()[j]);
          cell.entries()
              .merge(
                  places.getOrDefault(unit.examples().id(j), 0),
                  entry,
                  (known, found) -> found.worseThan(known) ? found : known);
        }
      }
      return List.copyOf(cells.values());
    }

    /** The worst input per example at each threat and radius, those of smaller radii among them. */
    private static List<Evidence.Worst> carried(List<Evidence.Worst> radii) {
      List<Evidence.Worst> list =
          radii.stream()
              .map(cell -> new Evidence.Worst(cell.condition(), new TreeMap<>(cell.entries())))
              .toList();
      for (int c = 1; c < list.size(); c++) {
        Evidence.Worst smaller = list.get(c - 1);
        Evidence.Worst larger = list.get(c);
        if (smaller.condition().breaksUnder(larger.condition(), 0)) {
          // What breaks an example at a smaller radius breaks it here too, as in the worst case.
          smaller
              .entries()
              .forEach(
                  (place, entry) -> {
                    Evidence.Entry known = larger.entries().get(place);
                    if (known == null
                        ? entry.attempt().outcome() == Outcome.BROKEN
                        : entry.worseThan(known)) {
                      larger.entries().put(place, entry);
                    }
                  });
        }
      }
      return list.stream().filter(cell -> !cell.entries().isEmpty()).toList();
    }

    private Validity validity(
        Probes probes,
        AttackStage.Attacked attacked,
        List<SampleRow> rows,
        Accuracy accuracy,
        List<Reverification.Rejection> rejected,
        HealthReport health,
        int[] predicted,
        List<Integer> unexplained)
        throws IOException {
      ValidityChecks checks = new ValidityChecks(rows, accuracy);
      List<Attempt> attempts =
          attacked.parts().stream().flatMap(part -> part.done().attempts().stream()).toList();
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
      List<Integer> undecided =
          attempts.stream()
              .filter(
                  a ->
                      a.outcome() == Outcome.INCONCLUSIVE
                          && !a.rejected()
                          && !AttackRunner.DISAGREEMENT.equals(a.reason()))
              .map(Attempt::sample)
              .toList();
      List<Integer> unclassified =
          IntStream.range(0, predicted.length)
              .filter(i -> predicted[i] == SampleRow.NO_CLASS)
              .mapToObj(i -> Math.toIntExact(examples.id(i)))
              .toList();
      List<Integer> notFinite =
          Stream.of(undecided, unexplained, unclassified)
              .flatMap(List::stream)
              .distinct()
              .sorted()
              .toList();
      List<Metric> concerned = new ArrayList<>();
      if (!unclassified.isEmpty()) {
        concerned.add(Metric.CLEAN_ACCURACY);
      }
      if (!undecided.isEmpty()) {
        concerned.add(Metric.ROBUST_ACCURACY);
      }
      if (!unexplained.isEmpty()) {
        concerned.add(Metric.COMPLETENESS_GAP);
      }
      ModelInfo.Health told = Health.info(health);
      List<ValidityCheck> all = new ArrayList<>();
      all.add(
          ValidityChecks.health(told.ok(), Health.finite(health.shareOfLimit()), told.messages()));
      all.add(ValidityChecks.finiteLogits(notFinite.size(), examples.size(), concerned, notFinite));
      all.add(ValidityChecks.zeroGradients(zero.size(), started, zero));
      all.add(
          checks.atLeastAsStrong(
              "pgd-vs-fgsm",
              "Many steps beat one",
              id(Pgd.DEFAULT),
              id(Fgsm.DEFAULT),
              "PGD searches the ball on whose edge FGSM's one step ends; if it breaks fewer"
                  + " examples its optimisation is at fault. Give it more steps or restarts."));
      all.add(probes.reach(rows, attacks));
      all.add(checks.monotone());
      if (!attacked.doubtful()) {
        all.addAll(
            Probes.leftOut(
                attacked.failed()
                    ? "the gate fails for certain"
                    : attacked.outOfTime()
                        ? "the time was used up"
                        : "no rule that was asked for rests on the attacks"));
      } else {
        all.add(probes.convergence(rows, attacks));
        all.add(probes.noise(rows, Grid.of(threats(), attacked.infos()), accuracy.clean()));
        all.add(probes.hugeEpsilon(subject, predicted));
      }
      all.add(
          ValidityChecks.verified(
              rejected.size(),
              Math.toIntExact(
                  rejected.size()
                      + attempts.stream().filter(a -> a.outcome() == Outcome.BROKEN).count()),
              rejected.stream()
                  .map(Reverification.Rejection::sample)
                  .distinct()
                  .sorted()
                  .toList()));
      return Validity.of(all);
    }

    private Optional<String> evidence(
        RunFolder folder,
        AuditResult measured,
        List<SampleRow> rows,
        List<AttackStage.Part> parts,
        List<Evidence.Worst> cells)
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
              modelSpec.logits(),
              subject.normalizerUnits(),
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
              measured.plan(),
              spec.rules(),
              spec.slices(),
              ResultText.of(measured).digests(),
              Map.of());
      return Optional.of(
          new Evidence(folder.evidence())
              .write(
                  spec.evidence(),
                  examples,
                  measured.predictions().clean(),
                  rows,
                  parts,
                  cells,
                  modelFile,
                  about));
    }

    private static List<Integer> boxed(Shape shape) {
      return Arrays.stream(shape.sizes()).boxed().toList();
    }

    private List<DataInfo.DataFile> files() {
      List<DataInfo.DataFile> files = new ArrayList<>();
      data.origin()
          .files()
          .forEach(file -> files.add(new DataInfo.DataFile(file.name(), file.sha256())));
      return files;
    }

    private ModelInfo modelInfo(HealthReport health) {
      return new ModelInfo(
          modelSpec.id(),
          subject.file().name(),
          subject.file().format().toString(),
          subject.file().sha256(),
          subject.model().network().parameters(),
          boxed(subject.model().inputShape()),
          ModelLayers.of(subject.model()),
          subject.model().head().name().toLowerCase(java.util.Locale.ROOT),
          data.classes(),
          Health.info(health));
    }

    private DataInfo dataInfo() {
      int[] counts = new int[data.classes().size()];
      Arrays.stream(data.labels()).forEach(label -> counts[label]++);
      return new DataInfo(
          data.origin().description(),
          files(),
          all.size(),
          data.size(),
          spec.data().rows().isEmpty()
              ? spec.data().sampling().name().toLowerCase(java.util.Locale.ROOT)
              : "given",
          Sha256.of(
              LongStream.of(data.ids()).mapToObj(String::valueOf).collect(Collectors.joining(","))),
          Arrays.stream(counts).boxed().toList(),
          image ? List.of() : data.features(),
          boxed(data.shape()),
          Domains.info(data.domain()),
          Optional.empty());
    }

    /** Work by consumer, from the rows rather than the meter, so that resumed runs say the same. */
    private List<QueryCount> queries(
        List<SampleRow> rows, List<ExplainerResult> explained, Probes probes) {
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
      return Stream.concat(
              counts.entrySet().stream()
                  .map(e -> new QueryCount(e.getKey(), e.getValue()[0], e.getValue()[1])),
              probes.queries().stream())
          .toList();
    }

    /** The id of the first attack of this kind; its name where the audit has none. */
    private String id(Attack attack) {
      return attacks.entrySet().stream()
          .filter(own -> own.getValue().name().equals(attack.name()))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse(attack.name());
    }

    private Reverification reverification(
        List<SampleRow> rows,
        List<Reverification.Rejection> rejected,
        AttackStage.Attacked attacked) {
      int verified =
          Math.toIntExact(rows.stream().filter(row -> row.outcome() == Outcome.BROKEN).count());
      int small =
          Math.toIntExact(
              attacked.parts().stream()
                  .flatMap(part -> part.done().attempts().stream())
                  .filter(a -> a.outcome() == Outcome.BROKEN || a.outcome() == Outcome.HELD)
                  .filter(a -> a.margin() < SMALL_MARGIN)
                  .map(Attempt::sample)
                  .distinct()
                  .count());
      return new Reverification(verified + rejected.size(), verified, small, rejected);
    }

    private List<String> notTested(AttackStage.Attacked attacked, SampleTable samples) {
      List<String> list = new ArrayList<>();
      Curtailment.unrun(samples).forEach(unrun -> list.add(unrun.describe()));
      if (explanations(attacked) != explanations && !spec.explainers().isEmpty()) {
        list.add(
            attacked.failed()
                ? "explanations: the gate failed before they were needed"
                : attacked.outOfTime()
                    ? "explanations: the time was used up"
                    : "explanations: no rule that was asked for is about them");
      }
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
