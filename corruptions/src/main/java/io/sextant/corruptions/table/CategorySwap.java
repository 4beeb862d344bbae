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
 * A share of the categories is taken for another one, each of the others alike; binary columns turn
 * over. One-hot groups stay valid.
 *
 * <p>As in Schelter, Rukat, Biessmann, "JENGA: A Framework to Study the Impact of Data Errors on
 * the Predictions of Machine Learning Models", EDBT 2021; the parameters are our own.
 *
 * @param share share of the categories that are wrong, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CategorySwap(double share) implements TableCorruption {
  private static final Setting<CategorySwap, Double> SHARE =
      Setting.of(
          "share", Form.within(0, 1), "of the categories that are wrong", CategorySwap::share);

  private static final Ladder<CategorySwap> LADDER =
      Ladder.of(
          CategorySwap::new,
          Ladder.numbers(0.02, 0.05, 0.1, 0.2, 0.3),
          Ladder.numbers(0.05, 0.1, 0.2, 0.4, 0.6));

  private static final Declaration<CategorySwap> DECLARATION =
      Declaration.of("category-swap", Kind.TABLE_CORRUPTION, CategorySwap.class)
          .access(Access.NOTHING)
          .summary("categories taken for others")
          .source(
              "Schelter, Rukat, Biessmann, \"JENGA: A Framework to Study the Impact of Data Errors on"
                  + " the Predictions of Machine Learning Models\", EDBT 2021; the parameters are"
                  + " Sextant's own")
          .setting(SHARE)
          .made(CategorySwap::new, values -> new CategorySwap(values.of(SHARE)));

  public CategorySwap {
    SHARE.require(share);
  }

  /** Severity 3 of the mild parameters. */
  public CategorySwap() {
    this(0.1);
  }

  @Override
  public Declaration<CategorySwap> declaration() {
    return DECLARATION;
  }

  @Override
  public CategorySwap at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public boolean applies(Columns columns) {
    return !columns.categories().isEmpty();
  }

  @Override
  public double[] corrupt(double[] row, Columns columns, RandomKey key) {
    double[] swapped = row.clone();
    RandomGenerator random = key.random();
    for (List<Integer> category : columns.categories()) {
      if (random.nextDouble() >= share) {
        continue;
      }
      if (category.size() == 1) {
        int only = category.get(0);
        swapped[only] = 1 - row[only];
        continue;
      }
      List<Integer> others = category.stream().filter(member -> row[member] != 1).toList();
      int taken = others.get(random.nextInt(others.size()));
      for (int member : category) {
        swapped[member] = member == taken ? 1 : 0;
      }
    }
    return swapped;
  }
}
