package io.sextant.evaluation;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.Grid;
import io.sextant.results.Reverification;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.curtail.Curtailment;
import io.sextant.results.curtail.Unrun;
import java.util.List;
import java.util.stream.Stream;

/** Counts what the stages before it have measured. */
final class CountStage implements Stage {
  /**
   * The figures.
   *
   * @param complete rows of {@code samples.csv}, worst cases among them
   * @param clean decisions on the clean examples
   * @param rejected what did not verify
   * @param accuracy clean and robust
   * @param table what is known of each example
   */
  record Counted(
      List<SampleRow> complete,
      List<Aggregates.CleanPrediction> clean,
      List<Reverification.Rejection> rejected,
      Accuracy accuracy,
      SampleTable table)
      implements Finding {
    @Override
    public List<String> leftOut() {
      return Curtailment.unrun(table).stream().map(Unrun::describe).toList();
    }
  }

  @Override
  public String name() {
    return "counts";
  }

  @Override
  public String phase() {
    return "counting";
  }

  @Override
  public Counted run(Run run) {
    Preparation prepared = run.prepared();
    AttackStage.Attacked attacked = run.found().of(AttackStage.Attacked.class);
    List<Aggregates.CleanPrediction> clean = run.found().of(CleanStage.Decided.class).clean();
    List<SampleRow> rows = run.found().all().flatMap(found -> found.rows().stream()).toList();
    List<Reverification.Rejection> rejected = attacked.rejected();
    Grid grid = Grid.of(prepared.threats(), attacked.infos());
    return new Counted(
        Aggregates.withWorstCase(rows, grid),
        clean,
        rejected,
        Aggregates.of(rows, clean, rejected, grid, prepared.data().classes().size()),
        new SampleTable(
            clean,
            Stream.concat(
                    rows.stream(),
                    run.found().of(CorruptionStage.Corrupted.class).standings().stream())
                .toList(),
            grid,
            prepared.spec().slices()));
  }
}
