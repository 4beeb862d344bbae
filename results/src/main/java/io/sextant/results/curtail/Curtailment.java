package io.sextant.results.curtail;

import io.sextant.results.Cell;
import io.sextant.results.Certainty;
import io.sextant.results.Condition;
import io.sextant.results.Rule;
import io.sextant.results.SampleTable;
import io.sextant.results.Score;
import io.sextant.results.Severity;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What still has to be run, by counting: a minimum is missed for certain when not even all open
 * examples could make up for the broken ones, and kept for certain when all of them may break.
 *
 * <p>An immutable view of one moment. A runner makes one after each unit of work, and asks before
 * it starts the next.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Curtailment {
  private final Curtail curtail;
  private final SampleTable samples;
  private final List<Decision> decisions;
  private final Set<String> waived;

  private Curtailment(
      Curtail curtail, Set<String> waived, SampleTable samples, List<Decision> decisions) {
    this.curtail = curtail;
    this.waived = Set.copyOf(waived);
    this.samples = samples;
    this.decisions = List.copyOf(decisions);
  }

  /**
   * Looks at what is known.
   *
   * @param curtail which verdicts end a rule early
   * @param rules of the gate, in their order; those that are no share of examples are passed over
   * @param compared ids of rules that are held against a baseline, which needs complete figures:
   *     they do not end by holding
   * @param waived ids of rules whose failure somebody accepts: it does not make the gate fail
   * @param classes class names in the order of the labels
   * @param samples the clean prediction of each example, the rows so far, and what is planned
   */
  public static Curtailment of(
      Curtail curtail,
      List<Rule> rules,
      Set<String> compared,
      Set<String> waived,
      List<String> classes,
      SampleTable samples) {
    Measurements measured = Measurements.of(classes, samples);
    List<Decision> decisions = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.metric().isShare()) {
        List<Figure> figures = Figures.of(rule, measured);
        Certainty certainty = certainty(rule, figures);
        boolean needed = rule.maxRegression().isPresent() || compared.contains(rule.id());
        boolean ended = curtail.ends(certainty) && !(certainty == Certainty.HOLDS && needed);
        decisions.add(new Decision(rule, certainty, figures, ended));
      }
    }
    return new Curtailment(curtail, waived, samples, decisions);
  }

  /** One broken figure breaks the rule; without a figure nothing is decided. */
  private static Certainty certainty(Rule rule, List<Figure> figures) {
    boolean bounded = rule.minimum().isPresent() || rule.maximum().isPresent();
    if (figures.isEmpty() || !bounded) {
      return Certainty.OPEN;
    }
    List<Certainty> all = figures.stream().map(figure -> figure.judge(rule)).toList();
    if (all.contains(Certainty.FAILS)) {
      return Certainty.FAILS;
    }
    return all.contains(Certainty.OPEN) ? Certainty.OPEN : Certainty.HOLDS;
  }

  /** How far each rule on a share is decided, in the order of the rules. */
  public List<Decision> decisions() {
    return decisions;
  }

  /** Whether the gate fails for certain. */
  public boolean fails() {
    return decisions.stream()
        .filter(d -> d.rule().severity() == Severity.ERROR)
        .filter(d -> !waived.contains(d.rule().id()))
        .anyMatch(d -> d.certainty() == Certainty.FAILS);
  }

  /**
   * The examples on which an attack can still change something, ascending; none when no rule needs
   * it.
   *
   * <p>These are all examples that lack it, but for those that are wrong already, as long as a rule
   * that asks for it is undecided: what passes is measured as completely as without curtailment,
   * and attacks can be compared on the examples that they share. A threat that no rule asks for is
   * run as long as the gate may still pass.
   *
   * @param cell a planned one
   */
  public Set<Integer> open(Cell cell) {
    Set<Integer> lacking = open(samples, cell);
    if (curtail == Curtail.NONE) {
      return lacking;
    }
    boolean governed = false;
    for (Decision decision : decisions) {
      if (asks(decision.rule(), cell)) {
        governed = true;
        if (!decision.ended()) {
          return lacking;
        }
      }
    }
    return governed || fails() ? Set.of() : lacking;
  }

  private static boolean asks(Rule rule, Cell cell) {
    return rule.asksFor(cell.condition()) && rule.attack().map(cell.method()::equals).orElse(true);
  }

  private static Set<Integer> open(SampleTable samples, Cell cell) {
    Set<Integer> open = new TreeSet<>();
    for (Score score : samples.scores(cell, c -> true)) {
      if (score.standing() == Score.Standing.OPEN) {
        open.add(score.sample());
      }
    }
    return open;
  }

  /**
   * What an audit has not run and could still change an outcome, in the order of the plan.
   *
   * @param samples what is known
   */
  public static List<Unrun> unrun(SampleTable samples) {
    List<Unrun> unrun = new ArrayList<>();
    int n = samples.clean().size();
    for (Condition condition : samples.grid().conditions()) {
      Set<Integer> open = open(samples, Cell.worstCase(condition));
      for (Cell cell : samples.grid().needed(condition)) {
        Set<Integer> lacking = open(samples, cell);
        lacking.retainAll(open);
        if (!lacking.isEmpty()) {
          unrun.add(new Unrun(cell, lacking.size(), n));
        }
      }
    }
    return List.copyOf(unrun);
  }
}
