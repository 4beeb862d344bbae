package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.results.AdaptationResult;
import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.EngineInfo;
import io.sextant.results.Gate;
import io.sextant.results.ModelInfo;
import io.sextant.results.Outcome;
import io.sextant.results.Plan;
import io.sextant.results.Predictions;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.RunInfo;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.Validity;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import io.sextant.spec.AuditSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What is written of a run when its stages have ended. */
final class AuditRecord {
  /** Decisions with a smaller lead may come out otherwise in another batch or engine. */
  static final double SMALL_MARGIN = 1e-4;

  private final Run run;
  private final String command;
  private final PhaseTimes times;
  private final Preparation prepared;
  private final AuditSpec spec;
  private final Subject subject;
  private final DataSet data;
  private final CountStage.Counted counted;
  private final AttackStage.Attacked attacked;
  private final CorruptionStage.Corrupted corrupted;
  private final ExplanationStage.Explained explained;

  /**
   * A record.
   *
   * @param run whose stages have ended
   * @param command that asked for it
   * @param times of its phases
   */
  AuditRecord(Run run, String command, PhaseTimes times) {
    this.run = run;
    this.command = command;
    this.times = times;
    this.prepared = run.prepared();
    this.spec = prepared.spec();
    this.subject = prepared.subject();
    this.data = prepared.data();
    this.counted = run.found().of(CountStage.Counted.class);
    this.attacked = run.found().of(AttackStage.Attacked.class);
    this.corrupted = run.found().of(CorruptionStage.Corrupted.class);
    this.explained = run.found().of(ExplanationStage.Explained.class);
  }

  /** Writes {@code samples.csv}, the evidence and {@code result.json}, in this order. */
  AuditResult write() throws IOException {
    AttributionStage.Kept kept = run.found().of(AttributionStage.Kept.class);
    Validity validity = run.found().of(ValidityStage.Checked.class).validity();
    Gate gate =
        RuleJudge.judge(
            spec.rules(),
            new Measurements(
                data.classes(),
                counted.accuracy(),
                explained.results(),
                validity,
                kept.result(),
                kept.drift(),
                Optional.of(counted.table())));
    SamplesCsv.write(run.folder().samples(), counted.complete());
    times.ended("output");
    AuditResult measured = result(validity, gate);
    AuditResult result =
        spec.evidence() == AuditSpec.Evidence.NONE
            ? measured
            : measured.withEvidence(evidence(measured));
    result.write(run.folder().result());
    if (!attacked.outOfTime()
        && !corrupted.outOfTime()
        && !kept.outOfTime()
        && !run.found().of(QualityStage.Rated.class).outOfTime()
        && !run.found().of(AdaptationStage.Adapted.class).outOfTime()
        && !run.found().of(AdaptedAttackStage.Endangered.class).outOfTime()) {
      run.folder().finish();
    }
    return result;
  }

  private AuditResult result(Validity validity, Gate gate) {
    Map<SampleRow.Key, Integer> taken = attacked.worst().taken();
    Plan plan = new Plan(prepared.threats(), attacked.infos(), spec.seed(), spec.text());
    return new AuditResult(
        AuditResult.SCHEMA,
        AuditResult.CLASSIFICATION,
        Toolkit.version(),
        modelInfo(),
        engineInfo(),
        dataInfo(),
        plan,
        counted.accuracy(),
        run.found().of(AttackStage.Attacked.class).stages(),
        Predictions.of(
            counted.clean(),
            counted.complete(),
            plan.grid().conditions(),
            row -> taken.getOrDefault(row.key(), SampleRow.NO_CLASS)),
        corrupted.result(),
        explained.results(),
        run.found().of(AttributionStage.Kept.class).result(),
        run.found().of(AttributionStage.Kept.class).drift(),
        run.found().of(QualityStage.Rated.class).result(),
        adaptation(),
        explained.gallery(),
        validity,
        run.found().all().flatMap(found -> found.queries().stream()).toList(),
        reverification(),
        gate,
        notTested(),
        Optional.empty(),
        runInfo());
  }

  private Optional<AdaptationResult> adaptation() {
    return run.found()
        .of(AdaptationStage.Adapted.class)
        .result()
        .map(
            adapted ->
                adapted.withAttacks(run.found().of(AdaptedAttackStage.Endangered.class).result()));
  }

  private ModelInfo modelInfo() {
    return new ModelInfo(
        prepared.model().id(),
        subject.file().name(),
        subject.file().format().toString(),
        subject.file().sha256(),
        subject.model().network().parameters(),
        boxed(subject.model().inputShape().sizes()),
        ModelLayers.of(subject.model()),
        key(subject.model().head()),
        data.classes(),
        Health.info(run.found().of(HealthStage.Checked.class).report()));
  }

  private EngineInfo engineInfo() {
    return new EngineInfo(
        subject.service().engine().name(),
        subject.service().engine().description(),
        key(subject.service().precision()),
        subject.service().fallbacks());
  }

  private DataInfo dataInfo() {
    int[] counts = new int[data.classes().size()];
    Arrays.stream(data.labels()).forEach(label -> counts[label]++);
    return new DataInfo(
        data.origin().description(),
        data.origin().files().stream()
            .map(file -> new DataInfo.DataFile(file.name(), file.sha256()))
            .toList(),
        prepared.all().size(),
        data.size(),
        spec.data().rows().isEmpty() ? key(spec.data().sampling()) : "given",
        Sha256.of(
            LongStream.of(data.ids()).mapToObj(String::valueOf).collect(Collectors.joining(","))),
        boxed(counts),
        prepared.isTable() ? data.features() : List.of(),
        boxed(data.shape().sizes()),
        Domains.info(data.domain()),
        Optional.empty());
  }

  private Reverification reverification() {
    List<Reverification.Rejection> rejected = counted.rejected();
    List<Attempt> attempts = attacked.attempts();
    int verified =
        Math.toIntExact(attempts.stream().filter(a -> a.outcome() == Outcome.BROKEN).count());
    int small =
        Math.toIntExact(
            attempts.stream()
                .filter(a -> a.outcome() == Outcome.BROKEN || a.outcome() == Outcome.HELD)
                .filter(a -> a.margin() < SMALL_MARGIN)
                .map(Attempt::sample)
                .distinct()
                .count());
    return new Reverification(verified + rejected.size(), verified, small, rejected);
  }

  /** What stages left out, then what none of them is about. */
  private List<String> notTested() {
    Set<Topic> measured =
        run.found().all().flatMap(found -> found.measured().stream()).collect(Collectors.toSet());
    List<String> list =
        new ArrayList<>(run.found().all().flatMap(found -> found.leftOut().stream()).toList());
    list.addAll(Topic.notTested(measured, prepared.isTable()));
    return list;
  }

  private RunInfo runInfo() {
    return new RunInfo(
        times.started().truncatedTo(ChronoUnit.SECONDS).toString(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        times.millis(),
        Host.cpu(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        run.options().threads(),
        subject.service().nativeThreads(),
        saved(),
        command);
  }

  private List<QueryCount> saved() {
    return subject.service().meter().saved().entrySet().stream()
        .map(
            one ->
                new QueryCount(one.getKey(), one.getValue().forwards(), one.getValue().backwards()))
        .toList();
  }

  private String evidence(AuditResult measured) throws IOException {
    return new Evidence(run.folder().evidence())
        .write(
            spec.evidence(),
            prepared.examples(),
            measured.predictions().clean(),
            counted.complete(),
            attacked.parts(),
            attacked.worst().carried(),
            run.found().of(AdaptationStage.Adapted.class).counted(),
            run.found().of(QualityStage.Rated.class).moved(),
            prepared.given().file(),
            Manifest.of(prepared, measured));
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
