package io.sextant.explainers.players;

import io.sextant.explainers.Explained;
import io.sextant.gradients.Step;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * The output as a game: what it is when some players have the values of the example and the others
 * those of a baseline, on average over all of them.
 *
 * <p>Players whose values are those of every baseline change nothing by coming or going. They get
 * exactly 0 and are not asked about; the others are numbered from 0.
 */
final class Game {
  private final Explained x;
  private final Partition partition;
  private final List<double[]> baselines;
  private final int[] active;

  private Game(Explained x, Partition partition, List<double[]> baselines, int[] active) {
    this.x = x;
    this.partition = partition;
    this.baselines = baselines;
    this.active = active;
  }

  /** The game of those that make a difference. */
  static Game of(Explained x, Partition partition, List<double[]> baselines) {
    BitSet active = new BitSet();
    for (double[] row : baselines) {
      for (int i = 0; i < row.length; i++) {
        // Rows are floats, so that equal values are equal here, too.
        if ((float) row[i] != (float) x.input()[i]) {
          active.set(partition.player(i));
        }
      }
    }
    return new Game(x, partition, baselines, active.stream().toArray());
  }

  /** The game of all of them. */
  static Game ofAll(Explained x, Partition partition, List<double[]> baselines) {
    return new Game(x, partition, baselines, IntStream.range(0, partition.players()).toArray());
  }

  /** Number of players that make a difference. */
  int size() {
    return active.length;
  }

  Explained x() {
    return x;
  }

  List<double[]> baselines() {
    return baselines;
  }

  Partition partition() {
    return partition;
  }

  /**
   * What a coalition gets.
   *
   * @param present which players have the values of the example
   */
  Step<Double> value(BitSet present) {
    if (baselines.size() == 1) {
      return x.value(point(present, baselines.get(0)), Step::done);
    }
    double[] mean = new double[1];
    return Step.all(
        baselines.size(),
        baselines.size(),
        row -> x.value(point(present, baselines.get(row)), Step::<Double>done),
        (row, value) -> mean[0] += (value - mean[0]) / (row + 1),
        () -> mean[0]);
  }

  /** What nobody gets: the output at the baselines. */
  <T> Step<T> empty(DoubleFunction<Step<T>> next) {
    return value(new BitSet()).then(next::apply);
  }

  /** The complement of a coalition. */
  BitSet others(BitSet present) {
    BitSet others = new BitSet(active.length);
    others.set(0, active.length);
    others.andNot(present);
    return others;
  }

  /** The player of each value of the input; -1 where it makes no difference. */
  int[] groups() {
    int[] number = new int[partition.players()];
    Arrays.fill(number, -1);
    for (int at = 0; at < active.length; at++) {
      number[active[at]] = at;
    }
    return IntStream.range(0, partition.values()).map(i -> number[partition.player(i)]).toArray();
  }

  /** The input of a coalition, with one baseline for the others. */
  double[] point(BitSet present, double[] row) {
    double[] point = row.clone();
    for (int at = present.nextSetBit(0); at >= 0; at = present.nextSetBit(at + 1)) {
      for (int member : partition.members(active[at])) {
        point[member] = x.input()[member];
      }
    }
    return point;
  }

  /** Numbers of those that make a difference, as numbers of all players: 0 for the others. */
  double[] ofAll(double[] values) {
    double[] all = new double[partition.players()];
    for (int at = 0; at < active.length; at++) {
      all[active[at]] = values[at];
    }
    return all;
  }
}
