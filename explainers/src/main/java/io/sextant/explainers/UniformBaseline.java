package io.sextant.explainers;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A random row for each example: every feature anywhere between its bounds, whole numbers and
 * binaries whole, and one member of each one-hot group. It depends on the seed and the example's id
 * alone.
 *
 * @param seed names the rows
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UniformBaseline(long seed) implements Baseline {
  static final String NAME = "uniform";
  private static final long USUAL = 42;

  /** Of the usual seed. */
  public UniformBaseline() {
    this(USUAL);
  }

  @Override
  public String text() {
    return seed == USUAL ? NAME : NAME + ":" + seed;
  }

  @Override
  public List<double[]> rows(Explained x) {
    InputDomain domain = x.domain();
    RandomGenerator random = RandomKey.of(seed).with(NAME).with(x.id()).random();
    double[] row = domain.features().stream().mapToDouble(f -> draw(f, random)).toArray();
    for (InputDomain.OneHot group : domain.groups()) {
      int chosen = group.members().get(random.nextInt(group.members().size()));
      group.members().forEach(member -> row[member] = member == chosen ? 1 : 0);
    }
    return List.of(row);
  }

  private static double draw(Feature feature, RandomGenerator random) {
    double share = random.nextDouble();
    if (feature.kind() == Feature.Kind.REAL) {
      return feature.minimum() + share * (feature.maximum() - feature.minimum());
    }
    double least = Math.ceil(feature.minimum());
    return least + Math.floor(share * (Math.floor(feature.maximum()) - least + 1));
  }
}
