package io.sextant.results.gate;

import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.Scope;
import io.sextant.results.Score;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A share of one audit beside the same share of another.
 *
 * @param subject what it is about, for example {@code robust accuracy, L∞ 8/255}
 * @param before of the first audit, where it was measured
 * @param after of the second audit, where it was measured
 * @param paired example by example, where both were run to the end on the same examples
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Contrast(
    String subject, Optional<Tally> before, Optional<Tally> after, Optional<Comparison> paired) {
  private static final List<Rule> EVERYTHING =
      List.of(
          Rule.builder("clean", Metric.CLEAN_ACCURACY).minimum(Limit.parse("0")).build(),
          Rule.builder("robust", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0")).build(),
          Rule.builder("corrupted", Metric.CORRUPTED_ACCURACY).minimum(Limit.parse("0")).build());

  /**
   * The accuracies of two audits side by side: clean, then at each radius, then under each
   * corruption of either.
   *
   * @param before the first audit
   * @param after the second audit
   */
  public static List<Contrast> of(GateSubject before, GateSubject after) {
    boolean same = before.fingerprint().samples().equals(after.fingerprint().samples());
    List<Contrast> contrasts = new ArrayList<>();
    for (Rule rule : EVERYTHING) {
      Map<Scope, Tally> first = tallies(rule, before);
      Map<Scope, Tally> second = tallies(rule, after);
      Map<Scope, Tally> all = new LinkedHashMap<>(first);
      second.forEach(all::putIfAbsent);
      for (Scope scope : all.keySet()) {
        Optional<Tally> was = Optional.ofNullable(first.get(scope));
        Optional<Tally> is = Optional.ofNullable(second.get(scope));
        contrasts.add(
            new Contrast(
                rule.subject(scope),
                was,
                is,
                same ? was.flatMap(w -> is.flatMap(i -> paired(w, i))) : Optional.empty()));
      }
    }
    return List.copyOf(contrasts);
  }

  private static Map<Scope, Tally> tallies(Rule rule, GateSubject subject) {
    Map<Scope, Tally> tallies = new LinkedHashMap<>();
    for (Figure figure : Figures.of(rule, subject.measured())) {
      if (figure.value() instanceof Tally tally) {
        tallies.put(figure.scope(), tally);
      }
    }
    return tallies;
  }

  private static Optional<Comparison> paired(Tally before, Tally after) {
    if (!before.paired() || !after.paired() || before.n() != after.n()) {
      return Optional.empty();
    }
    List<Integer> lost = new ArrayList<>();
    List<Integer> gained = new ArrayList<>();
    for (int i = 0; i < before.n(); i++) {
      Score was = before.scores().get(i);
      Score is = after.scores().get(i);
      if (was.sample() != is.sample()) {
        return Optional.empty();
      }
      boolean good = was.standing() == Score.Standing.GOOD;
      if (good != (is.standing() == Score.Standing.GOOD)) {
        (good ? lost : gained).add(was.sample());
      }
    }
    return Optional.of(
        new Comparison(
            new Proportion(before.low(), before.n()),
            new Proportion(after.low(), after.n()),
            lost,
            gained));
  }

  /** One line, without the subject. */
  public String describe() {
    String line =
        before.map(Contrast::share).orElse("not measured")
            + " -> "
            + after.map(Contrast::share).orElse("not measured");
    return paired
        .map(
            p ->
                line
                    + "; %s lost, %s gained, p %s"
                        .formatted(
                            p.lost().size(),
                            p.gained().size(),
                            Percent.probability(p.test().twoSided())))
        .orElse(line + "; not paired example by example");
  }

  private static String share(Tally tally) {
    return (tally.complete() ? "" : "at most ")
        + Percent.of(new Proportion(tally.high(), tally.n()))
        + " (%s of %s)".formatted(tally.high(), tally.n());
  }
}
