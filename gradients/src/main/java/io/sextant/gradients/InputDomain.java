package io.sextant.gradients;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The set of inputs that exist, and which features an attacker may move: a box per feature, data
 * types, one-hot groups, relations between features, immutable and one-way features. Images and
 * tables are both described by it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class InputDomain {
  private final List<Feature> features;
  private final List<OneHot> groups;
  private final List<Relation> relations;
  // What a row is compared with, value by value.
  private final double[] lowest;
  private final double[] highest;
  private final boolean[] whole;
  private final boolean[] grouped;

  private InputDomain(List<Feature> features, List<OneHot> groups, List<Relation> relations) {
    this.features = List.copyOf(features);
    this.groups = List.copyOf(groups);
    this.relations = List.copyOf(relations);
    this.lowest = new double[features.size()];
    this.highest = new double[features.size()];
    this.whole = new boolean[features.size()];
    this.grouped = new boolean[features.size()];
    groups.forEach(group -> group.members().forEach(member -> grouped[member] = true));
    for (int i = 0; i < lowest.length; i++) {
      Feature f = features.get(i);
      // Rows are floats: a bound such as 0.1 is met by the float next to it.
      lowest[i] = Math.min(f.minimum(), (float) f.minimum());
      highest[i] = Math.max(f.maximum(), (float) f.maximum());
      whole[i] = f.kind() != Feature.Kind.REAL;
    }
  }

  /**
   * Features of which exactly one is 1 and the others are 0.
   *
   * @param name for reports
   * @param members indices of the features, at least two
   */
  public record OneHot(String name, List<Integer> members) {
    public OneHot {
      members = List.copyOf(members);
      if (members.size() < 2) {
        throw new IllegalArgumentException(
            "one-hot group %s must have at least 2 members but had %d"
                .formatted(name, members.size()));
      }
    }
  }

  /**
   * A linear relation between features that every input keeps: {@code minimum <= sum of coefficient
   * times value <= maximum}; with equal bounds an equation.
   *
   * @param name for reports
   * @param terms of the sum, at least one, each of another feature
   * @param minimum smallest sum, or minus infinity
   * @param maximum largest sum, or infinity
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Relation(String name, List<Term> terms, double minimum, double maximum) {
    // Rows are floats, of which each is off by this share of its value, sums of them by a little
    // more.
    private static final double ROUNDING = 1e-6;

    /**
     * A part of a sum.
     *
     * @param feature index
     * @param coefficient finite, not 0
     */
    public record Term(int feature, double coefficient) {}

    public Relation {
      terms = List.copyOf(terms);
      if (terms.isEmpty()) {
        throw new IllegalArgumentException(
            "relation %s must have at least 1 feature but had none".formatted(name));
      }
      BitSet seen = new BitSet();
      for (Term term : terms) {
        if (term.coefficient() == 0 || !Double.isFinite(term.coefficient())) {
          throw new IllegalArgumentException(
              "relation %s: coefficients must be finite and not 0 but one was %s"
                  .formatted(name, term.coefficient()));
        }
        if (term.feature() < 0 || seen.get(term.feature())) {
          throw new IllegalArgumentException(
              "relation %s: features must be indices, each named once, but one was %d"
                  .formatted(name, term.feature()));
        }
        seen.set(term.feature());
      }
      if (!(minimum <= maximum)
          || minimum == Double.POSITIVE_INFINITY
          || maximum == Double.NEGATIVE_INFINITY
          || Double.isInfinite(minimum) && Double.isInfinite(maximum)) {
        throw new IllegalArgumentException(
            "relation %s: minimum must be at most maximum, one of them finite, but they were %s and %s"
                .formatted(name, minimum, maximum));
      }
    }

    /** The sum over a row. */
    public double sum(double[] row) {
      double sum = 0;
      for (Term term : terms) {
        sum += term.coefficient() * row[term.feature()];
      }
      return sum;
    }

    /** By how much the sum over a row is too large, or too small, below 0; 0 where it is kept. */
    public double excess(double[] row) {
      double sum = 0;
      double size = 0;
      for (Term term : terms) {
        double part = term.coefficient() * row[term.feature()];
        sum += part;
        size += Math.abs(part);
      }
      double rounding = ROUNDING * size;
      if (sum > maximum + rounding) {
        return sum - maximum;
      }
      return sum < minimum - rounding ? sum - minimum : 0;
    }
  }

  /**
   * Real features between the same bounds, as in images.
   *
   * @param features how many, at least 1
   * @param minimum smallest value
   * @param maximum largest value
   */
  public static InputDomain box(int features, double minimum, double maximum) {
    List<Feature> list = new ArrayList<>(features);
    for (int i = 0; i < features; i++) {
      list.add(Feature.real("x" + i, minimum, maximum));
    }
    return of(list, List.of());
  }

  /**
   * Features one by one, as in tables.
   *
   * @param features in the order of the model's input
   * @param groups one-hot groups over binary features, disjoint
   */
  public static InputDomain of(List<Feature> features, List<OneHot> groups) {
    return of(features, groups, List.of());
  }

  /**
   * Features one by one, with relations between them.
   *
   * @param features in the order of the model's input
   * @param groups one-hot groups over binary features, disjoint
   * @param relations that every input keeps
   */
  public static InputDomain of(
      List<Feature> features, List<OneHot> groups, List<Relation> relations) {
    if (features.isEmpty()) {
      throw new IllegalArgumentException("a domain must have at least one feature");
    }
    BitSet taken = new BitSet();
    for (OneHot group : groups) {
      for (int member : group.members()) {
        if (member < 0 || member >= features.size()) {
          throw new IllegalArgumentException(
              "one-hot group %s: feature %d does not exist among %d"
                  .formatted(group.name(), member, features.size()));
        }
        if (features.get(member).kind() != Feature.Kind.BINARY) {
          throw new IllegalArgumentException(
              "one-hot group %s: feature %s must be binary"
                  .formatted(group.name(), features.get(member).name()));
        }
        if (taken.get(member)) {
          throw new IllegalArgumentException(
              "feature %s is in more than one one-hot group"
                  .formatted(features.get(member).name()));
        }
        taken.set(member);
      }
    }
    for (Relation relation : relations) {
      for (Relation.Term term : relation.terms()) {
        if (term.feature() >= features.size()) {
          throw new IllegalArgumentException(
              "relation %s: feature %d does not exist among %d"
                  .formatted(relation.name(), term.feature(), features.size()));
        }
      }
    }
    return new InputDomain(features, groups, relations);
  }

  /** This domain with only the given features mutable. */
  public InputDomain withMask(BitSet mutable) {
    List<Feature> masked = new ArrayList<>(features.size());
    for (int i = 0; i < features.size(); i++) {
      Feature f = features.get(i);
      masked.add(f.withMutable(f.mutable() && mutable.get(i)));
    }
    return new InputDomain(masked, groups, relations);
  }

  /** The box of the same bounds in which every feature may take every value between them. */
  public InputDomain unconstrained() {
    List<Feature> free = new ArrayList<>(features.size());
    for (Feature f : features) {
      free.add(
          new Feature(
              f.name(),
              Feature.Kind.REAL,
              f.minimum(),
              f.maximum(),
              f.scale(),
              true,
              Feature.Direction.BOTH));
    }
    return of(free, List.of());
  }

  /** The features in the order of the model's input. */
  public List<Feature> features() {
    return features;
  }

  /** One feature. */
  public Feature feature(int index) {
    return features.get(index);
  }

  /** Number of features. */
  public int size() {
    return features.size();
  }

  /** The one-hot groups. */
  public List<OneHot> groups() {
    return groups;
  }

  /** The relations between features. */
  public List<Relation> relations() {
    return relations;
  }

  /**
   * What it costs an attacker to change one row into another: for each real and integer feature its
   * price times the change in units of its scale, for each lone binary feature that differs its
   * price, and for each one-hot group that differs the price of the feature that becomes 1.
   *
   * @param row in this domain; not modified
   * @param changed in this domain; not modified
   */
  public double price(double[] row, double[] changed) {
    double total = 0;
    for (int i = 0; i < row.length; i++) {
      Feature f = features.get(i);
      boolean switchedOff = grouped[i] && changed[i] < row[i];
      if (changed[i] != row[i] && !switchedOff) {
        total +=
            f.price()
                * Math.abs(changed[i] - row[i])
                / (f.kind() == Feature.Kind.BINARY ? 1 : f.scale());
      }
    }
    return total;
  }

  /**
   * The first reason why a row is not in this domain, or an empty text.
   *
   * @param row one value per feature
   */
  public String violation(double[] row) {
    if (row.length != features.size()) {
      return "it has %d values but the domain has %d features"
          .formatted(row.length, features.size());
    }
    for (int i = 0; i < row.length; i++) {
      if (!(row[i] >= lowest[i] && row[i] <= highest[i])) {
        Feature f = features.get(i);
        return "feature %s must be in [%s, %s] but was %s"
            .formatted(f.name(), f.minimum(), f.maximum(), row[i]);
      }
      if (whole[i] && row[i] != Math.rint(row[i])) {
        return "feature %s must be a whole number but was %s"
            .formatted(features.get(i).name(), row[i]);
      }
    }
    for (OneHot group : groups) {
      int ones = 0;
      for (int member : group.members()) {
        ones += row[member] == 1 ? 1 : 0;
      }
      if (ones != 1) {
        return "exactly one feature of group %s must be 1 but %d were"
            .formatted(group.name(), ones);
      }
    }
    for (Relation relation : relations) {
      double excess = relation.excess(row);
      if (excess != 0) {
        String bound =
            relation.minimum() == relation.maximum()
                ? "exactly"
                : excess > 0 ? "at most" : "at least";
        return "the sum of relation %s must be %s %s but was %s"
            .formatted(
                relation.name(),
                bound,
                excess > 0 ? relation.maximum() : relation.minimum(),
                relation.sum(row));
      }
    }
    return "";
  }
}
