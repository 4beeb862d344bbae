package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Laplacian adjusted maximum-likelihood estimation: no parameter changes; each row's answer is
 * drawn to those of its neighbours in feature space, y_i = softmax(log p_i + sum over j of k_ij
 * y_j), until nothing moves. One forward per row. A batch of one has no neighbours and keeps the
 * trained model's answer.
 *
 * <p>For streams whose labels come in runs; where a batch holds all classes it does harm.
 *
 * <p>Boudiaf, Mueller, Ben Ayed, Bertinetto, "Parameter-free Online Test-time Adaptation", CVPR
 * 2022, arXiv:2201.05718: the five nearest by normalised features, at most 100 rounds, until the
 * energy changes by less than 1e-8 of itself. With {@code affinity=rbf} and no width, the mean
 * distance of the fifth neighbour is the width, as in the authors' code, which ignores the width
 * that is given.
 *
 * @param affinity how near rows are
 * @param neighbours the nearest so many
 * @param width of the radial basis function, in units of normalised features
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Lame(Affinity affinity, int neighbours, Optional<Double> width)
    implements Adaptation {
  private static final int MOST_ROUNDS = 100;
  private static final double STILL = 1e-8;

  /**
   * How near two rows are.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Affinity {
    /** 1 for the nearest ones, else 0. */
    KNN,
    /** exp(-d² / (2 width²)). */
    RBF,
    /** The cosine. */
    LINEAR
  }

  private static final Setting<Lame, Affinity> AFFINITY =
      Setting.of("affinity", Form.choice(Affinity.class), "how near rows are", Lame::affinity);
  private static final Setting<Lame, Integer> NEIGHBOURS =
      Setting.of("neighbours", Form.count(), "how many are near", Lame::neighbours);
  private static final Setting<Lame, Double> WIDTH =
      Setting.optional(
          "width", Form.between(0, 1000), "of rbf, for features of length 1", Lame::width);

  private static final Declaration<Lame> DECLARATION =
      Declaration.of("lame", Kind.ADAPTATION, Lame.class)
          .summary("answers drawn to those of similar rows of the batch")
          .source(
              "Boudiaf, Mueller, Ben Ayed, Bertinetto, \"Parameter-free Online Test-time"
                  + " Adaptation\", CVPR 2022, arXiv:2201.05718")
          .access(Access.LOGITS)
          .settings(List.of(AFFINITY, NEIGHBOURS, WIDTH))
          .made(
              Lame::new,
              values -> new Lame(values.of(AFFINITY), values.of(NEIGHBOURS), values.given(WIDTH)));

  /** The five nearest. */
  public Lame() {
    this(Affinity.KNN, 5, Optional.empty());
  }

  public Lame {
    Objects.requireNonNull(affinity, "affinity");
    NEIGHBOURS.require(neighbours);
    width.ifPresent(WIDTH::require);
  }

  @Override
  public Declaration<Lame> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.HEAD);
  }

  @Override
  public Learner begin(LiveModel model) {
    return rows -> {
      Seen seen = model.lookInside(rows);
      return new Turn(settled(seen.logits(), affinities(seen.features())), begin(model));
    };
  }

  /** The log-probabilities after the last round. */
  static double[][] settled(double[][] logits, double[][] affinities) {
    int rows = logits.length;
    int classes = logits[0].length;
    double[][] log = new double[rows][];
    double[][] y = new double[rows][];
    for (int i = 0; i < rows; i++) {
      log[i] = logProbabilities(logits[i]);
      y[i] = Logits.probabilities(logits[i]);
    }
    double[][] settled = new double[rows][];
    double last = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[][] next = new double[rows][];
      double energy = 0;
      for (int i = 0; i < rows; i++) {
        double[] pull = new double[classes];
        for (int j = 0; j < rows; j++) {
          if (affinities[i][j] != 0) {
            for (int c = 0; c < classes; c++) {
              pull[c] += affinities[i][j] * y[j][c];
            }
          }
        }
        double[] sum = new double[classes];
        for (int c = 0; c < classes; c++) {
          sum[c] = log[i][c] + pull[c];
        }
        settled[i] = logProbabilities(sum);
        next[i] = Logits.probabilities(sum);
        for (int c = 0; c < classes; c++) {
          energy += next[i][c] == 0 ? 0 : next[i][c] * (settled[i][c] - log[i][c] - pull[c]);
        }
      }
      y = next;
      if (round > 0 && Math.abs(energy - last) <= STILL * Math.abs(last)) {
        break;
      }
      last = energy;
    }
    return settled;
  }

  private static double[] logProbabilities(double[] logits) {
    double normalizer = Logits.logSumExp(logits);
    double[] log = new double[logits.length];
    for (int c = 0; c < log.length; c++) {
      log[c] = logits[c] - normalizer;
    }
    return log;
  }

  /** {@code [rows][rows]}. */
  double[][] affinities(double[][] features) {
    int rows = features.length;
    double[][] unit = new double[rows][];
    for (int i = 0; i < rows; i++) {
      unit[i] = Vectors.normalized(features[i]);
    }
    double[][] distances = new double[rows][rows];
    double[][] near = new double[rows][rows];
    double reach = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        distances[i][j] = Vectors.distance(unit[i], unit[j]);
      }
      int[] nearest = nearest(distances[i], i);
      for (int j : nearest) {
        near[i][j] = 1;
      }
      reach += nearest.length == 0 ? 0 : distances[i][nearest[nearest.length - 1]] / rows;
    }
    if (affinity == Affinity.KNN) {
      return near;
    }
    double spread = width.orElse(reach);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        near[i][j] =
            affinity == Affinity.LINEAR
                ? Vectors.product(unit[i], unit[j])
                : radial(distances[i][j], spread);
      }
    }
    return near;
  }

  private static double radial(double distance, double spread) {
    return distance == 0 ? 1 : Math.exp(-distance * distance / (2 * spread * spread));
  }

  /** The nearest other rows, nearest first; of equally near ones the first. */
  private int[] nearest(double[] distances, int own) {
    return IntStream.range(0, distances.length)
        .filter(j -> j != own)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> distances[j]))
        .limit(neighbours)
        .mapToInt(j -> j)
        .toArray();
  }
}
