package io.sextant.evaluation;

import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Predictions;
import io.sextant.adaptation.Renormalizing;
import io.sextant.adaptation.Safety;
import io.sextant.adaptation.audit.AttributionDrift;
import io.sextant.adaptation.audit.CompanyAttack;
import io.sextant.adaptation.audit.CompanyAttack.Attacked;
import io.sextant.adaptation.audit.CompanyAttack.Outcome;
import io.sextant.adaptation.audit.FrozenModel;
import io.sextant.adaptation.audit.Poisoning;
import io.sextant.adaptation.audit.Poisoning.Knowledge;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Passes;
import io.sextant.results.AdaptedAttacks;
import io.sextant.results.AdaptedAttacks.Broken;
import io.sextant.results.AdaptedAttacks.Poisoned;
import io.sextant.results.AdaptedAttacks.State;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Norm;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.spec.AdaptedAttackSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Attacks the model as it is when it has adapted: rows in the company of their batch, and a batch
 * by a share of its rows. Each method stands beside itself with medians in place of means.
 */
final class AdaptedAttackStage implements Stage {
  private static final String CONSUMER = "attacks on adapted models";

  /** Without so many batches there would be nothing to adapt to, to attack, and to come after. */
  private static final int LEAST_BATCHES = 3;

  @Override
  public String name() {
    return CONSUMER;
  }

  @Override
  public String phase() {
    return "attacking adapted models";
  }

  /**
   * What came out.
   *
   * @param result empty where nothing was asked for or run
   * @param leftOut what was asked for and not done
   * @param outOfTime whether units are open for want of time
   */
  record Endangered(Optional<AdaptedAttacks> result, List<String> leftOut, boolean outOfTime)
      implements Finding {
    @Override
    public List<QueryCount> queries() {
      List<State> states = result.map(AdaptedAttacks::states).orElse(List.of());
      return states.isEmpty()
          ? List.of()
          : List.of(
              new QueryCount(
                  CONSUMER,
                  states.stream().mapToLong(State::forwards).sum(),
                  states.stream().mapToLong(State::backwards).sum()));
    }
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    Optional<AdaptationSetup> setup =
        AdaptationStage.wanted(prepared, effort)
            .filter(asked -> asked.spec().attacks().samples() > 0 && !prepared.isTable());
    if (setup.isEmpty()) {
      return List.of();
    }
    OptionalInt size = rows(setup.get().spec().batchSizes(), prepared.data().size());
    Map<String, Renormalizing> methods = setup.get().renormalizing();
    if (size.isEmpty() || methods.isEmpty()) {
      return List.of();
    }
    AdaptedAttackSpec spec = setup.get().spec().attacks();
    int rows = size.getAsInt();
    List<Epsilon> epsilons = epsilons(prepared, spec);
    List<Poisoning> poisonings = poisonings(epsilons, spec.shares());
    Passes attacks =
        poisonings.stream()
            .map(one -> one.passes(rows))
            .reduce(looked(epsilons, spec, rows, true), Passes::plus);
    // Batches before, then the one as it was and each poisoned one, with the next one after it.
    long learnt = prepared.data().size() - 2L * rows + 2L * rows * (1 + poisonings.size());
    long calibration = setup.get().source().map(source -> source.length).orElse(0);
    List<AuditPlan.Cost> costs = new ArrayList<>();
    costs.add(
        new AuditPlan.Cost(
            AdaptedAttacks.TRAINED, "attacked", looked(epsilons, spec, rows, false), false));
    methods.forEach(
        (id, method) -> {
          Passes each =
              method.passes(
                  prepared.subject().model().classes(), prepared.subject().service().features());
          // For the alarm the trained model answers, too.
          Passes one = attacks.plus(each.plus(new Passes(1, 0)).times(learnt + calibration));
          int models = AdaptationSetup.withMedians(method).isPresent() ? 2 : 1;
          costs.add(new AuditPlan.Cost(id, "attacked", one.times(models), false));
        });
    return costs;
  }

  /** Decisions, attributions, and rows attacked by themselves. */
  private static Passes looked(
      List<Epsilon> epsilons, AdaptedAttackSpec spec, int rows, boolean coupled) {
    int samples = Math.min(spec.samples(), rows);
    return epsilons.stream()
        .map(epsilon -> CompanyAttack.of(epsilon.value()).passes(rows, samples, coupled))
        .reduce(
            new Passes(rows, 0).plus(AttributionDrift.passes(rows, samples, coupled)),
            Passes::plus);
  }

  /** By radius, knowledge and share. */
  private static List<Poisoning> poisonings(List<Epsilon> epsilons, List<Limit> shares) {
    List<Poisoning> all = new ArrayList<>();
    for (Epsilon epsilon : epsilons) {
      for (Knowledge knowledge : Knowledge.values()) {
        for (Limit share : shares) {
          all.add(Poisoning.of(share.value().doubleValue(), epsilon.value(), knowledge));
        }
      }
    }
    return all;
  }

  private static List<Epsilon> epsilons(Preparation prepared, AdaptedAttackSpec spec) {
    return spec.epsilons(
        prepared.spec().threats().stream()
            .filter(threat -> threat.norm() == Norm.LINF)
            .map(ThreatSpec::epsilons)
            .findFirst()
            .orElse(List.of()));
  }

  @Override
  public Endangered run(Run run) throws IOException {
    Optional<AdaptationSetup> setup = run.prepared().adaptation();
    if (setup.isEmpty() || setup.get().spec().attacks().samples() == 0) {
      return without(List.of());
    }
    // The stage before this one says that rules alone were asked for.
    if (run.effort().rulesOnly()) {
      return without(List.of());
    }
    if (run.prepared().isTable()) {
      return without(List.of(CONSUMER + ": the data are a table, and they are for images"));
    }
    OptionalInt rows = rows(setup.get().spec().batchSizes(), run.prepared().data().size());
    if (rows.isEmpty()) {
      return without(
          List.of(
              CONSUMER
                  + ": they need batches of at least 2 rows, and %d of them; raise data.samples or batch-sizes"
                      .formatted(LEAST_BATCHES)));
    }
    return new Work(run, setup.get(), rows.getAsInt()).run();
  }

  private static Endangered without(List<String> leftOut) {
    return new Endangered(Optional.empty(), leftOut, false);
  }

  /** The first size of batches with company in them, or less where there are few examples. */
  private static OptionalInt rows(List<Integer> sizes, int examples) {
    return sizes.stream()
        .filter(size -> size > 1)
        .mapToInt(size -> Math.min(size, examples / LEAST_BATCHES))
        .filter(size -> size > 1)
        .findFirst();
  }

  /** The work under way. */
  private static final class Work {
    private final Run run;
    private final AdaptationSetup setup;
    private final int size;
    private final List<Epsilon> epsilons;
    private final AdaptedAttackSpec spec;
    private final GradientService trained;
    private final long seed;
    private final List<double[][]> before = new ArrayList<>();
    private final double[][] batch;
    private final int[] labels;
    private final double[][] next;
    private final int[] nextLabels;
    private final int[] samples;

    Work(Run run, AdaptationSetup setup, int size) {
      this.run = run;
      this.setup = setup;
      this.size = size;
      this.spec = setup.spec().attacks();
      this.epsilons = epsilons(run.prepared(), spec);
      this.trained = run.prepared().subject().service().as(CONSUMER);
      this.seed = run.prepared().spec().seed();
      int[] all = run.prepared().data().labels();
      ShiftedRows rows =
          new ShiftedRows(
              run.prepared().data(),
              setup.corrupter(),
              setup.corruptions().stream().limit(1).toList(),
              trained);
      int kind = rows.corruptions() == 0 ? ShiftedRows.CLEAN : 0;
      int[] order = new StreamOrder.Shuffled().of(all, RandomKey.of(seed).with(CONSUMER));
      int attacked = order.length - 2 * size;
      for (int from = 0; from < attacked; from += size) {
        before.add(rows(rows, kind, order, from, Math.min(attacked, from + size)));
      }
      this.batch = rows(rows, kind, order, attacked, attacked + size);
      this.labels = IntStream.range(attacked, attacked + size).map(i -> all[order[i]]).toArray();
      this.next = rows(rows, kind, order, attacked + size, order.length);
      this.nextLabels =
          IntStream.range(attacked + size, order.length).map(i -> all[order[i]]).toArray();
      this.samples = IntStream.range(0, Math.min(spec.samples(), size)).toArray();
    }

    private static double[][] rows(ShiftedRows rows, int kind, int[] order, int from, int to) {
      return IntStream.range(from, to)
          .mapToObj(i -> rows.row(kind, order[i]))
          .toArray(double[][]::new);
    }

    Endangered run() throws IOException {
      RecordStore<State> store =
          new RecordStore<>(run.folder().units(), State.class, state -> state.wrong().n() == size);
      Map<String, Renormalizing> methods = setup.renormalizing();
      List<Unit> units = new ArrayList<>();
      units.add(new Unit(AdaptedAttacks.TRAINED, Optional.empty()));
      methods.forEach(
          (id, method) -> {
            units.add(new Unit(id, Optional.of(method)));
            AdaptationSetup.withMedians(method)
                .ifPresent(one -> units.add(new Unit(id, Optional.of(one))));
          });
      if (methods.isEmpty()) {
        return without(List.of(CONSUMER + ": none of the methods takes statistics of a batch"));
      }
      List<State> states = new ArrayList<>();
      for (Unit unit : units) {
        Optional<State> state = store.find(unit.key(), unit.describe(), run.progress()::note);
        if (state.isEmpty() && !run.outOfTime().getAsBoolean()) {
          state = Optional.of(state(unit));
          store.keep(unit.key(), state.get());
        }
        state.ifPresent(states::add);
        run.progress().advanced(unit.describe(), states.size(), units.size(), Optional.empty());
      }
      return new Endangered(
          states.isEmpty() ? Optional.empty() : Optional.of(result(states)),
          leftOut(states.size(), units.size()),
          states.size() < units.size());
    }

    private AdaptedAttacks result(List<State> states) {
      return new AdaptedAttacks(
          setup.corruptions().stream().findFirst().map(kind -> kind.corruption().name()),
          before.stream().mapToInt(rows -> rows.length).sum(),
          size,
          states);
    }

    private List<String> leftOut(int done, int all) {
      List<String> leftOut = new ArrayList<>();
      List<String> others =
          setup.methods().entrySet().stream()
              .filter(method -> !(method.getValue() instanceof Renormalizing))
              .map(Map.Entry::getKey)
              .toList();
      if (!others.isEmpty()) {
        leftOut.add(
            "%s: not those by %s, which take no statistics of a batch"
                .formatted(CONSUMER, String.join(", ", others)));
      }
      if (done < all) {
        leftOut.add(
            "%s: the time was used up after %d of %d models".formatted(CONSUMER, done, all));
      }
      return leftOut;
    }

    private State state(Unit unit) {
      Meter.Count start = spent();
      if (unit.method().isEmpty()) {
        return attacked(unit, start, FrozenModel.of(trained), Optional.empty());
      }
      Renormalizing method = unit.method().get();
      try (AdaptedModel model =
              AdaptedModel.of(trained, method, setup.source(), Safety.DEFAULT, seed);
          GradientService service =
              trained
                  .alike(trained.graph().withStatistics(method.statistics()))
                  .threads(1)
                  .batchSize(size)
                  .build()) {
        AdaptedStream stream = model.stream(size);
        before.forEach(stream::predict);
        return attacked(
            unit, start, new FrozenModel(service, stream.adapted()), Optional.of(stream));
      }
    }

    /**
     * Attacks a model.
     *
     * @param start what was spent before its state
     * @param stream that the model is in the midst of; the trained model is in none
     */
    private State attacked(
        Unit unit, Meter.Count start, FrozenModel model, Optional<AdaptedStream> stream) {
      int[] decisions = model.decisions(batch);
      AttributionDrift drift =
          AttributionDrift.between(FrozenModel.of(trained), model, batch, samples);
      List<Broken> broken = new ArrayList<>();
      for (Epsilon epsilon : epsilons) {
        List<Attacked> rows = CompanyAttack.of(epsilon.value()).run(model, batch, labels, samples);
        broken.add(
            new Broken(
                epsilon,
                new Proportion(
                    count(rows, Outcome.BROKEN),
                    rows.size() - count(rows, Outcome.ALREADY_WRONG))));
      }
      List<Poisoned> poisoned =
          stream.isPresent() && !model.service().graph().rowsIndependent()
              ? poisoned(model, stream.get())
              : List.of();
      Meter.Count end = spent();
      return new State(
          unit.id(),
          unit.statistics(),
          wrong(decisions, labels),
          samples.length,
          drift.meanCosine(),
          drift.meanSpearman(),
          broken,
          poisoned,
          end.forwards() - start.forwards(),
          end.backwards() - start.backwards());
    }

    /** By this stage so far: every service that it opens counts on the trained model's meter. */
    private Meter.Count spent() {
      return trained.meter().counts().getOrDefault(CONSUMER, new Meter.Count(0, 0));
    }

    private static int count(List<Attacked> rows, Outcome outcome) {
      return (int) rows.stream().filter(row -> row.outcome() == outcome).count();
    }

    private List<Poisoned> poisoned(FrozenModel model, AdaptedStream stream) {
      AdaptedStream.Snapshot learnt = stream.snapshot();
      Proportion after = next(stream, learnt, batch);
      List<Poisoned> poisoned = new ArrayList<>();
      for (Epsilon epsilon : epsilons) {
        for (Knowledge knowledge : Knowledge.values()) {
          for (Limit share : spec.shares()) {
            Poisoning.Poisoned one =
                Poisoning.of(share.value().doubleValue(), epsilon.value(), knowledge)
                    .run(model, batch, labels, RandomKey.of(seed).with(CONSUMER));
            poisoned.add(
                new Poisoned(
                    epsilon,
                    key(knowledge),
                    share,
                    one.malicious().length,
                    new Proportion(one.wrongBefore(), one.others()),
                    new Proportion(one.wrongAfter(), one.others()),
                    after,
                    next(stream, learnt, one.batch())));
          }
        }
      }
      return poisoned;
    }

    /** Wrong ones in the next batch when the stream goes on after one. */
    private Proportion next(AdaptedStream stream, AdaptedStream.Snapshot learnt, double[][] rows) {
      stream.restore(learnt);
      stream.predict(rows);
      Predictions predictions = stream.predict(next);
      stream.restore(learnt);
      return wrong(predictions.decisions(), nextLabels);
    }

    private static Proportion wrong(int[] decisions, int[] labels) {
      return new Proportion(
          (int) IntStream.range(0, labels.length).filter(i -> decisions[i] != labels[i]).count(),
          labels.length);
    }
  }

  /**
   * A unit of work: one model. It begins with the trained one, so that it depends on no other.
   *
   * @param id of its method
   * @param method that has adapted it; none for the trained model
   */
  private record Unit(String id, Optional<Renormalizing> method) {
    /** What the batch normalisations use. */
    String statistics() {
      return method
          .map(Renormalizing::statistics)
          .filter(Statistics.OfBatch.class::isInstance)
          .map(statistics -> AdaptedAttackStage.key(((Statistics.OfBatch) statistics).estimator()))
          .orElse("stored");
    }

    String key() {
      return "attacks-on-adapted-%s-%s".formatted(id, statistics());
    }

    String describe() {
      return "%s, %s statistics".formatted(id, statistics());
    }
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
