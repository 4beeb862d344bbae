package io.sextant.results.baseline;

import io.sextant.results.Metric;
import io.sextant.results.Proportion;
import io.sextant.results.Scope;
import io.sextant.results.Score;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A figure of a baseline: exact counts, and which examples were good.
 *
 * @param metric that was measured
 * @param scope what part of an audit it is about
 * @param count good examples, in [0, {@code n}]
 * @param n examples, at least 1
 * @param bits base64 of one bit per example, 1 for good: the examples ascend with the bytes, and in
 *     a byte with the value of the bit
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record BaselineFigure(Metric metric, Scope scope, int count, int n, String bits) {
  public BaselineFigure {
    new Proportion(count, n);
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(bits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("bits must be base64 but were not", e);
    }
    BitSet set = BitSet.valueOf(bytes);
    if (bytes.length != (n + 7) / 8 || set.length() > n || set.cardinality() != count) {
      throw new IllegalArgumentException(
          "bits must have %s of %s set, in %s bytes, but had %s set in %s bytes"
              .formatted(count, n, (n + 7) / 8, set.cardinality(), bytes.length));
    }
  }

  /** A figure of which every example is known. */
  static BaselineFigure of(Metric metric, Scope scope, Tally tally) {
    BitSet good = good(tally);
    return new BaselineFigure(
        metric,
        scope,
        good.cardinality(),
        tally.n(),
        Base64.getEncoder().encodeToString(Arrays.copyOf(good.toByteArray(), (tally.n() + 7) / 8)));
  }

  /** The counts. */
  public Proportion share() {
    return new Proportion(count, n);
  }

  /** Whether a figure measures the same. */
  boolean matches(Metric other, Figure figure) {
    return metric == other && scope.equals(figure.scope());
  }

  /** This figure beside one on the same examples. */
  Comparison compare(Tally now) {
    BitSet before = BitSet.valueOf(Base64.getDecoder().decode(bits));
    BitSet after = good(now);
    List<Integer> lost = new ArrayList<>();
    List<Integer> gained = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (before.get(i) != after.get(i)) {
        (before.get(i) ? lost : gained).add(now.scores().get(i).sample());
      }
    }
    return new Comparison(share(), new Proportion(after.cardinality(), n), lost, gained);
  }

  private static BitSet good(Tally tally) {
    BitSet good = new BitSet(tally.n());
    for (int i = 0; i < tally.n(); i++) {
      good.set(i, tally.scores().get(i).standing() == Score.Standing.GOOD);
    }
    return good;
  }
}
