package io.sextant.attacks.table;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What an attacker can change about a row, one gene for each number that may move and each category
 * that may be switched, and how new rows are made of old ones.
 *
 * @param trial the example
 * @param movable the numbers
 * @param categories of each category, how many other values it may take
 */
@SuppressWarnings("ArrayRecordComponent")
record Genes(Trial trial, int[] movable, int[] categories) {
  /** A number that is moved a little moves by about this share of the radius. */
  private static final double NUDGE = 0.1;

  static Genes of(Trial trial) {
    return new Genes(trial, trial.movable(), trial.categories());
  }

  /** How many there are. */
  int count() {
    return movable.length + (trial.categoryChanges() > 0 ? categories.length : 0);
  }

  /** A random row: numbers drawn uniformly in the ball, some categories switched. */
  Iterate drawn(RandomGenerator random) {
    int[] choices = new int[categories.length];
    int switches = trial.categoryChanges() == 0 ? 0 : random.nextInt(trial.categoryChanges() + 1);
    for (int n = 0; n < switches; n++) {
      int category = random.nextInt(categories.length);
      choices[category] = random.nextInt(categories[category] + 1);
    }
    return trial.at(trial.uniform(random).perturbation(), choices);
  }

  /**
   * A row made of two: the genes between two points come from the one, all others from the other,
   * and about one is changed at random.
   */
  Iterate child(Iterate mother, Iterate father, RandomGenerator random) {
    double[] numbers = mother.perturbation().clone();
    int[] choices = trial.choices(mother);
    double[] others = father.perturbation();
    int[] otherChoices = trial.choices(father);
    int a = random.nextInt(count() + 1);
    int b = random.nextInt(count() + 1);
    for (int gene = Math.min(a, b); gene < Math.max(a, b); gene++) {
      if (gene < movable.length) {
        numbers[movable[gene]] = others[movable[gene]];
      } else {
        choices[gene - movable.length] = otherChoices[gene - movable.length];
      }
    }
    int certain = random.nextInt(count());
    for (int gene = 0; gene < count(); gene++) {
      if (gene == certain || random.nextInt(count()) == 0) {
        mutate(gene, numbers, choices, random);
      }
    }
    return trial.at(numbers, limited(choices, random));
  }

  private void mutate(int gene, double[] numbers, int[] choices, RandomGenerator random) {
    if (gene >= movable.length) {
      int category = gene - movable.length;
      choices[category] = random.nextInt(categories[category] + 1);
      return;
    }
    int i = movable[gene];
    double epsilon = trial.epsilon();
    numbers[i] =
        switch (random.nextInt(5)) {
          case 0 -> epsilon;
          case 1 -> -epsilon;
          case 2 -> 0;
          case 3 -> (2 * random.nextDouble() - 1) * epsilon;
          default -> numbers[i] + NUDGE * epsilon * random.nextGaussian();
        };
  }

  /** Takes switches back at random until there are no more than are allowed. */
  private int[] limited(int[] choices, RandomGenerator random) {
    List<Integer> switched = new ArrayList<>();
    for (int i = 0; i < choices.length; i++) {
      if (choices[i] > 0) {
        switched.add(i);
      }
    }
    while (switched.size() > trial.categoryChanges()) {
      choices[switched.remove(random.nextInt(switched.size()))] = 0;
    }
    return choices;
  }
}
