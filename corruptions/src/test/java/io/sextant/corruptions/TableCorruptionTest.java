package io.sextant.corruptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.table.CategorySwap;
import io.sextant.corruptions.table.ColumnNoise;
import io.sextant.corruptions.table.MissingValues;
import io.sextant.corruptions.table.UnitError;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TableCorruptionTest {
  private static final RandomKey KEY = RandomKey.of(4).with("rows");

  /** A real, an integer and a binary column, and a group of three. */
  private static final InputDomain DOMAIN =
      InputDomain.of(
          List.of(
              Feature.real("income", 0, 10_000),
              new Feature(
                  "age", Feature.Kind.INTEGER, 18, 90, 10, false, Feature.Direction.INCREASE),
              binary("owns"),
              binary("job.a"),
              binary("job.b"),
              binary("job.c")),
          List.of(new InputDomain.OneHot("job", List.of(3, 4, 5))));

  private static final double[][] ROWS = {
    {1000, 30, 0, 1, 0, 0}, {2000, 41, 1, 0, 1, 0}, {3000, 55, 1, 0, 1, 0}, {2000, 33, 0, 0, 0, 1}
  };
  private static final Columns COLUMNS = Columns.of(DOMAIN, ROWS.length, i -> ROWS[i]);

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
  }

  static Stream<String> kinds() {
    return Corruptions.catalogue().declarations().stream()
        .filter(declared -> declared.kind() == Kind.TABLE_CORRUPTION)
        .map(Declaration::name);
  }

  private static TableCorruption at(String kind, ParameterSet set, int severity) {
    return ((TableCorruption) Corruptions.catalogue().create(kind)).at(new Strength(set, severity));
  }

  @Test
  void there_are_four_kinds() {
    assertThat(kinds())
        .containsExactlyInAnyOrder("column-noise", "missing-values", "unit-error", "category-swap");
  }

  @Test
  void the_data_says_what_is_usual() {
    assertThat(COLUMNS.usual(0)).isCloseTo(2000, within(1e-9));
    assertThat(COLUMNS.usual(1)).as("39.75, rounded").isEqualTo(40);
    assertThat(COLUMNS.deviation(0)).isCloseTo(Math.sqrt(500_000), within(1e-9));
    assertThat(List.of(COLUMNS.usual(3), COLUMNS.usual(4), COLUMNS.usual(5)))
        .containsExactly(0.0, 1.0, 0.0);
    assertThat(COLUMNS.numbers()).containsExactly(0, 1);
    assertThat(COLUMNS.categories()).containsExactly(List.of(3, 4, 5), List.of(2));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rows_stay_rows_of_the_table(String kind) {
    for (ParameterSet set : ParameterSet.values()) {
      for (int severity = 1; severity <= Strength.SEVERITIES; severity++) {
        TableCorruption corruption = at(kind, set, severity);
        assertThat(corruption.applies(COLUMNS)).isTrue();
        for (int n = 0; n < 500; n++) {
          double[] row = ROWS[n % ROWS.length];
          double[] before = row.clone();
          double[] corrupted = corruption.corrupt(row, COLUMNS, KEY.with(n));
          assertThat(row).isEqualTo(before);
          assertThat(DOMAIN.violation(corrupted)).isEmpty();
          assertThat(corruption.corrupt(row, COLUMNS, KEY.with(n))).isEqualTo(corrupted);
        }
        assertThat(Corruptions.catalogue().create(kind, corruption.configuration()))
            .isEqualTo(corruption);
      }
    }
    assertThat(at(kind, ParameterSet.CIFAR_C, 3)).isEqualTo(Corruptions.catalogue().create(kind));
  }

  /** Twelve numbers with room above and below, and a group. */
  private static final InputDomain WIDE =
      InputDomain.of(
          Stream.concat(
                  IntStream.range(0, 12).mapToObj(i -> Feature.real("n" + i, 0, 1e6)),
                  Stream.of(binary("a"), binary("b")))
              .toList(),
          List.of(new InputDomain.OneHot("g", List.of(12, 13))));

  @ParameterizedTest
  @MethodSource("kinds")
  void severities_rise(String kind) {
    double[][] rows = new double[4][14];
    for (int r = 0; r < rows.length; r++) {
      Arrays.fill(rows[r], 0, 12, 100 + 10 * r);
      rows[r][12 + r % 2] = 1;
    }
    Columns columns = Columns.of(WIDE, rows.length, i -> rows[i]);
    for (ParameterSet set : ParameterSet.values()) {
      List<Double> changes = new ArrayList<>();
      for (int severity = 1; severity <= Strength.SEVERITIES; severity++) {
        TableCorruption corruption = at(kind, set, severity);
        double sum = 0;
        for (int n = 0; n < 4000; n++) {
          double[] row = rows[n % rows.length];
          double[] corrupted = corruption.corrupt(row, columns, KEY.with(n));
          for (int i = 0; i < row.length; i++) {
            sum += Math.abs(corrupted[i] - row[i]) / columns.deviation(i);
          }
        }
        changes.add(sum);
      }
      assertThat(changes).as("%s", set).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void noise_is_in_units_of_each_column() {
    double[] sums = new double[2];
    int count = 20_000;
    for (int n = 0; n < count; n++) {
      double[] noisy = new ColumnNoise(0.5).corrupt(ROWS[1], COLUMNS, KEY.with(n));
      sums[0] += Math.pow((noisy[0] - 2000) / COLUMNS.deviation(0), 2);
      sums[1] += Math.pow((noisy[1] - 41) / COLUMNS.deviation(1), 2);
      assertThat(Arrays.copyOfRange(noisy, 2, 6)).containsExactly(1, 0, 1, 0);
    }
    assertThat(Math.sqrt(sums[0] / count)).isCloseTo(0.5, within(0.01));
    // Whole numbers add the variance of rounding, 1 / 12.
    double rounding = 1 / 12.0 / Math.pow(COLUMNS.deviation(1), 2);
    assertThat(Math.sqrt(sums[1] / count)).isCloseTo(Math.sqrt(0.25 + rounding), within(0.01));
  }

  @Test
  void missing_values_are_the_usual_ones_and_groups_go_as_a_whole() {
    assertThat(new MissingValues(1).corrupt(ROWS[0], COLUMNS, KEY))
        .containsExactly(2000, 40, 0, 0, 1, 0);
    assertThat(new MissingValues(0).corrupt(ROWS[0], COLUMNS, KEY)).isEqualTo(ROWS[0]);
    int lost = 0;
    for (int n = 0; n < 10_000; n++) {
      lost += new MissingValues(0.3).corrupt(ROWS[0], COLUMNS, KEY.with(n))[0] == 2000 ? 1 : 0;
    }
    assertThat(lost).isBetween(2860, 3140);
  }

  @Test
  void a_unit_is_wrong_by_the_factor_in_either_direction_within_the_bounds() {
    List<Double> seen = new ArrayList<>();
    for (int n = 0; n < 200; n++) {
      double[] wrong = new UnitError(1, 10).corrupt(ROWS[0], COLUMNS, KEY.with(n));
      boolean income = wrong[0] != ROWS[0][0];
      boolean age = wrong[1] != ROWS[0][1];
      assertThat(income).as("one column").isNotEqualTo(age);
      seen.add(income ? wrong[0] : -wrong[1]);
    }
    // The age leaves its bounds both ways: 300 becomes 90, and 3 becomes 18.
    assertThat(seen).containsOnly(10_000.0, 100.0, -90.0, -18.0);
    assertThat(new UnitError(50, 10).corrupt(ROWS[0], COLUMNS, KEY)[0]).isNotEqualTo(1000);
  }

  @Test
  void swaps_take_each_other_category_alike() {
    int[] taken = new int[3];
    for (int n = 0; n < 6000; n++) {
      double[] swapped = new CategorySwap(1).corrupt(ROWS[0], COLUMNS, KEY.with(n));
      assertThat(swapped[2]).as("a binary column turns over").isEqualTo(1);
      assertThat(swapped[0]).isEqualTo(1000);
      for (int i = 0; i < 3; i++) {
        taken[i] += swapped[3 + i] == 1 ? 1 : 0;
      }
    }
    assertThat(taken[0]).isZero();
    assertThat(taken[1]).isBetween(2800, 3200);
    assertThat(taken[1] + taken[2]).isEqualTo(6000);
  }

  @Test
  void what_has_no_such_columns_is_not_changed_by_them() {
    InputDomain numbers = InputDomain.box(2, 0, 1);
    Columns columns = Columns.of(numbers, 1, i -> new double[2]);
    assertThat(new CategorySwap().applies(columns)).isFalse();
    assertThat(new ColumnNoise().applies(columns)).isTrue();
    Columns flags =
        Columns.of(InputDomain.of(List.of(binary("a")), List.of()), 1, i -> new double[1]);
    assertThat(new ColumnNoise().applies(flags)).isFalse();
    assertThat(new UnitError().applies(flags)).isFalse();
    assertThatThrownBy(() -> Columns.of(numbers, new double[1], new double[2]))
        .hasMessageContaining("for each of 2 columns but there were 1 and 2");
    assertThatThrownBy(() -> Corruptions.image("unit-error", new Strength(ParameterSet.CIFAR_C, 1)))
        .hasMessageContaining("unit-error is a corruption of tables");
  }
}
