package io.sextant.examples;

import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labelled rows in batches, in an order that is drawn again for each epoch and repeats with the
 * seed.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ShuffledBatches implements DataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient float[][] rows;
  private final int[] labels;
  private final int[] shape;
  private final int classes;
  private final int batchSize;
  private final long seed;
  private final int[] order;
  private int epoch;
  private int position;

  /**
   * Batches over rows.
   *
   * @param rows flat inputs
   * @param labels one class per row
   * @param shape the shape of one example
   * @param classes number of classes
   * @param batchSize rows per batch, at least 1
   * @param seed of the order
   */
  public ShuffledBatches(
      float[][] rows, int[] labels, Shape shape, int classes, int batchSize, long seed) {
    this.rows = rows;
    this.labels = labels;
    this.shape = shape.sizes();
    this.classes = classes;
    this.batchSize = batchSize;
    this.seed = seed;
    this.order = IntStream.range(0, rows.length).toArray();
    shuffle();
  }

  private void shuffle() {
    RandomGenerator random = RandomKey.of(seed).with("shuffle").with(epoch).random();
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    position = 0;
  }

  @Override
  public boolean hasNext() {
    return position < order.length;
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  @Override
  public DataSet next(int count) {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over; call reset for the next one");
    }
    int to = Math.min(order.length, position + count);
    double[][] batch = new double[to - position][];
    INDArray oneHot = Nd4j.zeros(batch.length, classes);
    for (int i = 0; i < batch.length; i++) {
      int row = order[position + i];
      batch[i] = new double[rows[row].length];
      for (int j = 0; j < batch[i].length; j++) {
        batch[i][j] = rows[row][j];
      }
      oneHot.putScalar(i, labels[row], 1);
    }
    position = to;
    return new DataSet(Examples.toArray(batch, shape), oneHot);
  }

  @Override
  public void reset() {
    epoch++;
    shuffle();
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** False, so that batches are made in the training thread, in order. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public int inputColumns() {
    return rows[0].length;
  }

  @Override
  public int totalOutcomes() {
    return classes;
  }

  @Override
  public @Nullable List<String> getLabels() {
    return null;
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new IllegalStateException("these batches take no preprocessor; transform the rows first");
  }
}
