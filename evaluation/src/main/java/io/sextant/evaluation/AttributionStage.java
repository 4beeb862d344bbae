package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Passes;
import io.sextant.results.AttributionDrift;
import io.sextant.results.Floats;
import io.sextant.results.KeptAttributions;
import io.sextant.results.MapChange;
import io.sextant.results.QueryCount;
import io.sextant.results.Rule;
import io.sextant.spec.AttributionsSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Explains the labels of the first examples of the audit, so that audits of other models can be
 * compared with this one; and says what random noise alone does to the explanations.
 */
final class AttributionStage implements Stage {
  private static final String CONSUMER = "kept attributions";
  private static final String NOISE = "noise beside kept attributions";

  @Override
  public String name() {
    return "attributions";
  }

  @Override
  public String phase() {
    return "keeping attributions";
  }

  /**
   * What came out.
   *
   * @param result empty where nothing was asked for or done
   * @param drift from an earlier audit, where there is one
   * @param notFinite rows of the data that an explainer could not explain
   * @param queries that it took
   * @param leftOut what was asked for and not done
   * @param outOfTime whether that was because the time was used up
   */
  record Kept(
      Optional<KeptAttributions> result,
      List<AttributionDrift> drift,
      List<Integer> notFinite,
      List<QueryCount> queries,
      List<String> leftOut,
      boolean outOfTime)
      implements Finding {
    static final Kept NOTHING =
        new Kept(Optional.empty(), List.of(), List.of(), List.of(), List.of(), false);

    static Kept without(String reason) {
      return without(reason, false);
    }

    static Kept late() {
      return without("the time was used up", true);
    }

    private static Kept without(String reason, boolean outOfTime) {
      return new Kept(
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of("attributions: " + reason),
          outOfTime);
    }
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    if (prepared.spec().attributions().isEmpty() || !effort.keeps(prepared.spec().rules())) {
      return List.of();
    }
    int classes = prepared.subject().model().classes();
    int features = prepared.subject().service().features();
    return prepared.explainers().entrySet().stream()
        .map(
            one ->
                new AuditPlan.Cost(
                    one.getKey(),
                    "attributions to keep",
                    // Of clean and of noisy inputs.
                    one.getValue().passes(classes, features).times(2L * samples(prepared)),
                    false))
        .toList();
  }

  private static int samples(Preparation prepared) {
    int asked = prepared.spec().attributions().map(AttributionsSpec::samples).orElse(0);
    return Math.min(asked, prepared.data().size());
  }

  /** More than a result can hold. */
  @Override
  public void require(Preparation prepared, Effort effort) {
    if (prepared.spec().attributions().isPresent() && effort.keeps(prepared.spec().rules())) {
      Map<String, Long> values = new LinkedHashMap<>();
      prepared
          .explainers()
          .forEach(
              (id, explainer) ->
                  values.put(
                      id, (long) explainer.shape(prepared.subject().model().graph()).elements()));
      requireRoom(samples(prepared), values);
    }
  }

  /**
   * Requires that a result can hold the maps.
   *
   * @param samples how many of each explainer
   * @param values of one map, by explainer
   */
  static void requireRoom(int samples, Map<String, Long> values) {
    values.forEach(
        (id, one) -> {
          if (one > KeptAttributions.MOST_IN_A_MAP) {
            throw new IllegalArgumentException(
                "attributions: a map by %s has %d values, more than the %d that a result can hold of one; leave 'attributions' out of the spec, or explain a smaller layer"
                    .formatted(id, one, KeptAttributions.MOST_IN_A_MAP));
          }
        });
    long each = values.values().stream().mapToLong(Long::longValue).sum();
    if (each * samples > KeptAttributions.MOST_VALUES) {
      throw new IllegalArgumentException(
          "attributions: %d samples with %d values each, over all explainers, are more than the %d values that a result can hold; keep at most %d samples, or use fewer explainers"
              .formatted(
                  samples,
                  each,
                  KeptAttributions.MOST_VALUES,
                  KeptAttributions.MOST_VALUES / each));
    }
  }

  @Override
  public Kept run(Run run) {
    Preparation prepared = run.prepared();
    List<Rule> rules = prepared.spec().rules();
    if (prepared.spec().attributions().isEmpty()) {
      return Kept.NOTHING;
    }
    AttackStage.Attacked attacked = run.found().of(AttackStage.Attacked.class);
    if (!run.effort().keeps(rules)) {
      return Kept.without("no rule that was asked for is about them");
    }
    if (attacked.failed() && !Effort.asksForDrift(rules)) {
      return Kept.without("the gate failed before they were needed");
    }
    if (run.outOfTime().getAsBoolean()) {
      return Kept.late();
    }
    if (prepared.explainers().isEmpty()) {
      return Kept.without("there are no explainers");
    }
    Examples clean = prepared.examples().at(IntStream.range(0, samples(prepared)).toArray());
    GradientService service = prepared.subject().service().as(CONSUMER);
    Optional<Examples> noisy = noisy(prepared, clean);
    List<KeptAttributions.Maps> explainers = new ArrayList<>();
    TreeSet<Integer> notFinite = new TreeSet<>();
    int done = 0;
    for (Map.Entry<String, Explainer> one : prepared.explainers().entrySet()) {
      KeptAttributions.Maps maps = maps(prepared, one, service, clean, noisy);
      explainers.add(maps);
      Set<Integer> explained =
          maps.maps().stream().map(KeptAttributions.Explained::sample).collect(Collectors.toSet());
      Arrays.stream(clean.ids())
          .mapToInt(Math::toIntExact)
          .filter(id -> !explained.contains(id))
          .forEach(notFinite::add);
      run.progress().advanced(CONSUMER, ++done, prepared.explainers().size(), Optional.empty());
    }
    KeptAttributions kept = new KeptAttributions(inputs(clean), StabilityProbe.SIDE, explainers);
    Passes passes = QualityStage.passes(service, CONSUMER);
    return new Kept(
        Optional.of(kept),
        run.before().map(before -> AttributionDrift.between(before, kept)).orElse(List.of()),
        List.copyOf(notFinite),
        List.of(new QueryCount(CONSUMER, passes.forwards(), passes.backwards())),
        List.of(),
        false);
  }

  private static Optional<Examples> noisy(Preparation prepared, Examples clean) {
    Neighbourhood near = new Neighbourhood(prepared.data().domain(), StabilityProbe.SIDE);
    if (near.isEmpty()) {
      return Optional.empty();
    }
    double[][] rows = new double[clean.size()][];
    for (int i = 0; i < rows.length; i++) {
      RandomKey key = RandomKey.of(prepared.spec().seed()).with(NOISE).with(clean.id(i));
      rows[i] = near.around(clean.row(i), key, 1)[1];
    }
    return Optional.of(Examples.of(rows, clean.labels(), clean.ids()));
  }

  private static List<KeptAttributions.Example> inputs(Examples clean) {
    return IntStream.range(0, clean.size())
        .mapToObj(
            i ->
                new KeptAttributions.Example(
                    Math.toIntExact(clean.id(i)), clean.label(i), Sha256.of(clean.row(i))))
        .toList();
  }

  private static KeptAttributions.Maps maps(
      Preparation prepared,
      Map.Entry<String, Explainer> explainer,
      GradientService service,
      Examples clean,
      Optional<Examples> noisy) {
    Shape own = explainer.getValue().shape(service.graph());
    // An image that the model takes as a vector is an image all the same.
    Shape shape = own.equals(service.inputShape()) ? prepared.data().shape() : own;
    List<Integer> sizes = Arrays.stream(shape.sizes()).boxed().toList();
    List<Optional<FiniteExplanations.One>> found =
        FiniteExplanations.of(explainer.getValue(), service, clean);
    List<Optional<FiniteExplanations.One>> beside =
        noisy
            .map(examples -> FiniteExplanations.of(explainer.getValue(), service, examples))
            .orElse(List.of());
    List<KeptAttributions.Explained> explained = new ArrayList<>();
    for (int i = 0; i < clean.size(); i++) {
      Optional<double[]> map = found.get(i).flatMap(AttributionStage::kept);
      if (map.isPresent()) {
        Optional<MapChange> noise =
            (beside.isEmpty() ? Optional.<FiniteExplanations.One>empty() : beside.get(i))
                .flatMap(AttributionStage::kept)
                .map(other -> MapChange.between(map.get(), other, sizes));
        explained.add(
            new KeptAttributions.Explained(
                Math.toIntExact(clean.id(i)), Floats.of(Rows.narrow(map.get())), noise));
      }
    }
    return new KeptAttributions.Maps(
        explainer.getKey(),
        explainer.getValue().name(),
        ExplanationStage.told(explainer.getValue().configuration()),
        sizes,
        explained);
  }

  /** The map in the precision in which it is kept; a value beyond that is not finite. */
  private static Optional<double[]> kept(FiniteExplanations.One one) {
    double[] map = Rows.widen(Rows.narrow(one.attribution()));
    return Arrays.stream(map).allMatch(Double::isFinite) ? Optional.of(map) : Optional.empty();
  }
}
