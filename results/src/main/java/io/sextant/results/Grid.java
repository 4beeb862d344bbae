package io.sextant.results;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a measurement is to find out: a method under a condition in each cell. A minimum-norm attack
 * has a cell at each radius that is asked for; its one run, {@link Condition.Nearest}, fills them
 * all.
 *
 * @param cells in the order wanted, each once
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Grid(List<Cell> cells) {
  public Grid {
    cells = List.copyOf(cells);
    if (cells.stream().distinct().count() != cells.size()) {
      throw new IllegalArgumentException("each cell must be planned once but were " + cells);
    }
  }

  /** Each attack at every radius of the norms that it works in: threat by threat. */
  public static Grid of(List<Threat> threats, List<AttackInfo> attacks) {
    List<Cell> cells = new ArrayList<>();
    for (Threat threat : threats) {
      for (Condition condition : threat.conditions()) {
        attacks.stream()
            .filter(attack -> attack.norms().contains(threat.norm()))
            .forEach(attack -> cells.add(new Cell(condition, attack.name())));
      }
    }
    return new Grid(cells);
  }

  /** The conditions, each once, in order. */
  public List<Condition> conditions() {
    return cells.stream().map(Cell::condition).distinct().toList();
  }

  /** The methods of a condition, in order. */
  public List<String> methods(Condition condition) {
    return cells.stream()
        .filter(cell -> cell.condition().equals(condition))
        .map(Cell::method)
        .toList();
  }

  /**
   * The cells of a condition without which its worst case is not known. Inputs of an earlier build
   * are not among them, as not every build has any.
   */
  public List<Cell> needed(Condition condition) {
    return cells.stream()
        .filter(cell -> cell.condition().equals(condition))
        .filter(cell -> !cell.method().equals(SampleRow.REPLAY))
        .toList();
  }

  /** Whether a row has a cell to count in. */
  boolean has(Cell row) {
    return cells.stream()
        .anyMatch(
            cell ->
                cell.method().equals(row.method())
                    && row.condition().countsUnder(cell.condition()));
  }
}
