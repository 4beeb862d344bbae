package io.sextant.adaptation;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * The network as an adaptation method sees it: forward passes and pullbacks of whole batches, with
 * statistics and parameters of the method's choice. It counts what it is asked, and changes
 * nothing.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class LiveModel {
  private final Networks networks;
  private final Optional<double[][]> source;
  private final double mostDrift;
  private final RandomKey key;
  private Passes passes = new Passes(0, 0);

  LiveModel(Networks networks, Optional<double[][]> source, double mostDrift, RandomKey key) {
    this.networks = networks;
    this.source = source;
    this.mostDrift = mostDrift;
    this.key = key;
  }

  /** Number of classes. */
  public int classes() {
    return networks.trained().classes();
  }

  /** The shape of one input. */
  public Shape inputShape() {
    return networks.trained().inputShape();
  }

  /** Unlabelled rows of source data, where there are any. */
  public Optional<double[][]> source() {
    return source;
  }

  /** Names this stream's random numbers. */
  public RandomKey key() {
    return key;
  }

  /** Gamma and beta of every batch normalisation, as trained. */
  public Parameters scales() {
    return networks.scales();
  }

  /** Number of batch normalisations. */
  public int normalisations() {
    return networks.trained().graph().batchNorms().size();
  }

  /** Which batch normalisation, in the network's order, a place of {@link #scales} belongs to. */
  public int layerOf(int place) {
    return networks.layerOf(place);
  }

  /**
   * A forward pass of a batch.
   *
   * @param rows {@code [rows][input values]}
   * @param statistics of the batch normalisations; where a channel has a single value in the batch,
   *     which has no statistics, the stored ones are taken
   * @param scales gamma and beta
   */
  public Seen look(double[][] rows, Statistics statistics, Parameters scales) {
    count(rows.length, 0);
    if (networks.isAsTrained(statistics, scales)) {
      return new Seen(networks.trained().logits(rows), new double[0][]);
    }
    BatchReply reply =
        networks.answer(statistics, BatchQuery.of(rows).bound(networks.bound(scales)));
    return new Seen(reply.logits(), new double[0][]);
  }

  /** A forward pass of the trained network, with the inputs of its last dense layer. */
  public Seen lookInside(double[][] rows) {
    count(rows.length, 0);
    String layer = networks.featureLayer();
    BatchReply reply = networks.trained().answer(BatchQuery.of(rows).withLayers(layer));
    return new Seen(reply.logits(), reply.layer(layer));
  }

  /**
   * A forward pass of a batch and a pullback to gamma and beta.
   *
   * @param rows {@code [rows][input values]}
   * @param statistics as for {@link #look}
   * @param scales gamma and beta
   * @param each objective of a row
   * @param weighting how much each row counts; rows without a weight cost no backward
   */
  public Slope slope(
      double[][] rows,
      Statistics statistics,
      Parameters scales,
      Objective each,
      Weighting weighting) {
    double[] weights = new double[rows.length];
    BatchObjective objective =
        (logits, cotangents) -> {
          double[] values = new double[logits.length];
          System.arraycopy(weighting.of(logits), 0, weights, 0, weights.length);
          for (int i = 0; i < logits.length; i++) {
            values[i] = each.evaluate(logits[i], cotangents[i]);
            for (int c = 0; c < cotangents[i].length; c++) {
              cotangents[i][c] *= weights[i];
            }
          }
          return values;
        };
    BatchReply reply =
        networks.answer(
            statistics,
            BatchQuery.of(rows)
                .bound(networks.bound(scales))
                .objective(objective)
                .gradientsBy(networks.trained().graph().differentiable()));
    count(rows.length, (int) Arrays.stream(weights).filter(weight -> weight != 0).count());
    return new Slope(reply.logits(), reply.values(), weights, networks.gradient(reply));
  }

  /** The trained network's gradient of an objective by each row: a forward and a backward each. */
  public List<Reply.Gradient> inputGradients(double[][] rows, Objective objective) {
    count(rows.length, rows.length);
    List<Query.Gradient> queries = new ArrayList<>();
    for (double[] row : rows) {
      queries.add(new Query.Gradient(row, objective));
    }
    return networks.trained().answer(queries);
  }

  /** A step of an optimizer, no further from the beginning than is allowed. */
  public Optimizer.Move move(Optimizer optimizer, Parameters parameters, double[] gradient) {
    Optimizer.Move move = optimizer.step(parameters, gradient);
    return new Optimizer.Move(within(move.parameters()), move.next());
  }

  /** The nearest parameters that are no further from the beginning than is allowed. */
  public Parameters within(Parameters parameters) {
    return parameters.within(mostDrift);
  }

  /** The logits that the last layer makes of features. */
  public double[] head(double[] features) {
    return networks.head().logits(features);
  }

  /** The columns of the last layer, {@code [classes][features]}. */
  public double[][] headColumns() {
    return networks.head().columns();
  }

  /** Mean and variance of the last layer's inputs over the source data. */
  public Moments sourceFeatures() {
    return once(
        "features",
        model -> {
          Seen seen = model.lookInside(source.orElseThrow());
          return Moments.of(seen.features(), seen.features()[0].length);
        });
  }

  /**
   * What depends on the trained network and the source data alone: made once for all streams, and
   * not counted as their work.
   */
  public <T> T once(String name, Function<LiveModel, T> made) {
    return networks.once(name, () -> made.apply(new LiveModel(networks, source, mostDrift, key)));
  }

  /** What it has been asked so far. */
  public Passes passes() {
    return passes;
  }

  private void count(int forwards, int backwards) {
    passes = passes.plus(new Passes(forwards, backwards));
  }

  /** Refuses a batch without rows, and rows of another length than the input. */
  static void requireRows(double[][] rows, int features) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("a batch must have at least 1 row but had none");
    }
    for (double[] row : rows) {
      if (row.length != features) {
        throw new IllegalArgumentException(
            "a row must have %d values but had %d".formatted(features, row.length));
      }
    }
  }

  /** Gamma and beta, to be bound to the network's graph. */
  Weights bound(Parameters scales) {
    return networks.bound(scales);
  }

  /** The service of the trained network. */
  GradientService trained() {
    return networks.trained();
  }
}
