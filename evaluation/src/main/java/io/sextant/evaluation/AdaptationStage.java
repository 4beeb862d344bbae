package io.sextant.evaluation;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Safety;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Passes;
import io.sextant.results.AdaptationResult;
import io.sextant.results.QueryCount;
import io.sextant.spec.StreamSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Adapts the model to streams of its own examples, clean and corrupted, and compares it with the
 * trained model on the same streams. Nothing is tuned on a stream.
 */
final class AdaptationStage implements Stage {
  @Override
  public String name() {
    return "adaptation";
  }

  @Override
  public String phase() {
    return "adapting";
  }

  /**
   * What came out.
   *
   * @param result empty where nothing was asked for or run
   * @param counted right decisions on each example, by cell of the result
   * @param leftOut what was asked for and not done
   * @param outOfTime whether units are open for want of time
   */
  record Adapted(
      Optional<AdaptationResult> result,
      List<RightDecisions> counted,
      List<String> leftOut,
      boolean outOfTime)
      implements Finding {
    @Override
    public List<QueryCount> queries() {
      Map<String, QueryCount> counts = new LinkedHashMap<>();
      for (AdaptationResult.Cell cell : result.map(AdaptationResult::whole).orElse(List.of())) {
        counts.merge(
            cell.method(),
            new QueryCount("adaptation " + cell.method(), cell.forwards(), cell.backwards()),
            (a, b) ->
                new QueryCount(
                    a.consumer(), a.forwards() + b.forwards(), a.backwards() + b.backwards()));
      }
      return List.copyOf(counts.values());
    }
  }

  /** Asked for, and not left out for rules alone. */
  static Optional<AdaptationSetup> wanted(Preparation prepared, Effort effort) {
    return effort.rulesOnly() ? Optional.empty() : prepared.adaptation();
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    List<AuditPlan.Cost> costs = new ArrayList<>();
    wanted(prepared, effort)
        .ifPresent(
            setup -> {
              long examples = prepared.data().size();
              int corruptions = setup.corruptions().size();
              costs.add(
                  new AuditPlan.Cost(
                      "adaptation source",
                      "streams",
                      new Passes(examples * (corruptions + 1), 0),
                      false));
              long rows = 0;
              for (AdaptationUnit.Streamed streamed : setup.streams()) {
                boolean clean = streamed.stream().kind() == StreamSpec.Kind.CLEAN;
                boolean one = clean || streamed.corruption().isPresent() || corruptions == 0;
                // And the clean examples after a stream that is not clean.
                rows += examples * ((one ? 1 : corruptions) + (clean ? 0 : 1));
              }
              long streams = (long) setup.spec().batchSizes().size() * setup.spec().seeds();
              long calibration =
                  (long) setup.spec().batchSizes().size()
                      * setup.source().map(source -> source.length).orElse(0);
              for (Map.Entry<String, Adaptation> method : setup.methods().entrySet()) {
                costs.add(
                    new AuditPlan.Cost(
                        method.getKey(),
                        "streams",
                        method
                            .getValue()
                            .passes(
                                prepared.subject().model().classes(),
                                prepared.subject().service().features())
                            .times(rows * streams + calibration),
                        false));
              }
            });
    return costs;
  }

  /** Corrupted images, source rows, and a batch with its copies. */
  @Override
  public long heap(Preparation prepared, Effort effort) {
    return wanted(prepared, effort)
        .map(
            setup -> {
              int features = prepared.subject().service().features();
              int largest =
                  setup.spec().batchSizes().stream().mapToInt(size -> size).max().orElse(1);
              long rows =
                  setup.source().map(source -> source.length).orElse(0)
                      + 4L * Math.min(largest, prepared.data().size());
              return ShiftedRows.room(
                      setup.corruptions().size(),
                      prepared.data().size(),
                      features,
                      prepared.subject().model().classes())
                  + rows * features * Double.BYTES;
            })
        .orElse(0L);
  }

  @Override
  public Adapted run(Run run) throws IOException {
    Optional<AdaptationSetup> setup = run.prepared().adaptation();
    if (setup.isEmpty()) {
      return new Adapted(Optional.empty(), List.of(), List.of(), false);
    }
    if (run.effort().rulesOnly()) {
      return new Adapted(
          Optional.empty(),
          List.of(),
          List.of("adaptation: no rule that was asked for is about it"),
          false);
    }
    return new Streams(run, setup.get()).run();
  }

  /** An example in a stream. */
  private record Place(int kind, int example) {}

  /** All streams of one audit. */
  private static final class Streams {
    private final Run run;
    private final AdaptationSetup setup;
    private final ShiftedRows rows;
    private final int[] labels;
    private final long seed;

    Streams(Run run, AdaptationSetup setup) {
      this.run = run;
      this.setup = setup;
      this.rows =
          new ShiftedRows(
              run.prepared().data(),
              setup.corrupter(),
              setup.corruptions(),
              run.prepared().subject().service().as("adaptation source"));
      this.labels = run.prepared().data().labels();
      this.seed = run.prepared().spec().seed();
    }

    Adapted run() throws IOException {
      RecordStore<AdaptationUnit.Done> store =
          new RecordStore<>(
              run.folder().units(),
              AdaptationUnit.Done.class,
              kept -> kept.right().length == rows.size());
      List<AdaptationUnit.Streamed> streams = setup.streams();
      int total =
          setup.methods().size()
              * streams.size()
              * setup.spec().batchSizes().size()
              * setup.spec().seeds();
      int done = 0;
      List<AdaptationResult.AdaptedMethod> methods = new ArrayList<>();
      AdaptationCells cells = new AdaptationCells(rows, labels);
      for (Map.Entry<String, Adaptation> method : setup.methods().entrySet()) {
        String id = method.getKey();
        try (AdaptedModel model = model(id, method.getValue())) {
          methods.add(
              new AdaptationResult.AdaptedMethod(
                  id,
                  model.method().name(),
                  model.method().configuration(),
                  setup.spec().batchSizes().stream()
                      .flatMap(batchSize -> model.remarks(batchSize).stream())
                      .distinct()
                      .toList()));
          for (int batchSize : setup.spec().batchSizes()) {
            for (AdaptationUnit.Streamed streamed : streams) {
              List<AdaptationUnit.Done> orders = new ArrayList<>();
              for (int order = 0; order < setup.spec().seeds(); order++) {
                AdaptationUnit unit = new AdaptationUnit(id, streamed, batchSize, order);
                Optional<AdaptationUnit.Done> known =
                    store.find(unit.key(), unit.describe(), run.progress()::note);
                if (known.isEmpty() && !run.outOfTime().getAsBoolean()) {
                  known = Optional.of(adapt(model, unit));
                  store.keep(unit.key(), known.get());
                }
                known.ifPresent(orders::add);
                done += known.isPresent() ? 1 : 0;
                run.progress().advanced(unit.describe(), done, total, Optional.empty());
              }
              if (orders.size() == setup.spec().seeds()) {
                cells.add(id, streamed, batchSize, kinds(streamed), orders);
              }
            }
          }
        }
      }
      List<String> leftOut =
          new ArrayList<>(setup.leftOut().stream().map("adaptation: %s"::formatted).toList());
      if (done < total) {
        leftOut.add(
            "adaptation: the time was used up after %d of %d streams".formatted(done, total));
      }
      if (setup.source().isEmpty()) {
        leftOut.add(
            "alarms of adaptation: the audit takes all rows of the data, so that none are left to"
                + " calibrate them; lower data.samples");
      }
      return new Adapted(
          methods.isEmpty() ? Optional.empty() : Optional.of(result(methods, cells)),
          cells.counted(),
          leftOut,
          done < total);
    }

    private AdaptationResult result(
        List<AdaptationResult.AdaptedMethod> methods, AdaptationCells cells) {
      return new AdaptationResult(
          setup.corruptions().stream().map(kind -> kind.corruption().name()).toList(),
          setup.spec().parameters(),
          setup.spec().severity(),
          setup.corrupter().bytes(),
          rows.size(),
          setup.spec().seeds(),
          setup.source().map(source -> source.length).orElse(0),
          Safety.DEFAULT.level(),
          methods,
          cells.all(),
          Optional.empty());
    }

    private AdaptedModel model(String id, Adaptation method) {
      return AdaptedModel.of(
          run.prepared().subject().service().as("adaptation " + id),
          method,
          setup.source(),
          Safety.DEFAULT,
          seed);
    }

    /** The kinds of corruption in a stream, in the order in which they come. */
    private int[] kinds(AdaptationUnit.Streamed streamed) {
      if (streamed.corruption().isPresent()) {
        return new int[] {rows.index(streamed.corruption().get())};
      }
      boolean clean = streamed.stream().kind() == StreamSpec.Kind.CLEAN || rows.corruptions() == 0;
      return clean
          ? new int[] {ShiftedRows.CLEAN}
          : IntStream.range(0, rows.corruptions()).toArray();
    }

    private List<Place> places(AdaptationUnit unit) {
      RandomKey key =
          RandomKey.of(seed)
              .with("adaptation order")
              .with(unit.streamed().text())
              .with(unit.order());
      int[] kinds = kinds(unit.streamed());
      List<Place> places = new ArrayList<>();
      StreamSpec stream = unit.streamed().stream();
      StreamOrder within =
          stream.concentration().isPresent()
              ? new StreamOrder.Runs(Double.parseDouble(stream.concentration().get()))
              : new StreamOrder.Shuffled();
      for (int kind : kinds) {
        for (int example : within.of(labels, key.with(kind))) {
          places.add(new Place(kind, example));
        }
      }
      if (stream.kind() != StreamSpec.Kind.MIXED) {
        return places;
      }
      int[] order = new StreamOrder.Shuffled().of(new int[places.size()], key.with("mixed"));
      return Arrays.stream(order).mapToObj(places::get).toList();
    }

    private AdaptationUnit.Done adapt(AdaptedModel model, AdaptationUnit unit) {
      List<Place> places = places(unit);
      int[] own = places.stream().mapToInt(place -> labels[place.example()]).toArray();
      double[][] trained =
          places.stream()
              .map(place -> rows.trained(place.kind())[place.example()])
              .toArray(double[][]::new);
      AdaptedStream stream = model.stream(unit.batchSize());
      StreamRun done =
          StreamRun.of(
              stream,
              i -> rows.row(places.get(i).kind(), places.get(i).example()),
              own,
              trained,
              unit.batchSize());
      int[] right = new int[labels.length];
      for (int i = 0; i < own.length; i++) {
        right[places.get(i).example()] +=
            StreamRun.correct(new double[][] {done.logits()[i]}, new int[] {own[i]});
      }
      return new AdaptationUnit.Done(
          right,
          CalibrationBins.of(done.logits(), own),
          unit.streamed().stream().kind() == StreamSpec.Kind.CLEAN
              ? done.adaptedCorrect()
              : clean(stream, unit),
          done.batches().size(),
          done.alarms(),
          done.resets(),
          done.forwards(),
          done.backwards());
    }

    /** Right decisions on the clean examples by what the stream has learnt, and no more. */
    private int clean(AdaptedStream stream, AdaptationUnit unit) {
      int[] order =
          new StreamOrder.Shuffled()
              .of(labels, RandomKey.of(seed).with("adaptation after").with(unit.order()));
      AdaptedStream.Snapshot learnt = stream.snapshot();
      int right = 0;
      for (int from = 0; from < order.length; from += unit.batchSize()) {
        int[] batch =
            Arrays.copyOfRange(order, from, Math.min(order.length, from + unit.batchSize()));
        stream.restore(learnt);
        double[][] clean =
            Arrays.stream(batch)
                .mapToObj(i -> rows.row(ShiftedRows.CLEAN, i))
                .toArray(double[][]::new);
        double[][] trained =
            Arrays.stream(batch)
                .mapToObj(i -> rows.trained(ShiftedRows.CLEAN)[i])
                .toArray(double[][]::new);
        right +=
            StreamRun.correct(
                stream.predict(clean, trained).logits(),
                Arrays.stream(batch).map(i -> labels[i]).toArray());
      }
      return right;
    }
  }
}
