package io.sextant.results.rules;

import io.sextant.results.Aggregates;
import io.sextant.results.Proportion;
import io.sextant.results.SampleTable;
import io.sextant.results.Score;
import io.sextant.results.Slice;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Tallies that several metrics make. */
final class ShareFigures {
  private ShareFigures() {}

  /** An exact share, with the single examples where all of them are known. */
  static Optional<Tally> counted(Proportion share, List<Score> scores) {
    if (share.n() == 0) {
      return Optional.empty();
    }
    return Optional.of(scores.size() == share.n() ? Tally.of(scores, share.n()) : Tally.of(share));
  }

  /** Scores of a slice; those of its examples that are not known yet are open. */
  static Optional<Tally> ofSlice(
      String name,
      Measurements measured,
      BiFunction<SampleTable, Predicate<Aggregates.CleanPrediction>, List<Score>> scores) {
    if (measured.samples().isEmpty()) {
      return Optional.empty();
    }
    SampleTable table = measured.samples().get();
    Optional<Slice> slice = table.slice(name);
    if (slice.isEmpty()) {
      return Optional.empty();
    }
    List<Score> own = scores.apply(table, c -> slice.get().samples().contains(c.sample()));
    // The audit may use a part of the data, and then a part of the slice.
    boolean all = table.clean().size() == measured.accuracy().clean().n();
    int n = all ? own.size() : slice.get().samples().size();
    return n == 0 ? Optional.empty() : Optional.of(Tally.of(own, n));
  }
}
