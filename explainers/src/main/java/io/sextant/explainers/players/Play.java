package io.sextant.explainers.players;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Reference;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Who plays, and against what: what all estimates of Shapley values share.
 *
 * @param players which values come and go together
 * @param baseline what stands for absent players; of several, each in turn, and the output is
 *     averaged
 * @param seed names all random choices
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Play(Players players, Baseline baseline, long seed) {
  /** What suits the inputs, against the baseline that suits them, seed 42. */
  public static final Play DEFAULT =
      new Play(new Players.Automatic(), new Baseline.Automatic(), 42);

  private static final Setting<Shapley, Long> SEED =
      Setting.of("seed", Form.seed(), "names all random choices", m -> m.play().seed());

  /** The settings of whatever plays. */
  static final List<Setting<? super Shapley, ?>> SETTINGS =
      List.of(Absence.PLAYERS, Absence.BASELINE);

  /** The settings of whatever plays and draws. */
  static final List<Setting<? super Shapley, ?>> DRAWN =
      List.of(Absence.PLAYERS, Absence.BASELINE, SEED);

  public Play {
    Objects.requireNonNull(players, "players");
    Objects.requireNonNull(baseline, "baseline");
  }

  static Play of(Values<? extends Shapley> values) {
    return DEFAULT
        .withPlayers(values.of(Absence.PLAYERS))
        .withBaseline(values.of(Absence.BASELINE));
  }

  static Play drawn(Values<? extends Shapley> values) {
    return of(values).withSeed(values.of(SEED));
  }

  /** The same with other players. */
  public Play withPlayers(Players newPlayers) {
    return new Play(newPlayers, baseline, seed);
  }

  /** The same against something else. */
  public Play withBaseline(Baseline newBaseline) {
    return new Play(players, newBaseline, seed);
  }

  /** The same with other random choices. */
  public Play withSeed(long newSeed) {
    return new Play(players, baseline, newSeed);
  }

  Play fitted(Reference reference) {
    return new Play(players.fitted(reference), baseline.fitted(reference), seed);
  }
}
