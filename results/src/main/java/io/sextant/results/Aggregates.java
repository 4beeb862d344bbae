package io.sextant.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Accuracies as pure functions of per-example rows, so that shards and resumed runs merge: the same
 * rows in any order give the same figures.
 *
 * <p>The mean is taken last. First each example gets its worst case over the attacks, then the
 * examples are counted; a mean of per-attack accuracies would be too kind.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Aggregates {
  private Aggregates() {}

  /**
   * The rows in the order of {@code samples.csv}, with a worst case after the attacks of each
   * example, threat and radius.
   *
   * <p>An example is broken in the worst case if any listed attack broke it at this radius or a
   * smaller one of the same norm, by the smallest such distance; it is inconclusive if nothing
   * broke it and an attack at this radius was inconclusive. Its passes are the sum over the attacks
   * at this radius. Worst cases among the given rows are computed anew. Rows of minimum-norm
   * attacks follow the radii of their threat. An example that is neither broken nor already wrong
   * and lacks a row of an attack that was planned in the norm has no worst case: nobody knows it.
   *
   * @param rows of attacks, in any order
   * @param threats in the order wanted
   * @param attacks that were planned, in the order wanted
   * @throws IllegalArgumentException if rows disagree about an example, occur twice, or belong to
   *     no listed threat or attack
   */
  public static List<SampleRow> withWorstCase(
      List<SampleRow> rows, List<Threat> threats, List<AttackInfo> attacks) {
    List<String> names = attacks.stream().map(AttackInfo::name).toList();
    Map<Integer, List<SampleRow>> bySample = new TreeMap<>();
    for (SampleRow row : rows) {
      if (!row.isWorstCase()) {
        requireListed(row, threats, names);
        bySample.computeIfAbsent(row.sample(), key -> new ArrayList<>()).add(row);
      }
    }
    Comparator<SampleRow> asListed = Comparator.comparingInt(row -> names.indexOf(row.attack()));
    List<SampleRow> ordered = new ArrayList<>();
    for (List<SampleRow> sample : bySample.values()) {
      requireConsistent(sample);
      for (Threat threat : threats) {
        List<SampleRow> own =
            sample.stream().filter(row -> row.norm() == threat.norm()).sorted(asListed).toList();
        List<SampleRow> unbounded = own.stream().filter(row -> row.epsilon().isEmpty()).toList();
        for (Epsilon epsilon : threat.epsilons()) {
          List<SampleRow> here =
              own.stream()
                  .filter(row -> row.epsilon().filter(epsilon::equals).isPresent())
                  .toList();
          ordered.addAll(here);
          if (!here.isEmpty() || !unbounded.isEmpty()) {
            SampleRow worst = worstCase(epsilon, here, unbounded, own);
            if (worst.outcome() == Outcome.BROKEN
                || worst.outcome() == Outcome.ALREADY_WRONG
                || covers(threat.norm(), attacks, here, unbounded)) {
              ordered.add(worst);
            }
          }
        }
        ordered.addAll(unbounded);
      }
    }
    return List.copyOf(ordered);
  }

  /**
   * Every accuracy of an audit.
   *
   * @param rows of attacks, in any order; worst cases are computed anew
   * @param clean one entry per example of the audit, attacked or not
   * @param rejected adversarial examples that did not verify; their rows are inconclusive
   * @param threats in the order wanted
   * @param attacks in the order wanted
   * @param classes number of classes
   * @throws IllegalArgumentException if the rows do not fit each other or the arguments
   */
  public static Accuracy of(
      List<SampleRow> rows,
      List<CleanPrediction> clean,
      List<Reverification.Rejection> rejected,
      List<Threat> threats,
      List<AttackInfo> attacks,
      int classes) {
    List<SampleRow> complete = withWorstCase(rows, threats, attacks);
    int n = Math.max(clean.size(), Math.toIntExact(samples(rows)));
    Set<Attempt> unverified = new HashSet<>();
    for (Reverification.Rejection r : rejected) {
      unverified.add(new Attempt(r.sample(), r.norm(), r.epsilon(), r.attack()));
    }
    List<RobustAccuracy> robust = new ArrayList<>();
    for (Threat threat : threats) {
      for (Epsilon epsilon : threat.epsilons()) {
        List<SampleRow> here =
            complete.stream()
                .filter(row -> row.norm() == threat.norm())
                .filter(row -> row.epsilon().map(epsilon::equals).orElse(true))
                .toList();
        if (here.isEmpty()
            && attacks.stream().noneMatch(attack -> attack.norms().contains(threat.norm()))) {
          continue;
        }
        List<AttackCounts> counts = new ArrayList<>();
        for (AttackInfo attack : attacks) {
          List<SampleRow> own =
              here.stream().filter(row -> row.attack().equals(attack.name())).toList();
          if (!own.isEmpty() || attack.norms().contains(threat.norm())) {
            counts.add(count(attack.name(), own, epsilon, unverified, n));
          }
        }
        List<SampleRow> worst = here.stream().filter(SampleRow::isWorstCase).toList();
        robust.add(
            new RobustAccuracy(
                threat.norm(),
                epsilon,
                count(SampleRow.WORST_CASE, worst, epsilon, unverified, n),
                counts));
      }
    }
    return new Accuracy(cleanAccuracy(clean), robust, perClass(complete, clean, robust, classes));
  }

  /**
   * What the model says about an unchanged example.
   *
   * @param sample 0-based row of the data
   * @param label true class
   * @param predicted predicted class
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record CleanPrediction(int sample, int label, int predicted) {
    /** Whether the prediction is right. */
    public boolean correct() {
      return label == predicted;
    }
  }

  private record Attempt(int sample, Norm norm, Optional<Epsilon> epsilon, String attack) {}

  private static void requireListed(SampleRow row, List<Threat> threats, List<String> attacks) {
    boolean listed =
        attacks.contains(row.attack())
            && threats.stream()
                .anyMatch(
                    threat ->
                        threat.norm() == row.norm()
                            && row.epsilon().map(threat.epsilons()::contains).orElse(true));
    if (!listed) {
      throw new IllegalArgumentException(
          "sample %d: %s at %s %s is not among the listed attacks and threats"
              .formatted(
                  row.sample(),
                  row.attack(),
                  row.norm().key(),
                  row.epsilon().map(Epsilon::text).orElse("any distance")));
    }
  }

  private static void requireConsistent(List<SampleRow> sample) {
    SampleRow first = sample.get(0);
    Set<Attempt> seen = new HashSet<>();
    for (SampleRow row : sample) {
      if (row.label() != first.label() || row.predicted() != first.predicted()) {
        throw new IllegalArgumentException(
            "sample %d: rows must agree on label and prediction but %s and %s do not"
                .formatted(row.sample(), first.attack(), row.attack()));
      }
      if (!seen.add(new Attempt(row.sample(), row.norm(), row.epsilon(), row.attack()))) {
        throw new IllegalArgumentException(
            "sample %d: %s at %s %s must occur once but occurs twice"
                .formatted(
                    row.sample(),
                    row.attack(),
                    row.norm().key(),
                    row.epsilon().map(Epsilon::text).orElse("any distance")));
      }
    }
  }

  private static long samples(List<SampleRow> rows) {
    return rows.stream().mapToInt(SampleRow::sample).distinct().count();
  }

  /** Whether every planned attack has a row. Inputs of an earlier build are never planned. */
  private static boolean covers(
      Norm norm, List<AttackInfo> attacks, List<SampleRow> here, List<SampleRow> unbounded) {
    Set<String> run = new HashSet<>();
    here.forEach(row -> run.add(row.attack()));
    unbounded.forEach(row -> run.add(row.attack()));
    return attacks.stream()
        .filter(attack -> attack.norms().contains(norm))
        .map(AttackInfo::name)
        .allMatch(name -> name.equals(SampleRow.REPLAY) || run.contains(name));
  }

  private static SampleRow worstCase(
      Epsilon epsilon, List<SampleRow> here, List<SampleRow> unbounded, List<SampleRow> all) {
    SampleRow any = all.get(0);
    OptionalDouble distance =
        all.stream()
            .filter(row -> row.breaksWithin(epsilon))
            .mapToDouble(row -> row.distance().orElseThrow())
            .min();
    Outcome outcome;
    if (distance.isPresent()) {
      outcome = Outcome.BROKEN;
    } else if (Stream.concat(here.stream(), unbounded.stream())
        .anyMatch(row -> row.outcome() == Outcome.INCONCLUSIVE)) {
      outcome = Outcome.INCONCLUSIVE;
    } else if (Stream.concat(here.stream(), unbounded.stream())
        .allMatch(row -> row.outcome() == Outcome.ALREADY_WRONG)) {
      outcome = Outcome.ALREADY_WRONG;
    } else {
      outcome = Outcome.HELD;
    }
    return new SampleRow(
        any.sample(),
        any.label(),
        any.predicted(),
        any.norm(),
        Optional.of(epsilon),
        SampleRow.WORST_CASE,
        outcome,
        distance,
        here.stream().mapToLong(SampleRow::forwards).sum(),
        here.stream().mapToLong(SampleRow::backwards).sum());
  }

  private static AttackCounts count(
      String attack, List<SampleRow> rows, Epsilon epsilon, Set<Attempt> rejected, int n) {
    int broken = 0;
    int held = 0;
    int alreadyWrong = 0;
    int inconclusive = 0;
    int unverified = 0;
    for (SampleRow row : rows) {
      switch (row.outcome()) {
        case ALREADY_WRONG -> alreadyWrong++;
        case HELD -> held++;
        case BROKEN -> {
          // A minimum-norm attack breaks an example only within its distance.
          if (row.breaksWithin(epsilon)) {
            broken++;
          } else {
            held++;
          }
        }
        case INCONCLUSIVE -> {
          if (rejected.contains(new Attempt(row.sample(), row.norm(), row.epsilon(), attack))) {
            unverified++;
          } else {
            inconclusive++;
          }
        }
      }
    }
    return new AttackCounts(
        attack,
        n,
        broken,
        held,
        alreadyWrong,
        inconclusive,
        unverified,
        n - rows.size(),
        rows.stream().mapToLong(SampleRow::forwards).sum(),
        rows.stream().mapToLong(SampleRow::backwards).sum());
  }

  private static Proportion cleanAccuracy(List<CleanPrediction> clean) {
    return new Proportion(
        Math.toIntExact(clean.stream().filter(CleanPrediction::correct).count()), clean.size());
  }

  private static List<ClassAccuracy> perClass(
      List<SampleRow> rows, List<CleanPrediction> clean, List<RobustAccuracy> robust, int classes) {
    List<ClassAccuracy> result = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      int own = label;
      Proportion share = cleanAccuracy(clean.stream().filter(c -> c.label() == own).toList());
      List<ClassAccuracy.Held> held = new ArrayList<>();
      for (RobustAccuracy cell : robust) {
        // What was not run to the end counts as held, as everywhere.
        long lost =
            rows.stream()
                .filter(row -> row.label() == own && row.isWorstCase())
                .filter(row -> row.norm() == cell.norm())
                .filter(row -> row.epsilon().filter(cell.epsilon()::equals).isPresent())
                .filter(
                    row ->
                        row.outcome() == Outcome.BROKEN || row.outcome() == Outcome.ALREADY_WRONG)
                .count();
        held.add(
            new ClassAccuracy.Held(cell.norm(), cell.epsilon(), Math.toIntExact(share.n() - lost)));
      }
      result.add(new ClassAccuracy(label, share.n(), share.count(), held));
    }
    return result;
  }
}
