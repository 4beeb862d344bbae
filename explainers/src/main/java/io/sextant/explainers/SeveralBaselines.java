package io.sextant.explainers;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Several baselines over which a method averages, such as black and white: what one of them cannot
 * see, because the input has its colour, another one can.
 *
 * @param parts at least two
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SeveralBaselines(List<Baseline> parts) implements Baseline {
  private static final String SEPARATOR = "+";

  public SeveralBaselines {
    parts = List.copyOf(parts);
    if (parts.size() < 2) {
      throw new IllegalArgumentException(
          "several baselines must be at least 2 but were " + parts.size());
    }
  }

  /** The parts of a text; a plus sign of a number does not part it. */
  static List<String> parts(String text) {
    return Arrays.asList(text.split("(?<![eE:,])\\+", -1));
  }

  @Override
  public String text() {
    return parts.stream().map(Baseline::text).collect(Collectors.joining(SEPARATOR));
  }

  @Override
  public String label() {
    return parts.stream().map(Baseline::label).collect(Collectors.joining(SEPARATOR));
  }

  @Override
  public int count() {
    return parts.stream().mapToInt(Baseline::count).reduce(0, Math::addExact);
  }

  @Override
  public SeveralBaselines fitted(Reference reference) {
    return new SeveralBaselines(parts.stream().map(part -> part.fitted(reference)).toList());
  }

  @Override
  public List<double[]> rows(Explained x) {
    List<List<double[]>> all = parts.stream().map(part -> part.rows(x)).toList();
    int size = all.stream().mapToInt(List::size).sum();
    // Rows of the data are made when they are looked at; many examples may be under way at a time.
    return new AbstractList<>() {
      @Override
      public double[] get(int index) {
        int left = Objects.checkIndex(index, size);
        for (List<double[]> rows : all) {
          if (left < rows.size()) {
            return rows.get(left);
          }
          left -= rows.size();
        }
        throw new IndexOutOfBoundsException(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
