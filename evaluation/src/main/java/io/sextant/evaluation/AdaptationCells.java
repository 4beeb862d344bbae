package io.sextant.evaluation;

import io.sextant.gradients.Logits;
import io.sextant.results.AdaptationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes figures of what came of streams. */
final class AdaptationCells {
  private final ShiftedRows rows;
  private final int[] labels;
  private final Map<Whole, Gathered> cells = new LinkedHashMap<>();

  /** A cell; streams of one corruption each also count in one without. */
  private record Whole(String method, String stream, Optional<String> corruption, int batchSize) {}

  AdaptationCells(ShiftedRows rows, int[] labels) {
    this.rows = rows;
    this.labels = labels;
  }

  /**
   * Adds the orders of a stream.
   *
   * @param kinds of corruption in it
   * @param orders what came of each
   */
  void add(
      String method,
      AdaptationUnit.Streamed streamed,
      int batchSize,
      int[] kinds,
      List<AdaptationUnit.Done> orders) {
    String stream = streamed.stream().text();
    Stream.of(streamed.corruption(), Optional.<String>empty())
        .distinct()
        .map(corruption -> new Whole(method, stream, corruption, batchSize))
        .forEach(
            cell ->
                cells.computeIfAbsent(cell, key -> new Gathered(labels.length)).add(kinds, orders));
  }

  List<AdaptationResult.Cell> all() {
    List<AdaptationResult.Cell> all = new ArrayList<>();
    cells.forEach((cell, gathered) -> all.add(gathered.cell(cell)));
    return all;
  }

  /** Right decisions on each example, by cell. */
  List<RightDecisions> counted() {
    List<RightDecisions> all = new ArrayList<>();
    cells.forEach((cell, gathered) -> all.add(gathered.counted(cell)));
    return all;
  }

  /** Sums over orders and corruptions. */
  private final class Gathered {
    private final int[] adaptedRight;
    private final int[] sourceRight;
    private CalibrationBins adapted = CalibrationBins.empty();
    private CalibrationBins source = CalibrationBins.empty();
    private int shown;
    private int streams;
    private int alarmed;
    private int batches;
    private int alarms;
    private int resets;
    private long cleanRight;
    private long forwards;
    private long backwards;

    Gathered(int examples) {
      adaptedRight = new int[examples];
      sourceRight = new int[examples];
    }

    void add(int[] kinds, List<AdaptationUnit.Done> orders) {
      for (AdaptationUnit.Done done : orders) {
        for (int i = 0; i < adaptedRight.length; i++) {
          adaptedRight[i] += done.right()[i];
        }
        for (int kind : kinds) {
          double[][] logits = rows.trained(kind);
          for (int i = 0; i < sourceRight.length; i++) {
            sourceRight[i] += Logits.decision(logits[i]) == labels[i] ? 1 : 0;
          }
          source = source.plus(CalibrationBins.of(logits, labels));
        }
        adapted = adapted.plus(done.bins());
        shown += kinds.length;
        streams++;
        alarmed += done.alarms() > 0 ? 1 : 0;
        batches += done.batches();
        alarms += done.alarms();
        resets += done.resets();
        cleanRight += done.cleanRight();
        forwards += done.forwards();
        backwards += done.backwards();
      }
    }

    RightDecisions counted(Whole whole) {
      return new RightDecisions(
          whole.method(),
          whole.stream(),
          whole.corruption(),
          whole.batchSize(),
          shown,
          sourceRight.clone(),
          adaptedRight.clone());
    }

    AdaptationResult.Cell cell(Whole whole) {
      RightDecisions right = counted(whole);
      int examples = labels.length;
      return new AdaptationResult.Cell(
          whole.method(),
          whole.stream(),
          whole.corruption(),
          whole.batchSize(),
          right.n(),
          right.sourceWrong(),
          right.adaptedWrong(),
          right.change(),
          right.change() - right.half(),
          right.change() + right.half(),
          source.error(),
          adapted.error(),
          1 - (double) StreamRun.correct(rows.trained(ShiftedRows.CLEAN), labels) / examples,
          1 - (double) cleanRight / ((long) examples * streams),
          streams,
          alarmed,
          batches,
          alarms,
          resets,
          forwards,
          backwards);
    }
  }
}
