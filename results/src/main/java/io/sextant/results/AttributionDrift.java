package io.sextant.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * How far the explanations of one model are from those of another, on the inputs and for the class
 * that both explained.
 *
 * @param explainer its id
 * @param uncompared why the two cannot be compared; then nothing is measured
 * @param common examples that both explained
 * @param onlyBefore further examples of the first
 * @param onlyAfter further examples of the second
 * @param measures of {@link MapChange.Measure}, those that are defined on an example
 * @param worst the examples of which the largest share moved, the largest first
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttributionDrift(
    String explainer,
    Optional<Uncompared> uncompared,
    int common,
    int onlyBefore,
    int onlyAfter,
    List<Measured> measures,
    List<Integer> worst) {
  private static final int NAMED = 10;

  public AttributionDrift {
    Check.notBlank("explainer", explainer);
    Check.notNegative("common", common);
    Check.notNegative("onlyBefore", onlyBefore);
    Check.notNegative("onlyAfter", onlyAfter);
    measures = List.copyOf(measures);
    worst = List.copyOf(worst);
  }

  /**
   * Why nothing is measured.
   *
   * @param missing whether the explanations are not there, rather than of another kind
   * @param reason without a full stop
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Uncompared(boolean missing, String reason) {
    public Uncompared {
      Check.notBlank("reason", reason);
    }
  }

  /**
   * One measure over the examples.
   *
   * @param measure its key
   * @param mean over the examples on which it is defined, with a bootstrap interval
   * @param worst its value on the example that fares worst by it
   * @param sample that example
   * @param noise what random noise on the input does by the same measure, in the mean over the same
   *     examples, by the model that it does more to; absent where it was not measured
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Measured(
      String measure, MeanEstimate mean, double worst, int sample, OptionalDouble noise) {
    public Measured {
      Check.notBlank("measure", measure);
      Check.finite("worst", worst);
      Check.finite("noise", noise);
    }
  }

  /** One example that both explained. */
  private record Pair(
      int sample,
      MapChange change,
      Optional<MapChange> noiseBefore,
      Optional<MapChange> noiseAfter) {}

  /**
   * Compares explainer by explainer: first those of the second, then those that only the first has.
   *
   * @param before of the first model
   * @param after of the second model
   */
  public static List<AttributionDrift> between(KeptAttributions before, KeptAttributions after) {
    Set<String> ids = new LinkedHashSet<>();
    after.explainers().forEach(maps -> ids.add(maps.explainer()));
    before.explainers().forEach(maps -> ids.add(maps.explainer()));
    return ids.stream().map(id -> of(id, before, after)).toList();
  }

  private static AttributionDrift of(String id, KeptAttributions before, KeptAttributions after) {
    Optional<KeptAttributions.Maps> was = before.of(id);
    Optional<KeptAttributions.Maps> is = after.of(id);
    if (was.isEmpty() || is.isEmpty()) {
      return without(
          id, true, "only the explanations %s have it".formatted(was.isEmpty() ? "now" : "before"));
    }
    Optional<String> difference = difference(was.get(), is.get());
    if (difference.isPresent()) {
      return without(id, false, difference.get());
    }
    Map<Integer, KeptAttributions.Example> inputs = new HashMap<>();
    before.examples().forEach(example -> inputs.put(example.sample(), example));
    Map<Integer, KeptAttributions.Explained> first = new HashMap<>();
    was.get().maps().forEach(one -> first.put(one.sample(), one));
    Map<Integer, KeptAttributions.Example> now = new HashMap<>();
    after.examples().forEach(example -> now.put(example.sample(), example));
    List<Pair> pairs = new ArrayList<>();
    for (KeptAttributions.Explained one : is.get().maps()) {
      KeptAttributions.Explained other = first.get(one.sample());
      if (other != null) {
        if (!Objects.equals(now.get(one.sample()), inputs.get(one.sample()))) {
          return without(
              id,
              false,
              "sample %d is another input, or has another label, than before; compare audits of the same data"
                  .formatted(one.sample()));
        }
        pairs.add(
            new Pair(
                one.sample(),
                MapChange.between(widen(other.map()), widen(one.map()), is.get().shape()),
                other.noise(),
                one.noise()));
      }
    }
    if (pairs.isEmpty()) {
      return without(
          id, false, "no example was explained by both; compare audits of the same examples");
    }
    boolean sameNoise = before.noise() == after.noise();
    List<Measured> measures = new ArrayList<>();
    for (MapChange.Measure measure : MapChange.Measure.values()) {
      measured(measure, pairs, sameNoise).ifPresent(measures::add);
    }
    return new AttributionDrift(
        id,
        Optional.empty(),
        pairs.size(),
        was.get().maps().size() - pairs.size(),
        is.get().maps().size() - pairs.size(),
        measures,
        pairs.stream()
            .filter(pair -> pair.change().moved() > 0)
            .sorted(
                Comparator.comparingDouble((Pair pair) -> -pair.change().moved())
                    .thenComparingInt(Pair::sample))
            .limit(NAMED)
            .map(Pair::sample)
            .toList());
  }

  private static AttributionDrift without(String id, boolean missing, String reason) {
    return new AttributionDrift(
        id, Optional.of(new Uncompared(missing, reason)), 0, 0, 0, List.of(), List.of());
  }

  private static Optional<String> difference(
      KeptAttributions.Maps before, KeptAttributions.Maps after) {
    if (!before.method().equals(after.method())) {
      return Optional.of("it was %s and is %s now".formatted(before.method(), after.method()));
    }
    if (!before.shape().equals(after.shape())) {
      return Optional.of(
          "its maps had the shape %s and have %s now".formatted(before.shape(), after.shape()));
    }
    Set<String> keys = new TreeSet<>(before.configuration().keySet());
    keys.addAll(after.configuration().keySet());
    for (String key : keys) {
      String was = before.configuration().getOrDefault(key, "not set");
      String is = after.configuration().getOrDefault(key, "not set");
      if (!was.equals(is)) {
        return Optional.of(
            "its setting %s was %s and is %s now"
                .formatted(key, Epsilon.abbreviate(was), Epsilon.abbreviate(is)));
      }
    }
    return Optional.empty();
  }

  private static double[] widen(Floats map) {
    float[] values = map.values();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static Optional<Measured> measured(
      MapChange.Measure measure, List<Pair> pairs, boolean sameNoise) {
    List<Pair> defined =
        pairs.stream().filter(pair -> measure.of(pair.change()).isPresent()).toList();
    if (defined.isEmpty()) {
      return Optional.empty();
    }
    Comparator<Pair> byValue =
        Comparator.comparingDouble(pair -> measure.of(pair.change()).getAsDouble());
    Pair worst =
        defined.stream()
            .min(
                (measure.isLikeness() ? byValue : byValue.reversed())
                    .thenComparingInt(Pair::sample))
            .orElseThrow();
    return Optional.of(
        new Measured(
            measure.key(),
            MeanEstimate.of(
                defined.stream()
                    .mapToDouble(pair -> measure.of(pair.change()).getAsDouble())
                    .toArray()),
            measure.of(worst.change()).getAsDouble(),
            worst.sample(),
            sameNoise ? noise(measure, defined) : OptionalDouble.empty()));
  }

  private static OptionalDouble noise(MapChange.Measure measure, List<Pair> pairs) {
    OptionalDouble before = mean(measure, pairs.stream().map(Pair::noiseBefore).toList());
    OptionalDouble after = mean(measure, pairs.stream().map(Pair::noiseAfter).toList());
    if (before.isEmpty() || after.isEmpty()) {
      return OptionalDouble.empty();
    }
    double one = before.getAsDouble();
    double other = after.getAsDouble();
    return OptionalDouble.of(measure.isLikeness() ? Math.min(one, other) : Math.max(one, other));
  }

  private static OptionalDouble mean(MapChange.Measure measure, List<Optional<MapChange>> changes) {
    return changes.stream()
        .flatMap(Optional::stream)
        .map(measure::of)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average();
  }

  /** The share of the attribution that moved, where it was measured. */
  public Optional<Measured> moved() {
    return measures.stream()
        .filter(one -> one.measure().equals(MapChange.Measure.MOVED.key()))
        .findFirst();
  }

  /** A line for the explainer and one for each measure, for people. */
  public List<String> describe() {
    if (uncompared.isPresent()) {
      return List.of("%s: not compared: %s".formatted(explainer, uncompared.get().reason()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d examples in both%s"
            .formatted(
                explainer,
                common,
                onlyBefore + onlyAfter == 0
                    ? ""
                    : ", %d only before and %d only after left out"
                        .formatted(onlyBefore, onlyAfter)));
    for (Measured one : measures) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-12s mean %.3f (95%% interval %.3f to %.3f), worst %.3f (sample %d)%s",
              one.measure(),
              one.mean().mean(),
              one.mean().low(),
              one.mean().high(),
              one.worst(),
              one.sample(),
              one.noise().isPresent()
                  ? String.format(Locale.ROOT, ", noise alone %.3f", one.noise().getAsDouble())
                  : ""));
    }
    return lines;
  }
}
