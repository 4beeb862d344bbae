package io.sextant.results;

import io.sextant.results.rules.Measurements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A made-up audit in L∞ of two classes, written as strings with one letter per example. Example i
 * is row 100 + i of the data, of class i mod 2.
 */
public final class Trial {
  /** Class names. */
  public static final List<String> CLASSES = List.of("even", "odd");

  private final String clean;
  private final List<SampleRow> rows = new ArrayList<>();
  private final Map<String, AttackInfo> attacks = new LinkedHashMap<>();
  private final Set<Epsilon> radii = new LinkedHashSet<>();
  private final List<Slice> slices = new ArrayList<>();

  /**
   * Starts a trial.
   *
   * @param clean g for right, w for wrong
   */
  public Trial(String clean) {
    this.clean = clean;
  }

  /**
   * Adds an attack at a radius.
   *
   * @param outcomes h held, i inconclusive, 1 to 9 broken at so many tenths of the radius, . not
   *     run; what is wrong is written w
   */
  public Trial run(String attack, String radius, String outcomes) {
    Epsilon epsilon = Epsilon.parse(radius);
    radii.add(epsilon);
    attacks.put(attack, new AttackInfo(attack, List.of(Norm.LINF), Map.of()));
    for (int i = 0; i < outcomes.length(); i++) {
      char letter = outcomes.charAt(i);
      if (letter != '.') {
        Outcome outcome =
            switch (letter) {
              case 'h' -> Outcome.HELD;
              case 'i' -> Outcome.INCONCLUSIVE;
              case 'w' -> Outcome.ALREADY_WRONG;
              default -> Outcome.BROKEN;
            };
        rows.add(
            new SampleRow(
                100 + i,
                i % 2,
                clean.charAt(i) == 'g' ? i % 2 : 1 - i % 2,
                new Cell(Norm.LINF.within(epsilon), attack),
                outcome,
                outcome == Outcome.BROKEN
                    ? OptionalDouble.of(epsilon.value() * (letter - '0') / 10)
                    : OptionalDouble.empty(),
                1,
                1));
      }
    }
    return this;
  }

  /** Names a part of the examples, by their rows of the data. */
  public Trial slice(String name, Integer... samples) {
    slices.add(Slice.of(name, List.of(samples)));
    return this;
  }

  /** The rows so far. */
  public List<SampleRow> rows() {
    return rows;
  }

  /** The table, with the clean predictions of all examples. */
  public SampleTable table() {
    List<Aggregates.CleanPrediction> predictions = new ArrayList<>();
    for (int i = 0; i < clean.length(); i++) {
      predictions.add(
          new Aggregates.CleanPrediction(
              100 + i, i % 2, clean.charAt(i) == 'g' ? i % 2 : 1 - i % 2));
    }
    return new SampleTable(predictions, rows, grid(), slices);
  }

  /** The planned threats. */
  public List<Threat> threats() {
    return radii.isEmpty()
        ? List.of()
        : List.of(new Threat(Norm.LINF, List.copyOf(radii), "untargeted", List.of()));
  }

  /** What was planned. */
  public Grid grid() {
    return Grid.of(threats(), List.copyOf(attacks.values()));
  }

  /** What rules are held against. */
  public Measurements measured() {
    return Measurements.of(CLASSES, table());
  }

  /** The same as counts only. */
  public Measurements counts() {
    SampleTable table = table();
    Accuracy accuracy =
        Aggregates.of(table.rows(), table.clean(), List.of(), grid(), CLASSES.size());
    return new Measurements(CLASSES, accuracy, List.of(), Validity.of(List.of()), Optional.empty());
  }

  /** The same when a validity check tripped. */
  public Measurements unreliable() {
    Measurements sound = measured();
    return new Measurements(
        sound.classes(), sound.accuracy(), sound.explanations(), validity(false), sound.samples());
  }

  /** With one check. */
  public static Validity validity(boolean reliable) {
    return Validity.of(
        List.of(
            new ValidityCheck(
                "zero-gradients",
                "Gradients are not zero",
                reliable ? ValidityCheck.Status.PASS : ValidityCheck.Status.FAIL,
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                "made up",
                List.of(),
                List.of())));
  }

  /** A rule on robust accuracy at radius 0.1. */
  public static Rule.Builder robust(String id) {
    return Rule.builder(id, Metric.ROBUST_ACCURACY).norm(Norm.LINF).epsilon(Epsilon.parse("0.1"));
  }

  /** A rule on clean accuracy. */
  public static Rule.Builder clean(String id) {
    return Rule.builder(id, Metric.CLEAN_ACCURACY);
  }
}
