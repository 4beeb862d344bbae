package io.sextant.corruptions;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What corruptions of tables know of the columns: their types and bounds, how widely their values
 * lie, and what stands for a missing value. That is the mean of a real column, the mean rounded to
 * a whole number of an integer one, the more frequent value of a binary one, and the most frequent
 * member of a one-hot group, the first of equals.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Columns {
  private final InputDomain domain;
  private final double[] deviations;
  private final double[] usual;
  private final boolean[] grouped;

  private Columns(InputDomain domain, double[] deviations, double[] usual) {
    this.domain = domain;
    this.deviations = deviations;
    this.usual = usual;
    this.grouped = new boolean[domain.size()];
    domain.groups().forEach(group -> group.members().forEach(member -> grouped[member] = true));
  }

  /**
   * Columns of which everything is known.
   *
   * @param deviations standard deviations, one for each feature
   * @param usual what stands for missing values
   */
  public static Columns of(InputDomain domain, double[] deviations, double[] usual) {
    if (deviations.length != domain.size() || usual.length != domain.size()) {
      throw new IllegalArgumentException(
          "there must be one deviation and one usual value for each of %d columns but there were %d"
                  .formatted(domain.size(), deviations.length)
              + " and %d".formatted(usual.length));
    }
    return new Columns(domain, deviations.clone(), usual.clone());
  }

  /**
   * Columns as the data shows them.
   *
   * @param rows how many, at least 1
   * @param row one of them
   */
  public static Columns of(InputDomain domain, int rows, IntFunction<double[]> row) {
    double[] mean = new double[domain.size()];
    double[] square = new double[domain.size()];
    for (int r = 0; r < rows; r++) {
      double[] values = row.apply(r);
      for (int i = 0; i < mean.length; i++) {
        // Welford's recurrence: sums of squares alone cancel where values are large.
        double delta = values[i] - mean[i];
        mean[i] += delta / (r + 1);
        square[i] += delta * (values[i] - mean[i]);
      }
    }
    double[] deviations = new double[mean.length];
    double[] usual = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      deviations[i] = Math.sqrt(square[i] / rows);
      usual[i] = domain.feature(i).kind() == Feature.Kind.REAL ? mean[i] : Math.rint(mean[i]);
    }
    for (InputDomain.OneHot group : domain.groups()) {
      int most = group.members().get(0);
      for (int member : group.members()) {
        most = mean[member] > mean[most] ? member : most;
      }
      for (int member : group.members()) {
        usual[member] = member == most ? 1 : 0;
      }
    }
    return new Columns(domain, deviations, usual);
  }

  /** Types and bounds. */
  public InputDomain domain() {
    return domain;
  }

  /** The standard deviation of a column. */
  public double deviation(int feature) {
    return deviations[feature];
  }

  /** What stands for a missing value of a column. */
  public double usual(int feature) {
    return usual[feature];
  }

  /** The real and integer columns. */
  public List<Integer> numbers() {
    return IntStream.range(0, domain.size())
        .filter(i -> domain.feature(i).kind() != Feature.Kind.BINARY)
        .boxed()
        .toList();
  }

  /** What has a category: each one-hot group, then each binary column of its own. */
  public List<List<Integer>> categories() {
    List<List<Integer>> all = new ArrayList<>();
    domain.groups().forEach(group -> all.add(group.members()));
    for (int i = 0; i < domain.size(); i++) {
      if (!grouped[i] && domain.feature(i).kind() == Feature.Kind.BINARY) {
        all.add(List.of(i));
      }
    }
    return all;
  }

  /** The value of a column nearest to a number: within its bounds, whole where it is whole. */
  public double nearest(int feature, double value) {
    Feature column = domain.feature(feature);
    double whole = column.kind() == Feature.Kind.REAL ? value : Math.rint(value);
    return Math.max(column.minimum(), Math.min(column.maximum(), whole));
  }
}
