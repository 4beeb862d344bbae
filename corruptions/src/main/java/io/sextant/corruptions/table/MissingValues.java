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
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A share of the values is lost and replaced by what usually stands in the column: the mean of a
 * real column, the rounded mean of an integer one, the most frequent category. A one-hot group is
 * lost as a whole.
 *
 * <p>As in Schelter, Rukat, Biessmann, "JENGA: A Framework to Study the Impact of Data Errors on
 * the Predictions of Machine Learning Models", EDBT 2021; the parameters are our own.
 *
 * @param share share of the values that are lost, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MissingValues(double share) implements TableCorruption {
  private static final Setting<MissingValues, Double> SHARE =
      Setting.of("share", Form.within(0, 1), "of the values that are lost", MissingValues::share);

  private static final Ladder<MissingValues> LADDER =
      Ladder.of(
          MissingValues::new,
          Ladder.numbers(0.05, 0.1, 0.2, 0.3, 0.5),
          Ladder.numbers(0.1, 0.2, 0.4, 0.6, 0.8));

  private static final Declaration<MissingValues> DECLARATION =
      Declaration.of("missing-values", Kind.TABLE_CORRUPTION, MissingValues.class)
          .access(Access.NOTHING)
          .summary("values lost and replaced by the usual one")
          .source(
              "Schelter, Rukat, Biessmann, \"JENGA: A Framework to Study the Impact of Data Errors on"
                  + " the Predictions of Machine Learning Models\", EDBT 2021; the parameters are"
                  + " Sextant's own")
          .setting(SHARE)
          .made(MissingValues::new, values -> new MissingValues(values.of(SHARE)));

  public MissingValues {
    SHARE.require(share);
  }

  /** Severity 3 of the mild parameters. */
  public MissingValues() {
    this(0.2);
  }

  @Override
  public Declaration<MissingValues> declaration() {
    return DECLARATION;
  }

  @Override
  public MissingValues at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public boolean applies(Columns columns) {
    return true;
  }

  @Override
  public double[] corrupt(double[] row, Columns columns, RandomKey key) {
    double[] filled = row.clone();
    RandomGenerator random = key.random();
    for (int i : columns.numbers()) {
      filled[i] = random.nextDouble() < share ? columns.nearest(i, columns.usual(i)) : row[i];
    }
    for (List<Integer> category : columns.categories()) {
      boolean lost = random.nextDouble() < share;
      for (int member : category) {
        filled[member] = lost ? columns.usual(member) : row[member];
      }
    }
    return filled;
  }
}
