package io.sextant.attacks.table;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Evolutionary search over the rows that exist: numbers, whole numbers, categories and relations,
 * without a gradient.
 *
 * <pre>
 * P(0)   = the clean row, and random rows in the ball with some categories switched
 * P(g+1) = the best of P(g) and its children, by margin
 * </pre>
 *
 * <p>A child takes the genes between two points from one parent and all others from the other;
 * about one gene is then changed: a number goes to an end of the ball, back to its clean value,
 * anywhere between, or a little further; a category takes any of its values. Every child is
 * repaired into a row that exists, so that validity is no objective of its own, and the search ends
 * at the first success, so that distance is none either. Parents are the better one of two each
 * time. For models without gradients, such as trees. Cost per example: the clean decision and at
 * most {@code population} times ({@code generations} + 1) forwards; no backwards.
 *
 * <p>After MOEVA2: Simonetto, Dyrmishi, Ghamizi, Cordy, Le Traon, "A Unified Framework for
 * Adversarial Attack and Defense in Constrained Feature Space", IJCAI 2022, arXiv:2112.01156. It
 * has three objectives and R-NSGA-III; this is one objective and a plain genetic algorithm, with
 * two-point crossover as there. Numbers of rows: 50 and 60 generations here, 203 and 100 there.
 *
 * @param population rows that live on, and children of a generation, at least 2
 * @param generations of children, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TableSearch(int population, int generations) implements Attack {
  private static final Setting<TableSearch, Integer> POPULATION =
      Setting.of(
          "population",
          Form.integer(2, 1000),
          "rows that live on, and children of a generation",
          TableSearch::population);
  private static final Setting<TableSearch, Integer> GENERATIONS =
      Setting.of(
          "generations",
          Form.integer(1, 1000),
          "generations of children",
          TableSearch::generations);

  private static final Declaration<TableSearch> DECLARATION =
      Declaration.of("table-search", Kind.FIXED_RADIUS, TableSearch.class)
          .summary("evolutionary search over the rows of a table that exist")
          .source(
              "Simonetto, Dyrmishi, Ghamizi, Cordy, Le Traon, \"A Unified Framework for Adversarial"
                  + " Attack and Defense in Constrained Feature Space\", IJCAI 2022,"
                  + " arXiv:2112.01156")
          .norms(ThreatModel.CONVEX_NORMS)
          .access(Access.LOGITS)
          .settings(List.of(POPULATION, GENERATIONS))
          .made(
              TableSearch::new,
              values -> new TableSearch(values.of(POPULATION), values.of(GENERATIONS)));

  /** 50 rows, 60 generations. */
  public static final TableSearch DEFAULT = new TableSearch();

  public TableSearch {
    POPULATION.require(population);
    GENERATIONS.require(generations);
  }

  /** The {@link #DEFAULT}. */
  public TableSearch() {
    this(50, 60);
  }

  /** This attack with another number of rows. */
  public TableSearch withPopulation(int newPopulation) {
    return new TableSearch(newPopulation, generations);
  }

  /** This attack with another number of generations. */
  public TableSearch withGenerations(int newGenerations) {
    return new TableSearch(population, newGenerations);
  }

  @Override
  public Declaration<TableSearch> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1 + (long) population * (generations + 1), 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(1, run -> over(trial).from(List.of()));
  }

  Evolution over(Trial trial) {
    return new Evolution(trial, Genes.of(trial), population, generations);
  }
}
