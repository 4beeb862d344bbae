package io.sextant.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order in which parts of a plan are tried: at each place the candidate that breaks most of
 * what the chosen ones left, for each pass that it costs, over all recorded models and radii; until
 * none breaks any more.
 *
 * <p>The rule is that of Liu, Peng, Tang, "Reliable Robustness Evaluation via Automatically
 * Constructed Attack Ensembles" (AutoAE), AAAI 2023, arXiv:2211.12713, with the cost in passes in
 * place of steps: a pass back counts as much as one forward.
 */
final class Greedy {
  /** The columns of recorded lines. */
  static final String HEADER = "model,condition,part,outcomes,forwards,backwards";

  private Greedy() {}

  /**
   * A line.
   *
   * @param where model and condition
   * @param part the candidate
   * @param outcomes a character for each example
   * @param cost passes for each example
   */
  record Line(String where, String part, String outcomes, double cost) {
    static Line parse(String text) {
      String[] cells = text.split(",");
      return new Line(
          cells[0] + " " + cells[1],
          cells[2],
          cells[3],
          Double.parseDouble(cells[4]) + Double.parseDouble(cells[5]));
    }
  }

  /** A place in the order: what the part adds to those before it, over all lines. */
  record Place(String part, int broken, double perThousand) {}

  /** The order that the rule gives. */
  static List<Place> order(List<Line> lines) {
    Map<String, boolean[]> open = new LinkedHashMap<>();
    for (Line line : lines) {
      boolean[] all =
          open.computeIfAbsent(line.where(), w -> new boolean[line.outcomes().length()]);
      for (int i = 0; i < all.length; i++) {
        all[i] |= line.outcomes().charAt(i) != '.';
      }
    }
    Set<String> left = new LinkedHashSet<>(lines.stream().map(Line::part).toList());
    List<Place> order = new ArrayList<>();
    while (true) {
      Place best = null;
      for (String part : left) {
        Place place = place(part, lines, open);
        if (place.broken() > 0 && (best == null || place.perThousand() > best.perThousand())) {
          best = place;
        }
      }
      if (best == null) {
        return order;
      }
      order.add(best);
      left.remove(best.part());
      for (Line line : lines) {
        if (line.part().equals(best.part())) {
          boolean[] holds = open.getOrDefault(line.where(), new boolean[0]);
          for (int i = 0; i < holds.length; i++) {
            holds[i] &= line.outcomes().charAt(i) != 'b';
          }
        }
      }
    }
  }

  private static Place place(String part, List<Line> lines, Map<String, boolean[]> open) {
    int broken = 0;
    double cost = 0;
    for (Line line : lines) {
      if (line.part().equals(part)) {
        boolean[] holds = open.getOrDefault(line.where(), new boolean[0]);
        for (int i = 0; i < holds.length; i++) {
          broken += holds[i] && line.outcomes().charAt(i) == 'b' ? 1 : 0;
          cost += holds[i] ? line.cost() : 0;
        }
      }
    }
    return new Place(part, broken, cost == 0 ? 0 : 1000 * broken / cost);
  }
}
