package io.sextant.explainers.players;

import java.util.Arrays;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * Which player each value of an input belongs to: every value to exactly one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Partition {
  private final int[] player;
  private final int[][] members;

  private Partition(int[] player, int[][] members) {
    this.player = player;
    this.members = members;
  }

  /**
   * Values with equal numbers are a player; players stand in the order of their numbers.
   *
   * @param numbers any number for each value, at least one
   */
  public static Partition of(int... numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("a partition must have at least 1 value but had none");
    }
    TreeMap<Integer, Integer> sizes = new TreeMap<>();
    for (int number : numbers) {
      sizes.merge(number, 1, Integer::sum);
    }
    int[][] members = sizes.values().stream().map(size -> new int[size]).toArray(int[][]::new);
    TreeMap<Integer, Integer> places = new TreeMap<>();
    sizes.keySet().forEach(number -> places.put(number, places.size()));
    int[] player = new int[numbers.length];
    int[] filled = new int[members.length];
    for (int i = 0; i < numbers.length; i++) {
      player[i] = places.getOrDefault(numbers[i], 0);
      members[player[i]][filled[player[i]]++] = i;
    }
    return new Partition(player, members);
  }

  /** Number of players. */
  public int players() {
    return members.length;
  }

  /** Number of values of an input. */
  public int values() {
    return player.length;
  }

  /** The player of a value. */
  public int player(int value) {
    return player[value];
  }

  /** The values of a player, in their order; not to be modified. */
  int[] members(int of) {
    return members[of];
  }

  /**
   * One number per value: that of its player.
   *
   * @param perPlayer one number per player
   * @return a new array
   */
  public double[] spread(double[] perPlayer) {
    return Arrays.stream(player).mapToDouble(of -> perPlayer[of]).toArray();
  }
}
