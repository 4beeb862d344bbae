package io.sextant.evaluation;

import io.sextant.gradients.Logits;
import io.sextant.results.AdaptationResult;
import io.sextant.results.Wilson;
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

  /** Sums over orders and corruptions. */
  private final class Gathered {
    private final long[] adaptedRight;
    private final long[] sourceRight;
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
      adaptedRight = new long[examples];
      sourceRight = new long[examples];
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

    /** The interval is over examples: an example's predictions are not independent. */
    AdaptationResult.Cell cell(Whole whole) {
      int examples = labels.length;
      long adaptedWrong = 0;
      long sourceWrong = 0;
      double change = 0;
      for (int i = 0; i < examples; i++) {
        adaptedWrong += shown - adaptedRight[i];
        sourceWrong += shown - sourceRight[i];
        change += change(i) / examples;
      }
      double squares = 0;
      for (int i = 0; i < examples; i++) {
        squares += (change(i) - change) * (change(i) - change);
      }
      double half = examples < 2 ? 1 : Wilson.Z * Math.sqrt(squares / (examples - 1) / examples);
      return new AdaptationResult.Cell(
          whole.method(),
          whole.stream(),
          whole.corruption(),
          whole.batchSize(),
          examples * shown,
          Math.toIntExact(sourceWrong),
          Math.toIntExact(adaptedWrong),
          change,
          change - half,
          change + half,
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

    /** The error of an example under adaptation less that without. */
    private double change(int example) {
      return (double) (sourceRight[example] - adaptedRight[example]) / shown;
    }
  }
}
