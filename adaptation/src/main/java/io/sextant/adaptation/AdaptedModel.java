package io.sextant.adaptation;

import io.sextant.adaptation.alarm.Bounds;
import io.sextant.adaptation.alarm.CollapseAlarm;
import io.sextant.adaptation.alarm.Proxies;
import io.sextant.adaptation.alarm.Reading;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A trained model that an adaptation method lets follow streams of batches. The trained model is
 * not changed, and each stream begins with it: nothing passes from one to the next. For one thread
 * at a time.
 *
 * <pre>{@code
 * try (AdaptedModel model = AdaptedModel.of(service, new Tent(), sourceRows)) {
 *   AdaptedStream stream = model.stream(200);
 *   for (double[][] batch : batches) {
 *     Predictions predictions = stream.predict(batch);
 *     predictions.alarm().ifPresent(System.err::println);
 *   }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AdaptedModel implements AutoCloseable {
  private final Networks networks;
  private final Adaptation method;
  private final Optional<double[][]> source;
  private final Safety safety;
  private final long seed;

  private AdaptedModel(
      GradientService trained,
      Adaptation method,
      Optional<double[][]> source,
      Safety safety,
      long seed) {
    this.networks = new Networks(trained);
    this.method = method;
    this.source = source;
    this.safety = safety;
    this.seed = seed;
  }

  /** A model without source data, and so without an alarm. */
  public static AdaptedModel of(GradientService trained, Adaptation method) {
    return of(trained, method, Optional.empty(), Safety.DEFAULT, 42);
  }

  /**
   * A model with an alarm.
   *
   * @param trained the trained model; stays its owner's
   * @param method how it adapts
   * @param source unlabelled rows of the data that it was trained for, {@code [rows][input values]}
   */
  public static AdaptedModel of(GradientService trained, Adaptation method, double[][] source) {
    return of(trained, method, Optional.of(source), Safety.DEFAULT, 42);
  }

  /**
   * A model.
   *
   * @param trained the trained model; stays its owner's
   * @param method how it adapts
   * @param source unlabelled rows of source data; without them there is no alarm
   * @param safety of its streams
   * @param seed of every random choice
   * @throws IllegalArgumentException when the method cannot adapt this network, naming those that
   *     can
   */
  public static AdaptedModel of(
      GradientService trained,
      Adaptation method,
      Optional<double[][]> source,
      Safety safety,
      long seed) {
    Optional<double[][]> rows = source.filter(some -> some.length > 0);
    rows.ifPresent(some -> LiveModel.requireRows(some, trained.features()));
    AdaptedModel model = new AdaptedModel(trained, method, rows, safety, seed);
    model.requireNeeds();
    return model;
  }

  private void requireNeeds() {
    Access granted = networks.trained().access();
    method.declaration().requireGranted(granted, Adaptations::catalogue);
    for (Need need : method.needs()) {
      if (!has(need)) {
        List<String> others = new ArrayList<>();
        for (Declaration<?> other : Adaptations.catalogue().declarations()) {
          Set<Need> needs = ((Adaptation) other.defaults()).needs();
          if (granted.allows(other.access()) && needs.stream().allMatch(this::has)) {
            others.add(other.name());
          }
        }
        throw new IllegalArgumentException(
            "adaptation method %s needs %s, and %s; %s"
                .formatted(
                    method.name(),
                    need.words(),
                    need == Need.SOURCE_DATA ? "none were given" : "this is none",
                    others.isEmpty()
                        ? "no method can adapt it"
                        : "what works here: " + String.join(", ", others)));
      }
    }
  }

  private boolean has(Need need) {
    return need == Need.SOURCE_DATA ? source.isPresent() : networks.has(need);
  }

  /** How it adapts. */
  public Adaptation method() {
    return method;
  }

  /**
   * What to know before its results are believed, a sentence each.
   *
   * @param batchSize rows of the streams' batches, at least 1
   * @throws IllegalArgumentException when it is below 1
   */
  public List<String> remarks(int batchSize) {
    List<String> remarks = new ArrayList<>(method.remarks(live()));
    Optional<CollapseAlarm> alarm = alarm(batchSize);
    if (alarm.isEmpty()) {
      remarks.add("there is no source data, and so no alarm");
    } else if (!alarm.get().canSound(batchSize)) {
      remarks.add(
          "the alarm cannot sound in batches of %d: %d rows of source data are too few to say what"
                  .formatted(batchSize, alarm.get().bounds().rows())
              + " is usual");
    }
    return remarks;
  }

  private Optional<CollapseAlarm> alarm(int batchSize) {
    return bounds(batchSize).map(bounds -> CollapseAlarm.of(bounds, safety.tolerance(), classes()));
  }

  /**
   * A new stream, which begins with the trained model.
   *
   * @param batchSize rows of its batches, at least 1; the alarm's bounds are found with batches of
   *     this size
   * @throws IllegalArgumentException when it is below 1
   */
  public AdaptedStream stream(int batchSize) {
    return new AdaptedStream(live(), method, safety, alarm(batchSize));
  }

  /**
   * What the alarm's proxies are at most on source data, taken in a random order as a stream of
   * their own; empty without source data.
   *
   * @param batchSize rows of a batch, at least 1
   * @throws IllegalArgumentException when it is below 1
   */
  public Optional<Bounds> bounds(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batches must have at least 1 row but had " + batchSize);
    }
    return source.map(
        rows -> networks.once("bounds of " + batchSize, () -> bounds(rows, batchSize)));
  }

  private Bounds bounds(double[][] rows, int batchSize) {
    int[] order = Order.shuffled(rows.length, key().with("calibration"));
    List<Proxies> proxies = new ArrayList<>();
    Learner learner = method.begin(live());
    Reading reading = Reading.start(classes());
    for (int from = 0; from < rows.length; from += batchSize) {
      double[][] batch =
          IntStream.range(from, Math.min(rows.length, from + batchSize))
              .mapToObj(i -> rows[order[i]])
              .toArray(double[][]::new);
      double[][] trained = networks.trained().logits(batch);
      Turn turn = learner.take(batch);
      proxies.addAll(reading.of(turn.logits(), trained));
      reading = reading.after(turn.logits(), trained);
      learner = turn.next();
    }
    return Bounds.of(safety.level(), proxies);
  }

  private LiveModel live() {
    return new LiveModel(networks, source, safety.mostDrift(), key().with("stream"));
  }

  private RandomKey key() {
    return RandomKey.of(seed).with(method.name());
  }

  private int classes() {
    return networks.trained().classes();
  }

  /** Frees what was opened for adaptation; the trained model's service stays open. */
  @Override
  public void close() {
    networks.close();
  }
}
