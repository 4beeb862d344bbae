package io.sextant.evaluation;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Aggregates;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Reverification;
import io.sextant.results.SampleRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of an audit, judged again from the inputs of its evidence.
 *
 * @param clean the network's decisions on clean inputs
 * @param rows of attacks, as they must be
 * @param taken the classes for which the network takes the inputs of worst cases
 * @param rejected claims of attacks that did not verify
 * @param checked what was judged again
 * @param unchecked what was taken as recorded
 * @param differences one line each
 */
record Rejudgement(
    List<Aggregates.CleanPrediction> clean,
    List<SampleRow> rows,
    Map<SampleRow.Key, Integer> taken,
    List<Reverification.Rejection> rejected,
    List<String> checked,
    List<String> unchecked,
    List<String> differences) {
  private static final double SAME_DISTANCE = 1e-9;

  /**
   * Judges again.
   *
   * @param subject the network; without it its decisions are taken as recorded
   */
  static Rejudgement of(Path evidence, Manifest manifest, Shape shape, Optional<Subject> subject)
      throws IOException {
    return new Work(evidence, manifest, shape, subject).run();
  }

  /** An input of the evidence, judged. */
  private record Judged(double[] input, int prediction, boolean close) {}

  /** The work under way. */
  private static final class Work {
    private final Path evidence;
    private final Manifest manifest;
    private final Shape shape;
    private final InputDomain domain;
    private final Optional<Subject> subject;
    private final List<String> differences = new ArrayList<>();
    private final List<Aggregates.CleanPrediction> clean = new ArrayList<>();
    private final SortedMap<Integer, SampleRow> rows = new TreeMap<>();
    private final List<Reverification.Rejection> rejected = new ArrayList<>();
    private final Map<Evidence.Input, Outcome> inputs = new HashMap<>();
    private final Map<SampleRow.Key, Integer> taken = new HashMap<>();

    Work(Path evidence, Manifest manifest, Shape shape, Optional<Subject> subject) {
      this.evidence = evidence;
      this.manifest = manifest;
      this.shape = shape;
      this.domain = Domains.domain(manifest.domain(), shape.elements());
      this.subject = subject;
    }

    Rejudgement run() throws IOException {
      List<Evidence.Line> index = Evidence.index(evidence);
      NumberArray cleanInputs = read(Evidence.CLEAN);
      judgeClean(cleanInputs);
      SortedMap<String, List<Integer>> byFile = new TreeMap<>();
      for (int i = 0; i < index.size(); i++) {
        Evidence.Line line = index.get(i);
        require(line, cleanInputs);
        byFile
            .computeIfAbsent(
                line.input().map(Evidence.Input::file).orElse(""), f -> new ArrayList<>())
            .add(i);
      }
      for (Map.Entry<String, List<Integer>> file : byFile.entrySet()) {
        Map<Integer, Judged> judged = judge(file.getKey(), file.getValue(), index);
        for (int i : file.getValue()) {
          Evidence.Line line = index.get(i);
          Optional<Judged> input = line.input().map(at -> judged.get(at.row()));
          SampleRow row = row(line, cleanInputs.row(line.place()), input);
          if (row.isWorstCase()) { // whose input may be that of a smaller radius again
            input.ifPresent(worst -> taken.put(row.key(), worst.prediction()));
          } else {
            line.input().ifPresent(at -> inputs.merge(at, row.outcome(), Work::graver));
          }
          rows.put(i, row);
        }
      }
      for (Map.Entry<Integer, SampleRow> at : rows.entrySet()) {
        SampleRow row = at.getValue();
        if (!row.isWorstCase() && row.outcome() == Outcome.INCONCLUSIVE) {
          index
              .get(at.getKey())
              .reason()
              .ifPresent(
                  why -> rejected.add(new Reverification.Rejection(row.sample(), row.cell(), why)));
        }
      }
      return new Rejudgement(
          clean,
          rows.values().stream().filter(row -> !row.isWorstCase()).toList(),
          taken,
          rejected,
          checked(),
          unchecked(),
          differences);
    }

    private static Outcome graver(Outcome one, Outcome other) {
      return one == Outcome.BROKEN ? one : other;
    }

    private NumberArray read(String name) {
      NumberArray array = NumberArray.read(evidence.resolve(name));
      int width = 1;
      for (int d = 1; d < array.shape().length; d++) {
        width *= array.shape()[d];
      }
      if (array.shape()[0] > 0 && width != shape.elements()) {
        throw new IllegalArgumentException(
            "%s has rows of %d values but the manifest's input shape %s has %d"
                .formatted(name, width, shape, shape.elements()));
      }
      return array;
    }

    private void judgeClean(NumberArray inputs) throws IOException {
      List<Aggregates.CleanPrediction> recorded = Evidence.examples(evidence);
      if (recorded.size() != inputs.shape()[0]) {
        throw new IllegalArgumentException(
            "%s has %d examples but %s has %d"
                .formatted(Evidence.EXAMPLES, recorded.size(), Evidence.CLEAN, inputs.shape()[0]));
      }
      int[] decided = subject.map(s -> s.judge().decisions(inputs.rows())).orElse(new int[0]);
      for (int i = 0; i < recorded.size(); i++) {
        Aggregates.CleanPrediction own = recorded.get(i);
        int now = subject.isPresent() ? decided[i] : own.predicted();
        if (now != own.predicted()) {
          differences.add(
              "sample %d: the clean input is predicted as %d, recorded was %d"
                  .formatted(own.sample(), now, own.predicted()));
        }
        clean.add(new Aggregates.CleanPrediction(own.sample(), own.label(), now));
      }
    }

    private void require(Evidence.Line line, NumberArray inputs) {
      int count = inputs.shape()[0];
      if (line.place() < 0 || line.place() >= count) {
        throw new IllegalArgumentException(
            "%s does not fit the arrays beside it: row %d of %d"
                .formatted(Evidence.INDEX, line.place(), count));
      }
      Aggregates.CleanPrediction own = clean.get(line.place());
      SampleRow row = line.row();
      if (own.sample() != row.sample() || own.label() != row.label()) {
        differences.add(
            "%s: it is sample %d of class %d in %s, but sample %d of class %d in %s"
                .formatted(
                    row.key(),
                    row.sample(),
                    row.label(),
                    Evidence.INDEX,
                    own.sample(),
                    own.label(),
                    Evidence.EXAMPLES));
      } else if (row.predicted() != own.predicted()) {
        differences.add(
            "%s: the clean input is predicted as %d, recorded was %d"
                .formatted(row.key(), own.predicted(), row.predicted()));
      }
    }

    /** Decisions on those rows of a file that the index names. */
    private Map<Integer, Judged> judge(
        String name, List<Integer> lines, List<Evidence.Line> index) {
      if (name.isEmpty()) {
        return Map.of();
      }
      NumberArray array = read(name);
      SortedMap<Integer, Integer> recorded = new TreeMap<>();
      for (int i : lines) {
        Evidence.Line line = index.get(i);
        int at = line.input().orElseThrow().row();
        if (at < 0 || at >= array.shape()[0]) {
          throw new IllegalArgumentException(
              "%s does not fit the arrays beside it: row %d of %d in %s"
                  .formatted(Evidence.INDEX, at, array.shape()[0], name));
        }
        recorded.put(at, line.prediction().orElse(SampleRow.NO_CLASS));
      }
      List<Integer> places = List.copyOf(recorded.keySet());
      double[][] inputs = places.stream().map(array::row).toArray(double[][]::new);
      int[] decided =
          subject
              .map(s -> s.judge().decisions(inputs))
              .orElseGet(() -> recorded.values().stream().mapToInt(Integer::intValue).toArray());
      Optional<double[][]> logits = subject.map(s -> s.service().as("verification").logits(inputs));
      Map<Integer, Judged> judged = new HashMap<>();
      for (int i = 0; i < inputs.length; i++) {
        int at = i;
        boolean close =
            logits.map(l -> Scores.margin(l[at]) < AuditRecord.SMALL_MARGIN).orElse(false);
        judged.put(places.get(i), new Judged(inputs[i], decided[i], close));
      }
      return judged;
    }

    /** The row as it must be, given what the network decides now. */
    private SampleRow row(Evidence.Line line, double[] cleanInput, Optional<Judged> input) {
      SampleRow recorded = line.row();
      Aggregates.CleanPrediction own = clean.get(line.place());
      if (own.predicted() < 0) {
        return with(recorded, own, Outcome.INCONCLUSIVE, OptionalDouble.empty());
      } else if (!own.correct()) {
        return with(recorded, own, Outcome.ALREADY_WRONG, OptionalDouble.empty());
      }
      boolean claimed = recorded.outcome() == Outcome.BROKEN;
      if (input.isEmpty()) {
        if (claimed) {
          differences.add(recorded.key() + ": no input of the evidence shows that it is broken");
        }
        return with(recorded, own, unbroken(recorded), OptionalDouble.empty());
      }
      Judged judged = input.get();
      if (judged.prediction() != line.prediction().orElse(judged.prediction())) {
        differences.add(
            "%s: the adversarial input is predicted as %d, recorded was %d"
                .formatted(recorded.key(), judged.prediction(), line.prediction().getAsInt()));
      }
      Optional<String> flaw = flaw(recorded, own.label(), cleanInput, judged);
      if (claimed && flaw.isPresent()) {
        differences.add(recorded.key() + ": " + flaw.get());
      }
      // The engine and the network may part in the last digits, and then a held input counts as
      // held.
      if (flaw.isPresent() || !claimed && judged.close()) {
        return with(recorded, own, unbroken(recorded), OptionalDouble.empty());
      }
      double distance = verifier(norm(recorded)).distance(cleanInput, judged.input());
      if (!claimed) {
        differences.add(
            "%s: recorded as %s, but the input in the evidence breaks it at distance %s"
                .formatted(recorded.key(), recorded.outcome().key(), distance));
        return with(recorded, own, Outcome.BROKEN, OptionalDouble.of(distance));
      }
      double told = recorded.distance().orElseThrow();
      if (Math.abs(distance - told) <= SAME_DISTANCE) {
        return with(recorded, own, Outcome.BROKEN, OptionalDouble.of(told));
      }
      differences.add(
          "%s: the distance is %s, recorded was %s".formatted(recorded.key(), distance, told));
      return with(recorded, own, Outcome.BROKEN, OptionalDouble.of(distance));
    }

    /** Why an input does not break its example, if it does not. */
    private Optional<String> flaw(SampleRow row, int label, double[] cleanInput, Judged judged) {
      double radius =
          row.condition().sharedRadius().map(Epsilon::value).orElse(Double.POSITIVE_INFINITY);
      OptionalInt target =
          threat(norm(row)).target().map(OptionalInt::of).orElse(OptionalInt.empty());
      return verifier(norm(row))
          .violation(cleanInput, judged.input(), radius)
          .or(
              () ->
                  manifest.plan().attacks().stream()
                      .filter(info -> info.name().equals(row.attack()))
                      .findFirst()
                      .flatMap(info -> Footprints.of(info, shape, radius))
                      .flatMap(f -> Footprints.violation(f, shape, cleanInput, judged.input())))
          .or(
              () ->
                  Verifier.fooled(target, label, judged.prediction())
                      ? Optional.empty()
                      : Optional.of("the input does not fool the model"));
    }

    private static Outcome unbroken(SampleRow recorded) {
      return recorded.outcome() == Outcome.INCONCLUSIVE ? Outcome.INCONCLUSIVE : Outcome.HELD;
    }

    private static SampleRow with(
        SampleRow row, Aggregates.CleanPrediction own, Outcome outcome, OptionalDouble distance) {
      return new SampleRow(
          own.sample(),
          own.label(),
          own.predicted(),
          row.cell(),
          outcome,
          distance,
          row.forwards(),
          row.backwards());
    }

    private Verifier verifier(Norm norm) {
      return new Verifier(domain, norm, threat(norm).categoryChanges(), threat(norm).mostPaid());
    }

    private Manifest.Threat threat(Norm norm) {
      return manifest.threats().stream()
          .filter(t -> t.norm().equals(norm.key()))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("the manifest has no threat " + norm.key()));
    }

    private static Norm norm(SampleRow row) {
      return row.condition()
          .sharedNorm()
          .orElseThrow(() -> new IllegalArgumentException("%s has no norm".formatted(row.key())));
    }

    private List<String> checked() {
      long wrong = clean.stream().filter(own -> !own.correct()).count();
      long adversarial = inputs.values().stream().filter(Outcome.BROKEN::equals).count();
      long held =
          inputs.values().stream()
              .filter(o -> o == Outcome.HELD || o == Outcome.INCONCLUSIVE)
              .count();
      String network = subject.isPresent() ? ", and the network's decisions" : "";
      return List.of(
          "%d adversarial inputs: domain, distance, and that they fool the network as the goal asks"
              .formatted(adversarial),
          "%d other inputs that attacks ended at: that they do not fool the network"
              .formatted(held),
          "%d clean inputs, %d of them wrong without an attack%s"
              .formatted(clean.size(), wrong, network));
    }

    private List<String> unchecked() {
      long bare =
          rows.values().stream()
              .filter(row -> row.outcome() == Outcome.HELD && !row.isWorstCase())
              .count();
      List<String> unchecked = new ArrayList<>();
      unchecked.add("numbers of forward and backward passes: as recorded, and added up again");
      if (bare > 0) {
        unchecked.add(
            "that the attacks found nothing more in %d rows that held: only a new audit can tell"
                .formatted(bare));
      }
      return unchecked;
    }
  }
}
