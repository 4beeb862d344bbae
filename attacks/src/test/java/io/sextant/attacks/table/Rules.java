package io.sextant.attacks.table;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes a changed row one that exists and that a threat allows, straight from the definitions
 * and with nothing of the attacks' code.
 */
record Rules(InputDomain domain, Norm norm, double radius, int categories, double budget) {
  /** All rules that a changed row breaks. */
  List<String> broken(double[] clean, double[] row) {
    List<String> broken = new ArrayList<>();
    double length = 0;
    double price = 0;
    int switched = 0;
    for (int i = 0; i < row.length; i++) {
      Feature f = domain.feature(i);
      if (row[i] < (float) f.minimum() || row[i] > (float) f.maximum()) {
        broken.add(f.name() + " out of bounds");
      }
      if (f.kind() != Feature.Kind.REAL && row[i] != Math.floor(row[i])) {
        broken.add(f.name() + " not whole");
      }
      if (!f.mutable() && row[i] != clean[i]) {
        broken.add(f.name() + " immutable");
      }
      if (f.direction() == Feature.Direction.INCREASE && row[i] < clean[i]
          || f.direction() == Feature.Direction.DECREASE && row[i] > clean[i]) {
        broken.add(f.name() + " against its direction");
      }
      if (f.kind() != Feature.Kind.BINARY) {
        double change = Math.abs(row[i] - clean[i]) / f.scale();
        price += f.price() * change;
        length =
            switch (norm) {
              case LINF -> Math.max(length, change);
              case L2 -> Math.sqrt(length * length + change * change);
              case L1 -> length + change;
              case L0 -> length + (change > 0 ? 1 : 0);
            };
      } else if (!inGroup(i) && row[i] != clean[i]) {
        switched++;
        price += f.price();
      }
    }
    for (InputDomain.OneHot group : domain.groups()) {
      int ones = 0;
      for (int member : group.members()) {
        ones += row[member] == 1 ? 1 : row[member] == 0 ? 0 : 100;
        if (row[member] == 1 && clean[member] == 0) {
          switched++;
          price += domain.feature(member).price();
        }
      }
      if (ones != 1) {
        broken.add(group.name() + " not one-hot");
      }
    }
    for (InputDomain.Relation relation : domain.relations()) {
      double sum = 0;
      double size = 0;
      for (InputDomain.Relation.Term term : relation.terms()) {
        sum += term.coefficient() * row[term.feature()];
        size += Math.abs(term.coefficient() * row[term.feature()]);
      }
      if (sum > relation.maximum() + 2e-6 * size || sum < relation.minimum() - 2e-6 * size) {
        broken.add(relation.name() + " is " + sum);
      }
    }
    if (length > radius * (1 + 1e-9)) {
      broken.add("length " + length);
    }
    if (switched > categories) {
      broken.add(switched + " categories");
    }
    if (price > budget * (1 + 1e-9)) {
      broken.add("price " + price);
    }
    return broken;
  }

  private boolean inGroup(int feature) {
    return domain.groups().stream().anyMatch(group -> group.members().contains(feature));
  }
}
