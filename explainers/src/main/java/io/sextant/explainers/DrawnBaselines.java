package io.sextant.explainers;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Rows of the data, drawn without replacement and the same for all examples: what the inputs
 * usually look like, in place of one neutral input. Where the data have no more, all of them.
 *
 * @param count the most rows, 1 to 100000
 * @param seed names the choice
 * @param reference the data, once {@linkplain #fitted fitted}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DrawnBaselines(int count, long seed, Optional<Reference> reference)
    implements Baseline {
  static final String NAME = "draws";
  private static final int MOST = 100_000;
  private static final long USUAL = 42;

  public DrawnBaselines {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "the number of drawn baselines must be from 1 to %d but was %d".formatted(MOST, count));
    }
  }

  /** So many rows of data that are not known yet. */
  public DrawnBaselines(int count) {
    this(count, USUAL, Optional.empty());
  }

  static DrawnBaselines parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new DrawnBaselines(Integer.parseInt(text))
        : new DrawnBaselines(
            Integer.parseInt(text.substring(0, colon)),
            Long.parseLong(text.substring(colon + 1)),
            Optional.empty());
  }

  @Override
  public String text() {
    return seed == USUAL ? NAME + ":" + count : "%s:%d:%d".formatted(NAME, count, seed);
  }

  /** {@inheritDoc} What was fitted to rows stays so when there are none. */
  @Override
  public DrawnBaselines fitted(Reference data) {
    if (data.size() == 0 && reference.isPresent()) {
      return this;
    }
    data.requireRows(text());
    return new DrawnBaselines(count, seed, Optional.of(data));
  }

  @Override
  public List<double[]> rows(Explained x) {
    Reference data =
        reference.orElseThrow(
            () -> new IllegalStateException("drawn baselines must be fitted to the data first"));
    return new Rows(data, places(data.size()));
  }

  /** {@inheritDoc} Rows of the data are what the model is asked about. */
  @Override
  public List<String> remarks(InputDomain domain, List<double[]> rows) {
    return List.of();
  }

  /** Floyd's algorithm: Bentley and Floyd, "A Sample of Brilliance", CACM 30(9), 1987. */
  private int[] places(int size) {
    RandomGenerator random = RandomKey.of(seed).with(NAME).random();
    TreeSet<Integer> drawn = new TreeSet<>();
    for (int last = size - Math.min(count, size); last < size; last++) {
      int place = random.nextInt(last + 1);
      drawn.add(drawn.contains(place) ? last : place);
    }
    return drawn.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Rows that are read when they are asked for. */
  private static final class Rows extends AbstractList<double[]> implements RandomAccess {
    private final Reference data;
    private final int[] places;

    Rows(Reference data, int[] places) {
      this.data = data;
      this.places = places;
    }

    @Override
    public double[] get(int index) {
      return data.row(places[index]);
    }

    @Override
    public int size() {
      return places.length;
    }
  }
}
