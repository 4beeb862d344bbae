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
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Some real or integer columns of each row are in a wrong unit: multiplied or divided by a factor,
 * as grams are taken for kilograms; brought to the nearest value that the column can have. Which
 * columns, and which way, is drawn for each row.
 *
 * <p>As in Schelter, Rukat, Biessmann, "JENGA: A Framework to Study the Impact of Data Errors on
 * the Predictions of Machine Learning Models", EDBT 2021; the parameters are our own.
 *
 * @param columns columns in a wrong unit, from 1; all where there are fewer
 * @param factor between the units, above 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UnitError(int columns, double factor) implements TableCorruption {
  private static final Setting<UnitError, Integer> COLUMNS =
      Setting.of(
          "columns",
          Form.integer(1, 10_000),
          "that are in a wrong unit, at most all",
          UnitError::columns);
  private static final Setting<UnitError, Double> FACTOR =
      Setting.of("factor", Form.between(1, 1e9), "between the units", UnitError::factor);

  private static final Ladder<UnitError> LADDER =
      new Ladder<>(
          List.of(
              new UnitError(1, 10),
              new UnitError(2, 10),
              new UnitError(1, 1000),
              new UnitError(2, 1000),
              new UnitError(3, 1000)),
          List.of(
              new UnitError(2, 10),
              new UnitError(4, 10),
              new UnitError(2, 1000),
              new UnitError(4, 1000),
              new UnitError(8, 1000)));

  private static final Declaration<UnitError> DECLARATION =
      Declaration.of("unit-error", Kind.TABLE_CORRUPTION, UnitError.class)
          .access(Access.NOTHING)
          .summary("numbers in a wrong unit")
          .source(
              "Schelter, Rukat, Biessmann, \"JENGA: A Framework to Study the Impact of Data Errors on"
                  + " the Predictions of Machine Learning Models\", EDBT 2021; the parameters are"
                  + " Sextant's own")
          .settings(List.of(COLUMNS, FACTOR))
          .made(UnitError::new, values -> new UnitError(values.of(COLUMNS), values.of(FACTOR)));

  public UnitError {
    COLUMNS.require(columns);
    FACTOR.require(factor);
  }

  /** Severity 3 of the mild parameters. */
  public UnitError() {
    this(1, 1000);
  }

  @Override
  public Declaration<UnitError> declaration() {
    return DECLARATION;
  }

  @Override
  public UnitError at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public boolean applies(Columns all) {
    return !all.numbers().isEmpty();
  }

  @Override
  public double[] corrupt(double[] row, Columns all, RandomKey key) {
    double[] wrong = row.clone();
    RandomGenerator random = key.random();
    List<Integer> left = new ArrayList<>(all.numbers());
    for (int n = 0; n < columns && !left.isEmpty(); n++) {
      int i = left.remove(random.nextInt(left.size()));
      double unit = random.nextBoolean() ? factor : 1 / factor;
      wrong[i] = all.nearest(i, row[i] * unit);
    }
    return wrong;
  }
}
