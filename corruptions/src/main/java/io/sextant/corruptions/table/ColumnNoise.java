package io.sextant.corruptions.table;

import io.sextant.corruptions.Columns;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.TableCorruption;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Gaussian noise on real and integer columns, in units of each column's standard deviation; brought
 * to the nearest value that the column can have.
 *
 * <pre>
 * x' = nearest(x + sigma deviation n),  n standard normal, one for each column
 * </pre>
 *
 * <p>As in Schelter, Rukat, Biessmann, "JENGA: A Framework to Study the Impact of Data Errors on
 * the Predictions of Machine Learning Models", EDBT 2021; the parameters are our own.
 *
 * @param sigma standard deviation in those of the columns, above 0 and below 100
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ColumnNoise(double sigma) implements TableCorruption {
  private static final Setting<ColumnNoise, Double> SIGMA =
      Setting.of(
          "sigma",
          Form.between(0, 100),
          "standard deviation, in those of the columns",
          ColumnNoise::sigma);

  private static final Ladder<ColumnNoise> LADDER =
      Ladder.of(
          ColumnNoise::new,
          Ladder.numbers(0.1, 0.2, 0.3, 0.5, 1),
          Ladder.numbers(0.2, 0.4, 0.6, 1, 2));

  private static final Declaration<ColumnNoise> DECLARATION =
      Declaration.of("column-noise", Kind.TABLE_CORRUPTION, ColumnNoise.class)
          .access(Access.NOTHING)
          .summary("Gaussian noise in units of each column")
          .source(
              "Schelter, Rukat, Biessmann, \"JENGA: A Framework to Study the Impact of Data Errors on"
                  + " the Predictions of Machine Learning Models\", EDBT 2021; the parameters are"
                  + " Sextant's own")
          .setting(SIGMA)
          .made(ColumnNoise::new, values -> new ColumnNoise(values.of(SIGMA)));

  public ColumnNoise {
    SIGMA.require(sigma);
  }

  /** Severity 3 of the mild parameters. */
  public ColumnNoise() {
    this(0.3);
  }

  @Override
  public Declaration<ColumnNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public ColumnNoise at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public boolean applies(Columns columns) {
    return !columns.numbers().isEmpty();
  }

  @Override
  public double[] corrupt(double[] row, Columns columns, RandomKey key) {
    double[] noisy = row.clone();
    RandomGenerator random = key.random();
    for (int i : columns.numbers()) {
      double moved = row[i] + sigma * columns.deviation(i) * random.nextGaussian();
      noisy[i] = columns.nearest(i, moved);
    }
    return noisy;
  }
}
