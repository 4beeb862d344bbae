package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Output;
import io.sextant.explainers.Reference;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.ExplanationAttacks;
import io.sextant.explainers.quality.Controls;
import io.sextant.explainers.quality.Damage;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Judges the explainers of the spec: by metrics, beside maps that explain nothing; by how alike
 * their explanations of clean and attacked inputs are; and attributes the perturbations themselves.
 */
final class QualityStage implements Stage {
  private static final String CONSUMER = "explanation quality";

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
   * @param moved what attacks on explanations found
   */
  record Judged(
      Optional<ExplanationQuality> result,
      Passes passes,
      List<String> leftOut,
      List<MovedExplanations.Found> moved)
      implements Finding {
    private static final Passes NONE = new Passes(0, 0);

    @Override
    public List<QueryCount> queries() {
      return passes.equals(NONE)
          ? List.of()
          : List.of(new QueryCount(CONSUMER, passes.forwards(), passes.backwards()));
    }

    static Judged without(String reason) {
      return new Judged(
          Optional.empty(), NONE, List.of("explanation quality: " + reason), List.of());
    }
  }

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
                "attacks on explanations",
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
    judged
        .values()
        .removeIf(
            one ->
                !io.sextant.explainers.quality.Judged.fits(
                    one.shape(service.graph()), service.inputShape()));
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
              metric.declaration().requireGranted(granted, QualityMetrics.catalogue());
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
      attack.declaration().requireGranted(prepared.subject().service().access(), catalogue);
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

  /** A metric that does not exist or fit ends an audit before its work. */
  static void require(Preparation prepared) {
    if (prepared.spec().explanationQuality().isPresent()) {
      metrics(prepared);
      attacks(prepared);
      for (Explainer control : controls(prepared)) {
        if (prepared.explainers().containsKey(control.name())) {
          throw new IllegalArgumentException(
              "explanation-quality: an explainer must not be named as the control %s; give it another id"
                  .formatted(control.name()));
        }
      }
    }
  }

  @Override
  public Judged run(Run run) {
    Preparation prepared = run.prepared();
    Optional<ExplanationQualitySpec> asked = prepared.spec().explanationQuality();
    if (asked.isEmpty()) {
      return new Judged(Optional.empty(), Judged.NONE, List.of(), List.of());
    }
    if (run.effort().rulesOnly()) {
      return Judged.without("no rule that was asked for is about it");
    }
    if (run.outOfTime().getAsBoolean()) {
      return Judged.without("the time was used up");
    }
    Map<String, Explainer> explainers = judged(prepared);
    if (explainers.isEmpty()) {
      return Judged.without("there are no explainers of inputs to be judged");
    }
    List<String> others =
        new ArrayList<>(
            prepared.explainers().keySet().stream()
                .filter(id -> !explainers.containsKey(id))
                .map("explanation quality of %s: it attributes to a layer"::formatted)
                .toList());
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
    GradientService service = prepared.subject().service().as(CONSUMER);
    List<Named> metrics = metrics(prepared);
    // Values of the data are inputs, which a report may have to keep out.
    boolean summarised = prepared.isTable() && prepared.spec().reportExamples();
    List<ExplanationQuality.Summary> summaries = new ArrayList<>();
    try {
      QualityTable table =
          QualityTable.of(
              service,
              clean,
              Output.LOGIT,
              explainers,
              metrics.stream().map(Named::metric).toList(),
              prepared.spec().seed(),
              (id, found) -> {
                if (summarised) {
                  summaries.addAll(
                      AttributionSummaries.of(
                          id,
                          Objects.requireNonNull(explainers.get(id)).slopes(),
                          found,
                          prepared.data(),
                          places));
                }
              },
              (done, total) -> run.progress().advanced(CONSUMER, done, total, Optional.empty()));
      ExplanationPairs pairs = pairs(run, places, clean);
      List<MovedExplanations> moved = moved(run, service, clean, explainers, others);
      return new Judged(
          Optional.of(
              new ExplanationQuality(
                  table.examples(),
                  columns(table, metrics),
                  table.meanRanks().entrySet().stream()
                      .map(e -> new ExplanationQuality.MeanRank(e.getKey(), e.getValue()))
                      .toList(),
                  table.concordance(),
                  table.metricsDisagree(),
                  pairs.clean().size() == 0
                      ? List.of()
                      : underAttack(service, explainers, pairs, prepared.spec().seed()),
                  perturbations(service, pairs),
                  moved.stream().map(MovedExplanations::result).toList(),
                  summaries)),
          passes(service),
          others,
          moved.stream().flatMap(attack -> attack.found().stream()).toList());
    } catch (NotFiniteException e) {
      others.add("explanation quality: " + e.getMessage());
      return new Judged(Optional.empty(), passes(service), others, List.of());
    }
  }

  /** Attacks on explanations, as far as there is time. */
  private static List<MovedExplanations> moved(
      Run run,
      GradientService service,
      Examples clean,
      Map<String, Explainer> explainers,
      List<String> leftOut) {
    List<MovedExplanations> moved = new ArrayList<>();
    for (Map.Entry<Configured, ExplanationAttack> one : attacks(run.prepared()).entrySet()) {
      if (run.outOfTime().getAsBoolean()) {
        leftOut.add("attack on explanations %s: the time was used up".formatted(one.getKey().id()));
      } else {
        moved.add(
            MovedExplanations.by(
                one.getKey(), one.getValue(), run.prepared(), service, clean, explainers));
      }
    }
    return moved;
  }

  /** What was asked so far, of networks with shuffled parameters, too. */
  private static Passes passes(GradientService service) {
    return passes(service, CONSUMER);
  }

  /** What a consumer has asked so far. */
  static Passes passes(GradientService service, String consumer) {
    Meter.Count count = service.meter().counts().getOrDefault(consumer, new Meter.Count(0, 0));
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

  private static List<ExplanationQuality.UnderAttack> underAttack(
      GradientService service,
      Map<String, Explainer> explainers,
      ExplanationPairs pairs,
      long seed) {
    List<ExplanationQuality.UnderAttack> all = new ArrayList<>();
    for (Map.Entry<String, Explainer> one : explainers.entrySet()) {
      all.add(
          new ExplanationQuality.UnderAttack(
              one.getKey(),
              pairs.clean().size(),
              pairs.explained(service, one.getValue(), seed).measures()));
    }
    return all;
  }

  private static Optional<ExplanationQuality.Perturbations> perturbations(
      GradientService service, ExplanationPairs pairs) {
    int size = pairs.clean().size();
    if (size == 0 || service.access() != Access.GRADIENTS) {
      return Optional.empty();
    }
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
