package io.sextant.attacks.table;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A population of rows of one example, which lives on by its margins.
 *
 * @param trial the example
 * @param genes what can be changed about it
 * @param size rows that live on, and children of a generation
 * @param generations of children
 */
record Evolution(Trial trial, Genes genes, int size, int generations) {
  private record Member(Iterate row, double margin) {}

  /**
   * Lets a population live to its end.
   *
   * @param seeds rows among the first; the others are drawn
   */
  Step<Trial> from(List<Iterate> seeds) {
    if (genes.count() == 0) {
      return trial.over();
    }
    List<Iterate> first = new ArrayList<>(seeds.subList(0, Math.min(size - 1, seeds.size())));
    // Rows that differ from the clean one in few columns descend from it.
    first.add(trial.clean());
    for (int n = first.size(); n < size; n++) {
      first.add(genes.drawn(trial.random(n)));
    }
    return generation(List.of(), first, 0);
  }

  /** Judges the young, keeps the best of old and young, and has them breed. */
  private Step<Trial> generation(List<Member> old, List<Iterate> young, int number) {
    List<Member> judged = new ArrayList<>();
    return trial.scoreAll(
        young.size(),
        young::get,
        trial.objective(Loss.MARGIN),
        (row, margin) -> judged.add(new Member(row, margin)),
        () -> {
          List<Member> best = best(old, judged);
          return number == generations
              ? trial.over()
              : generation(best, children(best, number + 1), number + 1);
        });
  }

  private List<Member> best(List<Member> old, List<Member> young) {
    List<Member> best = new ArrayList<>();
    Stream.concat(old.stream(), young.stream())
        .sorted(Comparator.comparingDouble(Member::margin).reversed())
        .forEach(
            member -> {
              if (best.size() < size
                  && best.stream().noneMatch(other -> other.row().equals(member.row()))) {
                best.add(member);
              }
            });
    return best;
  }

  private List<Iterate> children(List<Member> parents, int number) {
    List<Iterate> children = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      RandomGenerator random = trial.random((long) number * size + n);
      children.add(
          genes.child(chosen(parents, random).row(), chosen(parents, random).row(), random));
    }
    return children;
  }

  /** The better one of two; parents stand from the best to the worst. */
  private static Member chosen(List<Member> parents, RandomGenerator random) {
    return parents.get(Math.min(random.nextInt(parents.size()), random.nextInt(parents.size())));
  }
}
