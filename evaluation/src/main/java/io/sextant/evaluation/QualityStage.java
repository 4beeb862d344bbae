package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Output;
import io.sextant.explainers.Reference;
import io.sextant.explainers.Target;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.ExplanationAttacks;
import io.sextant.explainers.quality.Controls;
import io.sextant.explainers.quality.Damage;
import io.sextant.explainers.quality.Judged;
import io.sextant.explainers.quality.QualityMetric;
import io.sextant.explainers.quality.QualityMetrics;
import io.sextant.explainers.quality.QualityTable;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.methods.Access;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Declaration;
import io.sextant.methods.Passes;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.Outcome;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.spec.Configured;
import io.sextant.spec.ExplanationQualitySpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Judges the explainers of the spec: by metrics, beside maps that explain nothing; by how alike
 * their explanations of clean and attacked inputs are; and attributes the perturbations themselves.
 */
final class QualityStage implements Stage {
  private static final String CONSUMER = "explanation quality";
  private static final String ATTACKS = "attacks on explanations";

  /** For images; tables have no pixels to fill in. */
  private static final List<String> USUAL =
      List.of(
          "deletion",
          "insertion",
          "road",
          "infidelity",
          "sensitivity-n",
          "sensitivity-max",
          "mprt",
          "sparseness");

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public String phase() {
    return "judging explanations";
  }

  /**
   * What came out.
   *
   * @param result empty where nothing was asked for or done
   * @param passes that it took
   * @param leftOut what was asked for and not done
   * @param outOfTime whether some of it was because the time was used up
   * @param moved what attacks on explanations found
   */
  record Rated(
      Optional<ExplanationQuality> result,
      Passes passes,
      List<String> leftOut,
      boolean outOfTime,
      List<MovedExplanations.Found> moved)
      implements Finding {
    private static final Passes NONE = new Passes(0, 0);

    @Override
    public List<QueryCount> queries() {
      return passes.equals(NONE)
          ? List.of()
          : List.of(new QueryCount(CONSUMER, passes.forwards(), passes.backwards()));
    }

    static Rated without(String reason) {
      return new Rated(
          Optional.empty(), NONE, List.of("explanation quality: " + reason), false, List.of());
    }
  }

  /**
   * What is kept of an explainer or control.
   *
   * @param scores one per metric
   * @param underAttack what attacks do to it; empty for controls and where nothing was broken
   * @param summaries of the explanations of tables, where the report may show inputs; none of
   *     controls
   * @param failed why it could not be judged; empty where it was
   * @param passes that it took
   */
  record Scored(
      List<QualityTable.Scores> scores,
      Optional<ExplanationQuality.UnderAttack> underAttack,
      List<ExplanationQuality.Summary> summaries,
      Optional<String> failed,
      Passes passes) {
    /** Whether it is of so many metrics and examples. */
    boolean fits(int metrics, int examples) {
      return failed.isPresent()
          || scores.size() == metrics
              && scores.stream()
                  .allMatch(s -> s.unfit().isPresent() || s.scores().length == examples);
    }
  }

  /**
   * What is kept of the perturbations.
   *
   * @param found empty where nothing was broken or the model gives no gradients
   * @param failed why it could not be judged; empty where it was
   * @param passes that it took
   */
  record Damages(
      Optional<ExplanationQuality.Perturbations> found, Optional<String> failed, Passes passes) {}

  /** A metric under its id. */
  private record Named(Configured configured, QualityMetric metric) {}

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    if (prepared.spec().explanationQuality().isEmpty() || effort.rulesOnly()) {
      return List.of();
    }
    ExplanationQualitySpec asked = prepared.spec().explanationQuality().get();
    int classes = prepared.subject().model().classes();
    int features = prepared.subject().service().features();
    long samples = Math.min(asked.samples(), prepared.data().size());
    List<AuditPlan.Cost> costs = new ArrayList<>();
    Map<String, Explainer> all = new LinkedHashMap<>(judged(prepared));
    controls(prepared).forEach(control -> all.put(control.name(), control));
    for (Map.Entry<String, Explainer> one : all.entrySet()) {
      // For the table, and of clean, attacked and noisy inputs.
      Passes each = one.getValue().passes(classes, features).times(4);
      for (Named named : metrics(prepared)) {
        each = each.plus(named.metric().passes(classes, features, one.getValue()));
      }
      costs.add(
          new AuditPlan.Cost(one.getKey(), "quality of explanations", each.times(samples), false));
    }
    for (Map.Entry<Configured, ExplanationAttack> attack : attacks(prepared).entrySet()) {
      for (Map.Entry<String, Explainer> one : judged(prepared).entrySet()) {
        costs.add(
            new AuditPlan.Cost(
                "%s on %s".formatted(attack.getKey().id(), one.getKey()),
                ATTACKS,
                // The clean, found and noisy inputs are explained besides.
                attack
                    .getValue()
                    .passes(classes, features, one.getValue())
                    .plus(one.getValue().passes(classes, features).times(4))
                    .times(samples),
                false));
      }
    }
    if (prepared.subject().service().access() == Access.GRADIENTS) {
      costs.add(
          new AuditPlan.Cost(
              "what does the damage",
              "quality of explanations",
              IntegratedGradients.DEFAULT
                  .passes(classes, features)
                  .plus(new Passes(1, 0))
                  .times(samples),
              false));
    }
    return costs;
  }

  /** The explainers that attribute to the values of the input. */
  private static Map<String, Explainer> judged(Preparation prepared) {
    Map<String, Explainer> judged = new LinkedHashMap<>(prepared.explainers());
    GradientService service = prepared.subject().service();
    judged.values().removeIf(one -> !Judged.fits(one.shape(service.graph()), service.inputShape()));
    return judged;
  }

  private static List<Named> metrics(Preparation prepared) {
    Access granted = prepared.subject().service().access();
    Reference reference = prepared.all().reference(prepared.isTable());
    Optional<List<Configured>> asked =
        prepared.spec().explanationQuality().flatMap(ExplanationQualitySpec::metrics);
    List<Configured> configured =
        asked.orElseGet(
            () ->
                USUAL.stream()
                    .filter(
                        name ->
                            granted.allows(QualityMetrics.catalogue().declaration(name).access()))
                    .filter(name -> !prepared.isTable() || !name.equals("road"))
                    .map(name -> new Configured(name, name, Map.of()))
                    .toList());
    return configured.stream()
        .map(
            one -> {
              QualityMetric metric =
                  QualityMetrics.create(
                      one.name(),
                      seeded(one, QualityMetrics.catalogue().declaration(one.name()), prepared));
              metric.declaration().requireGranted(granted, QualityMetrics::catalogue);
              return new Named(one, metric.fitted(reference));
            })
        .toList();
  }

  private static Map<Configured, ExplanationAttack> attacks(Preparation prepared) {
    Catalogue<ExplanationAttack> catalogue = ExplanationAttacks.catalogue();
    Map<Configured, ExplanationAttack> attacks = new LinkedHashMap<>();
    for (Configured one :
        prepared
            .spec()
            .explanationQuality()
            .map(ExplanationQualitySpec::attacks)
            .orElse(List.of())) {
      ExplanationAttack attack =
          ExplanationAttacks.create(
              one.name(), seeded(one, catalogue.declaration(one.name()), prepared));
      attack.declaration().requireGranted(prepared.subject().service().access(), () -> catalogue);
      attacks.put(one, attack);
    }
    return attacks;
  }

  /** Random choices follow the seed of the audit unless the method has one of its own. */
  private static Map<String, String> seeded(
      Configured method, Declaration<?> declaration, Preparation prepared) {
    Map<String, String> settings = new LinkedHashMap<>(method.settings());
    if (declaration.has("seed")) {
      settings.putIfAbsent("seed", Long.toString(prepared.spec().seed()));
    }
    return settings;
  }

  private static List<Explainer> controls(Preparation prepared) {
    return Controls.of(prepared.subject().service().inputShape(), prepared.spec().seed());
  }

  /** A metric or attack that does not exist or fit. */
  @Override
  public void require(Preparation prepared, Effort effort) {
    if (prepared.spec().explanationQuality().isPresent()) {
      metrics(prepared);
      attacks(prepared);
      Controls.requireNamedOtherwise(controls(prepared), prepared.explainers().keySet());
    }
  }

  @Override
  public Rated run(Run run) throws IOException {
    Preparation prepared = run.prepared();
    Optional<ExplanationQualitySpec> asked = prepared.spec().explanationQuality();
    if (asked.isEmpty()) {
      return new Rated(Optional.empty(), Rated.NONE, List.of(), false, List.of());
    }
    if (run.effort().rulesOnly()) {
      return Rated.without("no rule that was asked for is about it");
    }
    Map<String, Explainer> explainers = judged(prepared);
    if (explainers.isEmpty()) {
      return Rated.without("there are no explainers of inputs to be judged");
    }
    int[] predicted = run.found().of(CleanStage.Decided.class).predicted();
    int[] places =
        IntStream.range(0, predicted.length)
            .filter(place -> predicted[place] >= 0)
            .limit(asked.get().samples())
            .toArray();
    Examples drawn = prepared.examples().at(places);
    Examples clean =
        Examples.of(
            drawn.rows(), IntStream.of(places).map(p -> predicted[p]).toArray(), drawn.ids());
    return new Rating(run, explainers, places, clean).done();
  }

  /** The work on one audit: units, each of which is found, done or left out. */
  private static final class Rating {
    private static final String LATE = "the time was used up";

    private final Run run;
    private final Map<String, Explainer> explainers;
    private final int[] places;
    private final Examples clean;
    private final ExplanationPairs pairs;
    private final GradientService service;
    private final List<Named> metrics;
    private final String key;
    private final RecordStore<Scored> units;
    private final RecordStore<Damages> damages;
    private final RecordStore<MovedExplanations> moved;
    private final List<String> leftOut = new ArrayList<>();
    private Passes passes = Rated.NONE;
    private boolean outOfTime;
    private int begun;
    // Of the clean inputs, by the judge; none before they are needed.
    private double[] probabilities = {};

    Rating(Run run, Map<String, Explainer> explainers, int[] places, Examples clean)
        throws IOException {
      this.run = run;
      this.explainers = explainers;
      this.places = places;
      this.clean = clean;
      this.pairs = pairs(run, places, clean);
      this.service = run.prepared().subject().service().as(CONSUMER);
      this.metrics = metrics(run.prepared());
      // Whatever was attacked otherwise is judged anew.
      this.key = "quality-" + digest(pairs).substring(0, 16);
      this.units =
          new RecordStore<>(
              run.folder().units(), Scored.class, unit -> unit.fits(metrics.size(), clean.size()));
      this.damages = new RecordStore<>(run.folder().units(), Damages.class, unit -> true);
      this.moved =
          new RecordStore<>(
              run.folder().units(), MovedExplanations.class, unit -> unit.fits(clean.size()));
      run.prepared().explainers().keySet().stream()
          .filter(id -> !explainers.containsKey(id))
          .map("explanation quality of %s: it attributes to a layer"::formatted)
          .forEach(leftOut::add);
    }

    Rated done() throws IOException {
      Map<String, Scored> controls = new LinkedHashMap<>();
      for (Explainer control : controls(run.prepared())) {
        unit(control.name(), control, true).ifPresent(unit -> controls.put(control.name(), unit));
      }
      Map<String, Scored> judged = new LinkedHashMap<>();
      for (Map.Entry<String, Explainer> one : explainers.entrySet()) {
        unit(one.getKey(), one.getValue(), false).ifPresent(unit -> judged.put(one.getKey(), unit));
      }
      Optional<ExplanationQuality.Perturbations> perturbations = perturbations();
      if (judged.isEmpty()) {
        attacks(run.prepared()).keySet().stream()
            .map(one -> "attack on explanations %s: no explainer was judged".formatted(one.id()))
            .forEach(leftOut::add);
        return new Rated(Optional.empty(), passes, leftOut, outOfTime, List.of());
      }
      List<MovedExplanations.Found> found = new ArrayList<>();
      List<ExplanationQuality.Attack> attacked = attacked(found);
      QualityTable table =
          QualityTable.of(
              clean.size(),
              metrics.stream().map(Named::metric).toList(),
              scores(judged),
              scores(controls));
      return new Rated(
          Optional.of(
              new ExplanationQuality(
                  table.examples(),
                  columns(table, metrics),
                  table.meanRanks().entrySet().stream()
                      .map(e -> new ExplanationQuality.MeanRank(e.getKey(), e.getValue()))
                      .toList(),
                  table.concordance(),
                  table.metricsDisagree(),
                  judged.values().stream().flatMap(unit -> unit.underAttack().stream()).toList(),
                  perturbations,
                  attacked,
                  judged.values().stream().flatMap(unit -> unit.summaries().stream()).toList())),
          passes,
          leftOut,
          outOfTime,
          found);
    }

    private static Map<String, List<QualityTable.Scores>> scores(Map<String, Scored> units) {
      Map<String, List<QualityTable.Scores>> scores = new LinkedHashMap<>();
      units.forEach((name, unit) -> scores.put(name, unit.scores()));
      return scores;
    }

    /** Takes over what was done, or does it unless it is too late. */
    private Optional<Scored> unit(String name, Explainer explainer, boolean control)
        throws IOException {
      String file = "%s-%d".formatted(key, begun++);
      String what = "explanation quality of " + name;
      Optional<Scored> found = units.find(file, what, run.progress()::note);
      if (found.isEmpty()) {
        if (isLate(what)) {
          return Optional.empty();
        }
        found = Optional.of(judged(name, explainer, control));
        units.keep(file, found.get());
      }
      run.progress()
          .advanced(
              CONSUMER,
              begun,
              explainers.size() + controls(run.prepared()).size(),
              Optional.empty());
      passes = passes.plus(found.get().passes());
      return found.filter(unit -> wentWell(what, unit.failed()));
    }

    private Scored judged(String name, Explainer explainer, boolean control) {
      Meter.Count before = service.meter().of(CONSUMER);
      try {
        Explanations found =
            explainer.explain(service, clean, Target.label().withOutput(Output.LOGIT));
        Judged judged = Judged.of(service, clean, Output.LOGIT, explainer, found);
        List<QualityTable.Scores> scores =
            metrics.stream().map(m -> QualityTable.Scores.of(judged, m.metric())).toList();
        return new Scored(
            scores,
            control || pairs.clean().size() == 0
                ? Optional.empty()
                : Optional.of(
                    new ExplanationQuality.UnderAttack(
                        name,
                        pairs.clean().size(),
                        pairs
                            .explained(service, explainer, run.prepared().spec().seed())
                            .measures())),
            control ? List.of() : summaries(name, explainer, found),
            Optional.empty(),
            since(before));
      } catch (NotFiniteException e) {
        return new Scored(
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.of(String.valueOf(e.getMessage())),
            since(before));
      }
    }

    private List<ExplanationQuality.Summary> summaries(
        String name, Explainer explainer, Explanations found) {
      Preparation prepared = run.prepared();
      // Values of the data are inputs, which a report may have to keep out.
      return prepared.isTable() && prepared.spec().reportExamples()
          ? AttributionSummaries.of(name, explainer.slopes(), found, prepared.data(), places)
          : List.of();
    }

    /** What attacks on explanations did, of which the evidence keeps what they found. */
    private List<ExplanationQuality.Attack> attacked(List<MovedExplanations.Found> found)
        throws IOException {
      List<ExplanationQuality.Attack> attacks = new ArrayList<>();
      Map<Configured, ExplanationAttack> asked = attacks(run.prepared());
      int of = asked.size() * explainers.size();
      int unit = 0;
      for (Map.Entry<Configured, ExplanationAttack> attack : asked.entrySet()) {
        List<ExplanationQuality.Attacked> done = new ArrayList<>();
        for (Map.Entry<String, Explainer> one : explainers.entrySet()) {
          String id = attack.getKey().id();
          Optional<MovedExplanations> moved =
              moved(
                  unit,
                  "attack on explanations %s on %s".formatted(id, one.getKey()),
                  attack.getValue(),
                  one);
          run.progress().advanced(ATTACKS, ++unit, of, Optional.empty());
          if (moved.isPresent()) {
            passes = passes.plus(moved.get().passes());
            done.add(moved.get().result());
            if (moved.get().result().unfit().isEmpty()) {
              found.add(new MovedExplanations.Found(id, one.getKey(), moved.get().inputs()));
            }
          }
        }
        if (!done.isEmpty()) {
          attacks.add(
              new ExplanationQuality.Attack(
                  attack.getKey().id(),
                  attack.getValue().name(),
                  ExplanationStage.told(attack.getValue().configuration()),
                  done));
        }
      }
      return attacks;
    }

    /** Takes over what was done, or does it unless it is too late. */
    private Optional<MovedExplanations> moved(
        int unit, String what, ExplanationAttack attack, Map.Entry<String, Explainer> explainer)
        throws IOException {
      // What broke the examples has no part in it.
      String file = "moved-" + unit;
      Optional<MovedExplanations> kept = moved.find(file, what, run.progress()::note);
      if (kept.isPresent() || isLate(what)) {
        return kept;
      }
      if (probabilities.length == 0) {
        probabilities =
            MovedExplanations.probabilities(
                run.prepared().subject().judge(), clean.rows(), clean.labels());
      }
      Meter.Count before = service.meter().of(CONSUMER);
      MovedExplanations done =
          MovedExplanations.by(
              attack,
              explainer.getKey(),
              explainer.getValue(),
              run.prepared().subject().judge(),
              run.prepared().data().domain(),
              run.prepared().spec().seed(),
              service,
              clean,
              probabilities,
              () -> since(before));
      moved.keep(file, done);
      return Optional.of(done);
    }

    private Optional<ExplanationQuality.Perturbations> perturbations() throws IOException {
      if (pairs.clean().size() == 0 || service.access() != Access.GRADIENTS) {
        return Optional.empty();
      }
      String what = "what of the perturbations does the damage";
      Optional<Damages> found = damages.find(key + "-damage", what, run.progress()::note);
      if (found.isEmpty()) {
        if (isLate(what)) {
          return Optional.empty();
        }
        found = Optional.of(damage());
        damages.keep(key + "-damage", found.get());
      }
      passes = passes.plus(found.get().passes());
      return wentWell(what, found.get().failed()) ? found.get().found() : Optional.empty();
    }

    private Damages damage() {
      Meter.Count before = service.meter().of(CONSUMER);
      try {
        return new Damages(
            QualityStage.perturbations(service, pairs), Optional.empty(), since(before));
      } catch (NotFiniteException e) {
        return new Damages(
            Optional.empty(), Optional.of(String.valueOf(e.getMessage())), since(before));
      }
    }

    private boolean isLate(String what) {
      if (run.outOfTime().getAsBoolean()) {
        outOfTime = true;
        leftOut.add("%s: %s".formatted(what, LATE));
        return true;
      }
      return false;
    }

    private boolean wentWell(String what, Optional<String> failed) {
      failed.ifPresent(reason -> leftOut.add("%s: %s".formatted(what, reason)));
      return failed.isEmpty();
    }

    /** What was asked since, of networks with shuffled parameters, too. */
    private Passes since(Meter.Count before) {
      return passes(service.meter().of(CONSUMER).since(before));
    }
  }

  /** What a consumer has asked so far. */
  static Passes passes(GradientService service, String consumer) {
    return passes(service.meter().of(consumer));
  }

  private static Passes passes(Meter.Count count) {
    return new Passes(count.forwards(), count.backwards());
  }

  private static List<ExplanationQuality.Column> columns(QualityTable table, List<Named> metrics) {
    return IntStream.range(0, metrics.size())
        .mapToObj(
            m ->
                QualityColumns.of(
                    metrics.get(m).configured().id(),
                    metrics.get(m).metric(),
                    table.metrics().get(m)))
        .toList();
  }

  /** Of each example what broke it, at the smallest radius that did. */
  private static ExplanationPairs pairs(Run run, int[] places, Examples clean) {
    List<Evidence.Worst> cells = run.found().of(AttackStage.Attacked.class).worst().carried();
    List<Integer> at = new ArrayList<>();
    List<double[]> attacked = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      for (Evidence.Worst cell : cells) {
        Evidence.Entry entry = cell.entries().get(places[i]);
        if (entry != null && entry.attempt().outcome() == Outcome.BROKEN) {
          at.add(i);
          attacked.add(Rows.widen(entry.input()));
          break;
        }
      }
    }
    return new ExplanationPairs(
        clean.at(at.stream().mapToInt(Integer::intValue).toArray()),
        attacked.toArray(double[][]::new),
        run.prepared().data().domain());
  }

  /** By which it is known whether what was kept is about the same pairs. */
  private static String digest(ExplanationPairs pairs) {
    Sha256.Sum sum = new Sha256.Sum();
    for (int i = 0; i < pairs.changed().length; i++) {
      sum.add(pairs.clean().id(i));
      for (double value : pairs.changed()[i]) {
        sum.add(Double.doubleToLongBits(value));
      }
    }
    return sum.hex();
  }

  private static Optional<ExplanationQuality.Perturbations> perturbations(
      GradientService service, ExplanationPairs pairs) {
    int size = pairs.clean().size();
    double[] shares = new double[size];
    int still = 0;
    OptionalDouble largest = OptionalDouble.empty();
    for (int i = 0; i < size; i++) {
      Damage damage = Damage.of(service, pairs.clean(), i, pairs.changed()[i]);
      shares[i] = (double) damage.carriers().length / Math.max(1, damage.changed());
      still += damage.stillChanged() ? 1 : 0;
      OptionalDouble gap =
          Certificates.of(Math.toIntExact(pairs.clean().id(i)), damage.certificate()).relativeGap();
      if (gap.isPresent()) {
        largest = OptionalDouble.of(Math.max(largest.orElse(0), gap.getAsDouble()));
      }
    }
    return Optional.of(
        new ExplanationQuality.Perturbations(
            size,
            Arrays.stream(shares).average().orElseThrow(),
            new Proportion(still, size),
            largest));
  }
}
