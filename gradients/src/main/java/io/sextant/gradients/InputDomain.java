package io.sextant.gradients;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The set of inputs that exist, and which features an attacker may move: a box per feature, data
 * types, one-hot groups, immutable and one-way features. Images and tables are both described by
 * it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class InputDomain {
  private final List<Feature> features;
  private final List<OneHot> groups;
  // What a row is compared with, value by value.
  private final double[] lowest;
  private final double[] highest;
  private final boolean[] whole;

  private InputDomain(List<Feature> features, List<OneHot> groups) {
    this.features = List.copyOf(features);
    this.groups = List.copyOf(groups);
    this.lowest = new double[features.size()];
    this.highest = new double[features.size()];
    this.whole = new boolean[features.size()];
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
    return new InputDomain(features, groups);
  }

  /** This domain with only the given features mutable. */
  public InputDomain withMask(BitSet mutable) {
    List<Feature> masked = new ArrayList<>(features.size());
    for (int i = 0; i < features.size(); i++) {
      Feature f = features.get(i);
      masked.add(
          new Feature(
              f.name(),
              f.kind(),
              f.minimum(),
              f.maximum(),
              f.scale(),
              f.mutable() && mutable.get(i),
              f.direction()));
    }
    return new InputDomain(masked, groups);
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
    return "";
  }
}
