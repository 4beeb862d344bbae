package io.sextant.adaptation;

import io.sextant.adaptation.alarm.CollapseAlarm;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.Weights;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * An adapted copy of a trained model in the midst of one stream of batches.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AdaptedStream {
  private final LiveModel model;
  private final Adaptation method;
  private final Safety safety;
  private Snapshot now;

  AdaptedStream(LiveModel model, Adaptation method, Safety safety, Optional<CollapseAlarm> alarm) {
    this.model = model;
    this.method = method;
    this.safety = safety;
    this.now = new Snapshot(method.begin(model), alarm, Parameters.NONE);
  }

  /**
   * All that a stream has learnt: values, so that going back to it is exact.
   *
   * @param learner the method in the midst of the stream
   * @param alarm what it has seen so far
   * @param parameters what it has adapted so far
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Snapshot(Learner learner, Optional<CollapseAlarm> alarm, Parameters parameters) {}

  /**
   * Predicts a batch, and learns from it.
   *
   * @param rows {@code [rows][input values]}, at least one; not modified
   * @throws IllegalArgumentException when there are no rows, or one has another length than the
   *     input
   */
  public Predictions predict(double[][] rows) {
    LiveModel.requireRows(rows, model.inputShape().elements());
    return predict(rows, now.alarm().isPresent() ? model.trained().logits(rows) : new double[0][]);
  }

  /**
   * The same where the trained model's logits are at hand.
   *
   * @param trained {@code [rows][classes]}, read by the alarm
   */
  public Predictions predict(double[][] rows, double[][] trained) {
    LiveModel.requireRows(rows, model.inputShape().elements());
    Passes before = model.passes();
    Turn turn = now.learner().take(rows);
    Passes after = model.passes();
    Optional<CollapseAlarm> alarm = now.alarm().map(a -> a.after(turn.logits(), trained));
    Optional<String> sounding = alarm.flatMap(CollapseAlarm::sounding);
    boolean lost = !isFinite(turn);
    boolean back = lost || sounding.isPresent() && safety.resetOnAlarm();
    now =
        new Snapshot(
            back ? method.begin(model) : turn.next(),
            alarm,
            back ? Parameters.NONE : turn.parameters());
    return new Predictions(
        turn.logits(),
        lost ? Optional.of("the adapted model is not finite") : sounding,
        turn.reset() || back,
        turn.parameters().drift(),
        new Passes(after.forwards() - before.forwards(), after.backwards() - before.backwards()));
  }

  private static boolean isFinite(Turn turn) {
    return Arrays.stream(turn.parameters().values()).allMatch(Double::isFinite)
        && Arrays.stream(turn.logits()).allMatch(Logits::finite);
  }

  /** What it has learnt so far. */
  public Snapshot snapshot() {
    return now;
  }

  /**
   * Gamma and beta as the stream has left them, to be bound to the network's graph; empty where it
   * has adapted none.
   *
   * @throws IllegalArgumentException when the method adapts other parameters than these
   */
  public Weights adapted() {
    Parameters parameters = now.parameters();
    if (parameters.size() == 0) {
      return Weights.empty();
    }
    if (parameters.size() != model.scales().size()) {
      throw new IllegalArgumentException(
          "adaptation method %s adapts no parameters of batch normalisations"
              .formatted(method.name()));
    }
    return model.bound(parameters);
  }

  /** Goes back to what a stream of the same model had learnt. */
  public void restore(Snapshot snapshot) {
    now = snapshot;
  }

  /** Forgets what it has learnt; the alarm goes on. */
  public void reset() {
    now = new Snapshot(method.begin(model), now.alarm(), Parameters.NONE);
  }
}
