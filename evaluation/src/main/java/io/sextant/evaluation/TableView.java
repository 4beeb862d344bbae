package io.sextant.evaluation;

import io.sextant.explainers.Explanations;
import io.sextant.gradients.InputDomain;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Explanations of rows of a table as people read them: a one-hot group that played as one is one,
 * values have the names of their features, and those of a layer have their places as names.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TableView {
  private final Explanations found;
  private final InputDomain domain;
  private final boolean named;
  private final boolean asPlayers;
  private final Map<Integer, InputDomain.OneHot> groups = new HashMap<>();
  private final int[] places;

  /**
   * A view.
   *
   * @param domain of the rows
   * @param found their explanations
   */
  public TableView(InputDomain domain, Explanations found) {
    this.found = found;
    this.domain = domain;
    int values = found.size() == 0 ? 0 : found.attributions()[0].length;
    this.named = values == domain.size();
    BitSet shown = new BitSet();
    shown.set(0, values);
    if (named && found.players().isPresent()) {
      for (InputDomain.OneHot group : domain.groups()) {
        if (Arrays.stream(found.attributions()).allMatch(of -> isOne(group, of))) {
          group.members().forEach(shown::clear);
          shown.set(group.members().get(0));
          groups.put(group.members().get(0), group);
        }
      }
    }
    this.places = shown.stream().toArray();
    // Players that nobody gave a name: each member carries what all of them got.
    this.asPlayers =
        found.players().map(of -> of.length > 0 && of[0].length != places.length).orElse(false);
  }

  private static boolean isOne(InputDomain.OneHot group, double[] values) {
    double first = values[group.members().get(0)];
    return group.members().stream().allMatch(member -> values[member] == first);
  }

  /** Whether each number is what one feature, or one group, of the input got. */
  public boolean ofInput() {
    return named && !asPlayers;
  }

  /** What its numbers are of. */
  public List<String> names() {
    return IntStream.of(places).mapToObj(this::name).toList();
  }

  private String name(int place) {
    InputDomain.OneHot group = groups.get(place);
    return group != null
        ? group.name()
        : named ? domain.feature(place).name() : String.valueOf(place);
  }

  /** The names with the values of an input; of a group the category that it is in. */
  public List<String> told(double[] row) {
    List<String> told = new ArrayList<>();
    for (int place : places) {
      InputDomain.OneHot group = groups.get(place);
      told.add(
          group == null
              ? "%s = %s".formatted(name(place), rounded(row[place]))
              : "%s: %s".formatted(name(place), domain.feature(active(group, row)).name()));
    }
    return told;
  }

  /** The values of an input as numbers; of a group the place of its category. */
  public double[] numbers(double[] row) {
    return IntStream.of(places)
        .mapToDouble(
            place ->
                groups.containsKey(place)
                    ? groups.get(place).members().indexOf(active(groups.get(place), row))
                    : row[place])
        .toArray();
  }

  private static int active(InputDomain.OneHot group, double[] row) {
    int active = group.members().get(0);
    for (int member : group.members()) {
      active = row[member] > row[active] ? member : active;
    }
    return active;
  }

  private static String rounded(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  /** What an explanation says, one number per name. */
  public double[] of(int i) {
    return at(found.attributions()[i]);
  }

  /** The standard errors of an explanation, one per name. */
  public Optional<double[]> errors(int i) {
    return found.standardErrors().map(errors -> at(errors[i]));
  }

  private double[] at(double[] values) {
    return IntStream.of(places).mapToDouble(place -> values[place]).toArray();
  }
}
