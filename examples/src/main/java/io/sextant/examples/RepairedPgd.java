package io.sextant.examples;

import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.evaluation.Subject;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one gets without attacks for tables: PGD for which every column is a real number, and a
 * repair of its last point. Numbers have the threat's radius. Columns of 0 and 1 may go all the way
 * where categories may change, and the categories that moved most are switched.
 *
 * @param subject the model, with its domain
 * @param threat what is allowed
 * @param seed of PGD
 */
record RepairedPgd(Subject subject, ThreatModel threat, long seed) {
  private static final int RETREATS = 8;

  /** How many of the rightly decided examples break after the repair. */
  int broken(Examples examples, int[] decided) {
    InputDomain domain = subject.service().domain();
    ThreatModel free = ThreatModel.of(threat.condition());
    int broken = 0;
    try (GradientService service =
        GradientService.builder(subject.service().graph()).domain(real(domain)).build()) {
      double[][] found =
          Pgd.DEFAULT.withUntilBroken(false).run(service, examples, free, seed).inputs();
      double[][] rows = new double[found.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = repaired(domain, examples.row(i), found[i]);
      }
      int[] now = subject.judge().decisions(rows);
      for (int i = 0; i < rows.length; i++) {
        boolean wrong = decided[i] == examples.label(i) && now[i] >= 0 && now[i] != decided[i];
        broken += wrong ? 1 : 0;
      }
    }
    return broken;
  }

  private InputDomain real(InputDomain domain) {
    double whole = threat.categoryChanges() == 0 ? 1e-6 : 1;
    List<Feature> free = new ArrayList<>();
    for (Feature f : domain.features()) {
      double scale = f.kind() == Feature.Kind.BINARY ? whole / threat.radius() : f.scale();
      free.add(
          new Feature(
              f.name(),
              Feature.Kind.REAL,
              f.minimum(),
              f.maximum(),
              scale,
              true,
              Feature.Direction.BOTH));
    }
    return InputDomain.of(free, List.of());
  }

  private double[] repaired(InputDomain domain, double[] clean, double[] found) {
    double[] numbers = clean.clone();
    double part = 1;
    for (int n = 0; n < RETREATS; n++, part /= 2) {
      for (int i = 0; i < clean.length; i++) {
        Feature f = domain.feature(i);
        if (f.kind() != Feature.Kind.BINARY && f.mutable()) {
          double value = clean[i] + part * (found[i] - clean[i]);
          boolean backwards =
              f.direction() == Feature.Direction.INCREASE && value < clean[i]
                  || f.direction() == Feature.Direction.DECREASE && value > clean[i];
          double rounded = value > clean[i] ? Math.floor(value) : Math.ceil(value);
          numbers[i] =
              backwards ? clean[i] : f.kind() == Feature.Kind.INTEGER ? rounded : (float) value;
        }
      }
      double[] row = switched(domain, clean, found, numbers);
      if (domain.violation(row).isEmpty() && domain.price(clean, row) <= threat.budget()) {
        return row;
      }
    }
    return clean;
  }

  /** A category that one may switch to, and how far the search went there. */
  private record Choice(List<Integer> members, int to, double moved) {}

  private double[] switched(InputDomain domain, double[] clean, double[] found, double[] numbers) {
    List<Choice> choices = new ArrayList<>();
    List<Integer> grouped = new ArrayList<>();
    for (InputDomain.OneHot group : domain.groups()) {
      grouped.addAll(group.members());
      int to =
          group.members().stream()
              .max(Comparator.comparingDouble(member -> found[member]))
              .orElseThrow();
      boolean mutable = group.members().stream().allMatch(m -> domain.feature(m).mutable());
      if (mutable && clean[to] == 0) {
        choices.add(new Choice(group.members(), to, found[to]));
      }
    }
    for (int i = 0; i < clean.length; i++) {
      Feature f = domain.feature(i);
      if (f.kind() == Feature.Kind.BINARY
          && f.mutable()
          && !grouped.contains(i)
          && Math.abs(found[i] - clean[i]) > 0.5) {
        choices.add(new Choice(List.of(), i, Math.abs(found[i] - clean[i])));
      }
    }
    double[] row = numbers.clone();
    choices.stream()
        .sorted(Comparator.comparingDouble(Choice::moved).reversed())
        .limit(threat.categoryChanges())
        .forEach(
            choice -> {
              choice.members().forEach(member -> row[member] = 0);
              row[choice.to()] = 1 - clean[choice.to()];
            });
    return row;
  }
}
