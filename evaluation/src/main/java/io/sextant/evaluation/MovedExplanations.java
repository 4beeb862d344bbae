package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Output;
import io.sextant.explainers.attack.Aim;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.Moved;
import io.sextant.explainers.quality.Judged;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.ExplanationQuality.Measure;
import io.sextant.spec.Configured;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an attack on explanations did to each explainer. What it found is decided by the model's
 * judge and checked against radius and domain by code that did not search for it.
 *
 * @param result for the record
 * @param found for the evidence, one per explainer that it fits
 */
record MovedExplanations(ExplanationQuality.Attack result, List<Found> found) {
  // The judge may compute in another precision than the search did.
  private static final double ROUNDING = 1e-4;

  /**
   * Inputs that were found for one explainer.
   *
   * @param attack its id
   * @param explainer its id
   * @param inputs one per example
   */
  record Found(String attack, String explainer, List<Verified> inputs) {}

  /**
   * An input that was found.
   *
   * @param moved by the search
   * @param decision of the judge
   * @param outputChange of the explained class's probability, by the judge
   * @param distance from its definition
   * @param reason why it does not count
   */
  record Verified(
      Moved moved, int decision, double outputChange, double distance, Optional<String> reason) {
    boolean counts() {
      return moved.changed() && reason.isEmpty();
    }
  }

  static MovedExplanations by(
      Configured configured,
      ExplanationAttack attack,
      Preparation prepared,
      GradientService service,
      Examples clean,
      Map<String, Explainer> explainers) {
    List<ExplanationQuality.Attacked> attacked = new ArrayList<>();
    List<Found> found = new ArrayList<>();
    for (Map.Entry<String, Explainer> one : explainers.entrySet()) {
      try {
        Judged judged = Judged.of(service, clean, Output.LOGIT, one.getValue());
        Optional<String> unfit = attack.unfit(judged);
        if (unfit.isPresent()) {
          attacked.add(attacked(one.getKey(), clean, List.of(), List.of(), unfit));
          continue;
        }
        List<Verified> inputs = verified(prepared, attack, judged, attack.run(judged));
        attacked.add(
            attacked(
                one.getKey(),
                clean,
                inputs,
                measures(prepared, attack, judged, inputs),
                Optional.empty()));
        found.add(new Found(configured.id(), one.getKey(), inputs));
      } catch (NotFiniteException e) {
        // One explainer that has no number somewhere must not cost the others theirs.
        attacked.add(
            attacked(
                one.getKey(),
                clean,
                List.of(),
                List.of(),
                Optional.of(String.valueOf(e.getMessage()))));
      }
    }
    return new MovedExplanations(
        new ExplanationQuality.Attack(
            configured.id(),
            attack.name(),
            ExplanationStage.told(attack.configuration()),
            attacked),
        found);
  }

  private static ExplanationQuality.Attacked attacked(
      String explainer,
      Examples clean,
      List<Verified> inputs,
      List<Measure> measures,
      Optional<String> unfit) {
    return new ExplanationQuality.Attacked(
        explainer,
        clean.size(),
        Math.toIntExact(inputs.stream().filter(Verified::counts).count()),
        Math.toIntExact(inputs.stream().filter(v -> v.reason().isPresent()).count()),
        inputs.stream().filter(Verified::counts).mapToDouble(Verified::outputChange).max(),
        measures,
        unfit);
  }

  private static List<Verified> verified(
      Preparation prepared, ExplanationAttack attack, Judged judged, List<Moved> found) {
    Judge judge = prepared.subject().model().judge();
    Examples clean = judged.examples();
    double[][] inputs = found.stream().map(Moved::input).toArray(double[][]::new);
    int[] decisions = judge.decisions(inputs);
    int[] before = judge.decisions(clean);
    double[][] logits = judge.logits(inputs);
    double[][] logitsBefore = judge.logits(clean.rows());
    Verifier verifier =
        new Verifier(prepared.data().domain(), attack.norm(), 0, Double.POSITIVE_INFINITY);
    List<Verified> verified = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      double change =
          Math.abs(
              probability(logits[i], clean.label(i))
                  - probability(logitsBefore[i], clean.label(i)));
      Optional<String> reason =
          decisions[i] < 0 || decisions[i] != before[i]
              ? Optional.of("decided for class %d, not %d".formatted(decisions[i], before[i]))
              : !(change <= attack.outputChange() + ROUNDING)
                  ? Optional.of(
                      "the probability moved by %s, more than %s"
                          .formatted(change, attack.outputChange()))
                  : verifier.violation(clean.row(i), inputs[i], attack.radius().value());
      verified.add(
          new Verified(
              found.get(i),
              decisions[i],
              change,
              verifier.distance(clean.row(i), inputs[i]),
              found.get(i).changed() ? reason : Optional.empty()));
    }
    return verified;
  }

  private static double probability(double[] logits, int label) {
    return Logits.probabilities(logits)[label];
  }

  /** Of the inputs that count. */
  private static List<Measure> measures(
      Preparation prepared, ExplanationAttack attack, Judged judged, List<Verified> inputs) {
    List<Integer> places = new ArrayList<>();
    List<double[]> changed = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).counts()) {
        places.add(i);
        changed.add(inputs.get(i).moved().input());
      }
    }
    if (places.isEmpty()) {
      return List.of();
    }
    ExplanationPairs.Maps maps =
        new ExplanationPairs(
                judged.examples().at(places.stream().mapToInt(Integer::intValue).toArray()),
                changed.toArray(double[][]::new),
                prepared.data().domain())
            .explained(judged.service(), judged.explainer(), prepared.spec().seed());
    List<Measure> measures = new ArrayList<>(maps.measures());
    measures.add(
        new Measure("aim", rise(attack, maps, maps.changed()), rise(attack, maps, maps.noisy())));
    return measures;
  }

  /** By how much more what the attack makes large is than on clean inputs. */
  private static OptionalDouble rise(
      ExplanationAttack attack, ExplanationPairs.Maps maps, double[][] after) {
    double[] rises = new double[after.length];
    for (int i = 0; i < rises.length; i++) {
      Aim.Goal goal = attack.aim().goal(maps.clean()[i], maps.shape());
      rises[i] = goal.value(after[i]) - goal.value(maps.clean()[i]);
    }
    return ExplanationPairs.mean(rises);
  }
}
