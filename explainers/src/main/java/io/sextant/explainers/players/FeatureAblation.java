package io.sextant.explainers.players;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What the output loses when one player alone is replaced by the baseline:
 *
 * <pre>
 * share_i = f(x) - f(x with the values of player i replaced)
 * </pre>
 *
 * One forward for each player that differs from the baseline, and one for the input. Players that
 * stand in for one another lose little each, and shares need not add up.
 *
 * <p>Robnik-Šikonja, Kononenko, "Explaining Classifications For Individual Instances", IEEE
 * Transactions on Knowledge and Data Engineering 20(5), 2008; there for one feature at a time.
 *
 * @param players which values come and go together
 * @param baseline what replaces them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FeatureAblation(Players players, Baseline baseline) implements Absence {
  private static final Declaration<FeatureAblation> DECLARATION =
      Declaration.of("feature-ablation", Kind.ATTRIBUTION, FeatureAblation.class)
          .summary("what the output loses when one player alone is replaced")
          .source(
              "Robnik-Šikonja, Kononenko, \"Explaining Classifications For Individual Instances\","
                  + " IEEE Transactions on Knowledge and Data Engineering 20(5), 2008")
          .access(Access.LOGITS)
          .settings(List.of(PLAYERS, BASELINE))
          .made(
              FeatureAblation::new,
              values -> new FeatureAblation(values.of(PLAYERS), values.of(BASELINE)));

  /** What suits the inputs. */
  public static final FeatureAblation DEFAULT = new FeatureAblation();

  public FeatureAblation {
    Objects.requireNonNull(players, "players");
    Objects.requireNonNull(baseline, "baseline");
  }

  /** The {@link #DEFAULT}. */
  public FeatureAblation() {
    this(new Players.Automatic(), new Baseline.Automatic());
  }

  /** The same with other players. */
  public FeatureAblation withPlayers(Players newPlayers) {
    return new FeatureAblation(newPlayers, baseline);
  }

  /** The same with another baseline. */
  public FeatureAblation withBaseline(Baseline newBaseline) {
    return new FeatureAblation(players, newBaseline);
  }

  @Override
  public Declaration<FeatureAblation> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + (long) features * baseline.count(), 0);
  }

  @Override
  public Explainer fitted(Reference reference) {
    return new FeatureAblation(players.fitted(reference), baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    Partition partition = players.partition(x.shape(), x.domain());
    List<double[]> rows = baseline.rows(x);
    Replacement replacement = new Replacement(x, rows);
    return replacement.losses(
        partition.players(),
        partition::members,
        losses ->
            new Attribution(partition.spread(losses), replacement.certificate())
                .withPlayers(losses)
                .withRemarks(remarks(partition, x.domain(), rows)));
  }
}
