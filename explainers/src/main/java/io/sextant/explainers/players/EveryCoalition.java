package io.sextant.explainers.players;

import io.sextant.explainers.Explained;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What every coalition of a game gets against one baseline. Each is asked about once: where the
 * network has a {@link Front}, few of them from its beginning and the others behind it.
 */
final class EveryCoalition {
  private final Game game;
  private final double[] baseline;
  private final Optional<Front> front;
  // By the bits of the members.
  private final double[] values;

  EveryCoalition(Game game, double[] baseline, Optional<Front> front) {
    this.game = game;
    this.baseline = baseline;
    this.front = front;
    this.values = new double[1 << game.size()];
  }

  /**
   * Asks about all but the last.
   *
   * @param all what all players get
   * @return one value per coalition, by the bits of its members
   */
  Step<double[]> values(double all) {
    int last = values.length - 1;
    values[last] = all;
    return front
        .map(f -> fromTheBeginning(f).then(activations -> behind(f, activations)))
        .orElseGet(() -> asked(last, coalition -> game.x().value(point(coalition), Step::done)));
  }

  private double[] point(int coalition) {
    return game.point(BitSet.valueOf(new long[] {coalition}), baseline);
  }

  /** Asks about what the front is made of; gives its activations, by coalition. */
  private Step<double[][]> fromTheBeginning(Front front) {
    Explained x = game.x();
    double[][] activations = new double[values.length][];
    int[] coalitions = front.coalitions();
    return Step.all(
        coalitions.length,
        coalitions.length,
        at -> x.passing(point(coalitions[at]), front.layer()),
        (int at, Reply.Activation reply) -> {
          activations[coalitions[at]] = reply.activation();
          values[coalitions[at]] = x.output(reply.logits());
        },
        () -> activations);
  }

  private Step<double[]> behind(Front front, double[][] activations) {
    Explained rest = game.x().behind(front.layer(), activations[0]);
    return asked(
        values.length - 1,
        coalition ->
            activations[coalition] != null
                ? Step.done(values[coalition])
                : rest.value(front.activation(coalition, activations), Step::done));
  }

  private Step<double[]> asked(int count, IntFunction<Step<Double>> value) {
    return Step.all(
        count, values.length, value, (coalition, v) -> values[coalition] = v, () -> values);
  }
}
