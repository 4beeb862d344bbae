package io.sextant.adaptation;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Moments;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * After FOA: adaptation by forward passes alone. An evolution strategy looks for a map of the
 * inputs under which the batch is predicted surely and its features are distributed as those of
 * source data; and features are shifted towards those before the last layer. {@code population + 1}
 * forwards per row, no backward.
 *
 * <pre>
 * loss = sum over rows of H(p) + lambda * n / 64 * (|mean - mean_s|² + |sd - sd_s|²)
 * logits = head(features + mean_s - moving mean of the stream's)
 * </pre>
 *
 * <p>In a batch of one there is no deviation, and its term is left out.
 *
 * <p>Niu, Miao, Chen, Wu, Zhao, "Test-Time Model Adaptation with Only Forward Passes", ICML 2024,
 * arXiv:2404.01650: lambda 0.4, 27 candidates and the best so far, moving mean 0.9. There the
 * parameter is a prompt of a vision transformer and the statistics are those of all its layers;
 * here it is a scale for each channel and a shift on a coarse grid, begun with a spread of 0.1 of
 * the input's unit, and the statistics are those of the last layer's inputs. The moving mean is
 * that of the chosen candidates, of all of them in the authors' code. A diagonal covariance in
 * place of a full one.
 *
 * @param population candidates for each batch
 * @param lambda weight of the statistics
 * @param grid corners of the shift's grid on each side
 * @param spread of the first candidates
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Foa(int population, double lambda, int grid, double spread) implements Adaptation {
  private static final double KEEP = 0.9;

  private static final Setting<Foa, Integer> POPULATION =
      Setting.of("population", Form.integer(4, 1000), "candidates for each batch", Foa::population);
  private static final Setting<Foa, Double> LAMBDA =
      Setting.of("lambda", Form.within(0, 1000), "weight of the statistics", Foa::lambda);
  private static final Setting<Foa, Integer> GRID =
      Setting.of(
          "grid", Form.integer(1, 28), "corners of the shift's grid on each side", Foa::grid);
  private static final Setting<Foa, Double> SPREAD =
      Setting.of("spread", Form.between(0, 100), "of the first candidates", Foa::spread);

  private static final Declaration<Foa> DECLARATION =
      Declaration.of("foa", Kind.ADAPTATION, Foa.class)
          .summary("an evolution strategy maps the inputs; forward passes alone")
          .source(
              "after Niu, Miao, Chen, Wu, Zhao, \"Test-Time Model Adaptation with Only Forward"
                  + " Passes\", ICML 2024, arXiv:2404.01650")
          .access(Access.LOGITS)
          .settings(List.of(POPULATION, LAMBDA, GRID, SPREAD))
          .made(
              Foa::new,
              values ->
                  new Foa(
                      values.of(POPULATION),
                      values.of(LAMBDA),
                      values.of(GRID),
                      values.of(SPREAD)));

  /** 27 candidates, lambda 0.4, a grid of 4, spread 0.1. */
  public Foa() {
    this(27, 0.4, 4, 0.1);
  }

  public Foa {
    POPULATION.require(population);
    LAMBDA.require(lambda);
    GRID.require(grid);
    SPREAD.require(spread);
  }

  /**
   * What is known in the midst of a stream.
   *
   * @param best parameters of the last batch's best candidate
   * @param features moving mean of the stream's, none before the first batch
   */
  private record Known(EvolutionStrategy strategy, double[] best, Optional<double[]> features) {}

  @Override
  public Declaration<Foa> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(population + 1L, 0);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.HEAD, Need.SOURCE_DATA);
  }

  @Override
  public Learner begin(LiveModel model) {
    InputMap map = InputMap.of(model.inputShape(), grid);
    double[] identity = map.identity();
    return at(
        model,
        map,
        Parameters.at(identity),
        new Known(EvolutionStrategy.at(identity, spread), identity, Optional.empty()));
  }

  private Learner at(LiveModel model, InputMap map, Parameters identity, Known known) {
    Moments source = model.sourceFeatures();
    RandomKey key = model.key().with(known.strategy().generation());
    return rows -> {
      double[][] drawn = known.strategy().ask(population, key.random());
      double[][] candidates = Arrays.copyOf(drawn, population + 1);
      candidates[population] = known.best();
      double[] losses = new double[candidates.length];
      Seen best = new Seen(new double[0][], new double[0][]);
      int at = 0;
      double[] mean = new double[0];
      for (int j = 0; j < candidates.length; j++) {
        candidates[j] = model.within(identity.to(candidates[j])).values();
        Seen seen = model.lookInside(map.apply(rows, candidates[j]));
        Moments batch = Moments.of(seen.features(), seen.features()[0].length);
        losses[j] = loss(seen, batch, source);
        if (j == 0 || !(losses[at] <= losses[j])) {
          at = j;
          best = seen;
          mean = batch.mean().clone();
        }
      }
      double[][] logits = shifted(model, best, source, known.features());
      for (int k = 0; k < mean.length && known.features().isPresent(); k++) {
        mean[k] = KEEP * known.features().get()[k] + (1 - KEEP) * mean[k];
      }
      Known next =
          new Known(known.strategy().tell(candidates, losses), candidates[at], Optional.of(mean));
      return new Turn(logits, at(model, map, identity, next), identity.to(candidates[at]));
    };
  }

  double loss(Seen seen, Moments batch, Moments source) {
    double loss = 0;
    for (double[] row : seen.logits()) {
      loss += Confidence.entropy(row);
    }
    double apart = 0;
    for (int k = 0; k < source.mean().length; k++) {
      double shift = batch.mean()[k] - source.mean()[k];
      double spreading = Math.sqrt(batch.variance()[k]) - Math.sqrt(source.variance()[k]);
      apart += shift * shift + (seen.logits().length == 1 ? 0 : spreading * spreading);
    }
    return loss + lambda * seen.logits().length / 64 * apart;
  }

  private static double[][] shifted(
      LiveModel model, Seen seen, Moments source, Optional<double[]> features) {
    if (features.isEmpty()) {
      return seen.logits();
    }
    double[][] logits = new double[seen.features().length][];
    for (int i = 0; i < logits.length; i++) {
      double[] moved = seen.features()[i].clone();
      for (int k = 0; k < moved.length; k++) {
        moved[k] += source.mean()[k] - features.get()[k];
      }
      logits[i] = model.head(moved);
    }
    return logits;
  }
}
