package io.sextant.explainers.players;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Moments;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * The slopes of a linear model of which players are present, fitted to coalitions near the example:
 *
 * <pre>
 * least sum over z of exp(-D(z)^2 / width^2) (f(z) - intercept - sum over i of slope_i z_i)^2
 *     + ridge sum over i of slope_i^2
 * D(z)^2 = number of absent players,   width = factor sqrt(players)
 * </pre>
 *
 * <p>The first z is the example itself; in the others each player is present with probability 1/2.
 * Where all coalitions fit into the samples each is asked about once.
 *
 * <p>Ribeiro, Singh, Guestrin, "Why Should I Trust You? Explaining the Predictions of Any
 * Classifier", KDD 2016, arXiv:1602.04938. The kernel is the paper's, its width and the ridge of 1
 * are those of the authors' code; instead of noise around a row or superpixels, the players of all
 * methods here are used.
 *
 * @param players which values come and go together
 * @param baseline what stands for absent players
 * @param samples coalitions that are asked about, 4 to 100,000
 * @param width the kernel's width in units of the root of the number of players, above 0
 * @param ridge the penalty on squared slopes, at least 0; the intercept has none
 * @param seed names the draws
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Lime(
    Players players, Baseline baseline, int samples, double width, double ridge, long seed)
    implements Absence {
  private static final Setting<Lime, Integer> SAMPLES =
      Setting.of(
          "samples", Form.integer(4, 100_000), "coalitions that are asked about", Lime::samples);
  private static final Setting<Lime, Double> WIDTH =
      Setting.of(
          "width",
          Form.between(0, 1e6),
          "the kernel's width in units of the root of the number of players",
          Lime::width);
  private static final Setting<Lime, Double> RIDGE =
      Setting.of("ridge", Form.within(0, 1e9), "the penalty on squared slopes", Lime::ridge);
  private static final Setting<Lime, Long> SEED =
      Setting.of("seed", Form.seed(), "names the draws", Lime::seed);

  private static final Declaration<Lime> DECLARATION =
      Declaration.of("lime", Kind.ATTRIBUTION, Lime.class)
          .summary("the slopes of a linear model of which players are present")
          .source(
              "Ribeiro, Singh, Guestrin, \"Why Should I Trust You? Explaining the Predictions of"
                  + " Any Classifier\", KDD 2016, arXiv:1602.04938")
          .access(Access.LOGITS)
          .settings(List.of(PLAYERS, BASELINE, SAMPLES, WIDTH, RIDGE, SEED))
          .made(
              Lime::new,
              values ->
                  new Lime(
                      values.of(PLAYERS),
                      values.of(BASELINE),
                      values.of(SAMPLES),
                      values.of(WIDTH),
                      values.of(RIDGE),
                      values.of(SEED)));

  /** What suits the inputs: 1,000 samples, width 0.75, ridge 1, seed 42. */
  public static final Lime DEFAULT = new Lime();

  private static final long KEPT_BYTES = 64L << 20;

  public Lime {
    Objects.requireNonNull(players, "players");
    Objects.requireNonNull(baseline, "baseline");
    SAMPLES.require(samples);
    WIDTH.require(width);
    RIDGE.require(ridge);
  }

  /** The {@link #DEFAULT}. */
  public Lime() {
    this(new Players.Automatic(), new Baseline.Automatic(), 1000, 0.75, 1, 42);
  }

  /** The same with other players. */
  public Lime withPlayers(Players newPlayers) {
    return new Lime(newPlayers, baseline, samples, width, ridge, seed);
  }

  /** The same with another baseline. */
  public Lime withBaseline(Baseline newBaseline) {
    return new Lime(players, newBaseline, samples, width, ridge, seed);
  }

  /** The same with another number of coalitions. */
  public Lime withSamples(int newSamples) {
    return new Lime(players, baseline, newSamples, width, ridge, seed);
  }

  /** The same with a kernel of another width. */
  public Lime withWidth(double newWidth) {
    return new Lime(players, baseline, samples, newWidth, ridge, seed);
  }

  /** The same with another penalty. */
  public Lime withRidge(double newRidge) {
    return new Lime(players, baseline, samples, width, newRidge, seed);
  }

  /** The same with other draws. */
  public Lime withSeed(long newSeed) {
    return new Lime(players, baseline, samples, width, ridge, newSeed);
  }

  @Override
  public Declaration<Lime> declaration() {
    return DECLARATION;
  }

  /** The example itself is one of the samples. */
  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0).plus(new Passes(samples - 1L, 0).times(baseline.count()));
  }

  @Override
  public int atOnce(int features) {
    long columns = 1L + Math.min(LeastSquares.MOST, features);
    long bytes = 2 * Double.BYTES * columns * columns + samples * (64L + columns / 8);
    return (int) Math.max(1, KEPT_BYTES / bytes);
  }

  @Override
  public Explainer fitted(Reference reference) {
    Players who = players.fitted(reference);
    require(who.partition(reference.shape(), reference.domain()).players());
    return withPlayers(who).withBaseline(baseline.fitted(reference));
  }

  private void require(int count) {
    if (count >= LeastSquares.MOST) {
      throw new IllegalArgumentException(
          ("lime must have less than %d players but has %d; join some of them"
                  + " (players=patches:HxW, groups or a mask)")
              .formatted(LeastSquares.MOST, count));
    }
    if (samples < 2 + count && !isListed(count)) {
      throw new IllegalArgumentException(
          "samples must be at least two more than players (%d) but were %d; raise them or join"
                  .formatted(count, samples)
              + " players");
    }
  }

  /** Whether all coalitions fit into the samples. */
  private boolean isListed(int count) {
    return count < 31 && 1 << count <= samples;
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    Partition partition = players.partition(x.shape(), x.domain());
    int count = partition.players();
    require(count);
    Game game = Game.ofAll(x, partition, baseline.rows(x));
    // The first is the example.
    int asked = isListed(count) ? 1 << count : samples;
    BitSet[] present = new BitSet[asked];
    double[] y = new double[asked];
    return x.atInput(
        fInput -> {
          present[0] = game.others(new BitSet());
          y[0] = fInput;
          return Step.all(
              asked - 1,
              asked - 1,
              at -> {
                present[at + 1] = coalition(x, at + 1, count, asked);
                return game.value(present[at + 1]);
              },
              (at, value) -> y[at + 1] = value,
              () -> attribution(game, present, y));
        });
  }

  private BitSet coalition(Explained x, int number, int count, int asked) {
    if (isListed(count)) {
      return BitSet.valueOf(new long[] {asked - 1 - number});
    }
    RandomGenerator random =
        RandomKey.of(seed).with(DECLARATION.name()).with(x.id()).with(number).random();
    BitSet present = new BitSet(count);
    for (int player = 0; player < count; player++) {
      present.set(player, random.nextBoolean());
    }
    return present;
  }

  /** What a coalition weighs. */
  double weight(int count, int absent) {
    return Math.exp(-absent / (width * width * count));
  }

  private Attribution attribution(Game game, BitSet[] present, double[] y) {
    Partition partition = game.partition();
    int count = partition.players();
    LeastSquares squares = new LeastSquares(count + 1);
    // Distances from the output at the example: an output that never changes has no slopes at all.
    double[] change = new double[y.length];
    double[] weights = new double[y.length];
    for (int at = 0; at < y.length; at++) {
      weights[at] = weight(count, count - present[at].cardinality());
      // The intercept is a column of ones.
      present[at].set(count);
      change[at] = y[at] - y[0];
      squares.add(present[at], change[at], weights[at]);
    }
    for (int player = 0; player < count; player++) {
      squares.ridge(player, ridge);
    }
    LeastSquares.Fit fit = squares.solve(OptionalDouble.empty());
    double[] slopes = Arrays.copyOf(fit.coefficients(), count);
    double[] errors =
        partition.spread(
            isListed(count) ? new double[count] : errors(fit, present, change, weights));
    return new Attribution(
            partition.spread(slopes),
            game.x()
                .certificate(
                    0, y[0], OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty())
                .withStandardError(Arrays.stream(errors).average().orElse(0)))
        .withStandardErrors(errors)
        .withPlayers(slopes)
        .withRemarks(remarks(partition, game.x().domain(), game.baselines()));
  }

  /** By the spread of what samples pull the fit by, to first order around it. */
  private static double[] errors(
      LeastSquares.Fit fit, BitSet[] present, double[] y, double[] weights) {
    Moments pulls = new Moments(fit.coefficients().length);
    for (int at = 0; at < y.length; at++) {
      double[] pull = new double[fit.coefficients().length];
      double whole = y.length * weights[at] * fit.residual(present[at], y[at], weights[at]);
      present[at].stream().forEach(i -> pull[i] = whole);
      pulls.add(fit.moved(pull));
    }
    return pulls.standardErrors();
  }
}
