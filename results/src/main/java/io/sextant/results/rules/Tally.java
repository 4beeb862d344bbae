package io.sextant.results.rules;

import io.sextant.results.Certainty;
import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import io.sextant.results.Score;
import io.sextant.results.Statistic;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A share of examples, as far as it is known: between {@code low} and {@code high} of {@code n} are
 * good. The ends meet when everything was run.
 *
 * @param low good whatever the rest shows, in [0, {@code high}]
 * @param high good if the rest holds, in [{@code low}, {@code n}]
 * @param n examples, at least 1
 * @param scores of the examples that are known one by one, ascending by sample; perhaps none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Tally(int low, int high, int n, List<Score> scores) implements Figure.Value {
  public Tally {
    scores = scores.stream().sorted(Comparator.comparingInt(Score::sample)).toList();
    if (n < 1 || low < 0 || low > high || high > n) {
      throw new IllegalArgumentException(
          "a tally must have 0 <= low <= high <= n and n >= 1 but had low %d, high %d, n %d"
              .formatted(low, high, n));
    }
  }

  /** A share that is known by its counts only. */
  static Tally of(Proportion share) {
    return new Tally(share.count(), share.count(), share.n(), List.of());
  }

  /**
   * Counts scores; examples beyond them are open.
   *
   * @param n at least the number of scores
   */
  static Tally of(List<Score> scores, int n) {
    int low = count(scores, Score.Standing.GOOD);
    int open = count(scores, Score.Standing.OPEN) + n - scores.size();
    return new Tally(low, low + open, n, scores);
  }

  private static int count(List<Score> scores, Score.Standing standing) {
    return Math.toIntExact(scores.stream().filter(s -> s.standing() == standing).count());
  }

  /** Whether nothing is left to run. */
  @Override
  public boolean complete() {
    return low == high;
  }

  @Override
  public String lacking() {
    return "it does not cover every example; give the attacks more time, or run them to the end";
  }

  /** Whether the outcome of each single example is known. */
  public boolean paired() {
    return complete() && scores.size() == n;
  }

  @Override
  public Certainty atLeast(Limit minimum, Statistic statistic) {
    if (!statistic.reaches(high, n, minimum.value())) {
      return Certainty.FAILS;
    }
    return statistic.reaches(low, n, minimum.value()) ? Certainty.HOLDS : Certainty.OPEN;
  }

  @Override
  public Certainty atMost(Limit maximum, Statistic statistic) {
    if (!statistic.staysWithin(low, n, maximum.value())) {
      return Certainty.FAILS;
    }
    return statistic.staysWithin(high, n, maximum.value()) ? Certainty.HOLDS : Certainty.OPEN;
  }

  /** The larger end, for comparing figures. */
  @Override
  public double value() {
    return (double) high / n;
  }

  /** The share, where everything was run. */
  public Optional<Proportion> share() {
    return complete() ? Optional.of(new Proportion(low, n)) : Optional.empty();
  }

  /** Broken examples, the nearest first, then those that were wrong from the start. */
  @Override
  public List<Integer> worst() {
    return scores.stream()
        .filter(s -> s.standing() == Score.Standing.BROKEN || s.standing() == Score.Standing.WRONG)
        .sorted(
            Comparator.comparing((Score s) -> s.standing() == Score.Standing.WRONG)
                .thenComparingDouble(s -> s.distance().orElse(0)))
        .map(Score::sample)
        .toList();
  }
}
