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
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.methods.Passes;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.ExplanationQuality.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What an attack on explanations did to those by one explainer: a unit of work. What it found is
 * decided by the model's judge and checked against radius and domain by code that did not search
 * for it.
 *
 * @param result for the record
 * @param inputs one per example; none where the attack does not fit
 * @param passes that it took
 */
record MovedExplanations(ExplanationQuality.Attacked result, List<Verified> inputs, Passes passes) {
  // The judge may compute in another precision than the search did.
  private static final double ROUNDING = 1e-4;

  /**
   * What is kept of them in the evidence.
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

  /** Whether it is of so many examples. */
  boolean fits(int examples) {
    return result.unfit().isPresent() || inputs.size() == examples;
  }

  /**
   * Attacks the explanations by one explainer.
   *
   * @param attack configured
   * @param name of the explainer in the audit
   * @param explainer fitted to the data
   * @param judge decides about what was found
   * @param domain of the inputs
   * @param seed of the noise beside it
   * @param service counts the passes
   * @param clean inputs, labelled as the judge decides them
   * @param probabilities of these labels, by the judge
   * @param spent since the attack began
   */
  static MovedExplanations by(
      ExplanationAttack attack,
      String name,
      Explainer explainer,
      Judge judge,
      InputDomain domain,
      long seed,
      GradientService service,
      Examples clean,
      double[] probabilities,
      Supplier<Passes> spent) {
    try {
      Judged judged = Judged.of(service, clean, Output.LOGIT, explainer);
      Optional<String> unfit = attack.unfit(judged);
      if (unfit.isPresent()) {
        return new MovedExplanations(
            attacked(name, clean, List.of(), List.of(), unfit), List.of(), spent.get());
      }
      List<Verified> inputs =
          verified(judge, domain, attack, judged, probabilities, attack.run(judged));
      List<Measure> measures = measures(domain, seed, attack, judged, inputs);
      return new MovedExplanations(
          attacked(name, clean, inputs, measures, Optional.empty()), inputs, spent.get());
    } catch (NotFiniteException e) {
      // One explainer that has no number somewhere must not cost the others theirs.
      Optional<String> reason = Optional.of(String.valueOf(e.getMessage()));
      return new MovedExplanations(
          attacked(name, clean, List.of(), List.of(), reason), List.of(), spent.get());
    }
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
      Judge judge,
      InputDomain domain,
      ExplanationAttack attack,
      Judged judged,
      double[] probabilities,
      List<Moved> found) {
    Examples clean = judged.examples();
    double[][] inputs = found.stream().map(Moved::input).toArray(double[][]::new);
    int[] decisions = judge.decisions(inputs);
    double[] after = probabilities(judge, inputs, clean.labels());
    Verifier verifier = new Verifier(domain, attack.norm(), 0, Double.POSITIVE_INFINITY);
    List<Verified> verified = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      double change = Math.abs(after[i] - probabilities[i]);
      Optional<String> reason =
          decisions[i] != clean.label(i)
              ? Optional.of("decided for class %d, not %d".formatted(decisions[i], clean.label(i)))
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

  /** What the judge says of a class for each row. */
  static double[] probabilities(Judge judge, double[][] rows, int[] classes) {
    double[][] logits = judge.logits(rows);
    return IntStream.range(0, rows.length)
        .mapToDouble(i -> Logits.probabilities(logits[i])[classes[i]])
        .toArray();
  }

  /** Of the inputs that count. */
  private static List<Measure> measures(
      InputDomain domain,
      long seed,
      ExplanationAttack attack,
      Judged judged,
      List<Verified> inputs) {
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
                domain)
            .explained(judged.service(), judged.explainer(), seed);
    List<Measure> measures = new ArrayList<>(maps.measures());
    measures.add(
        new Measure(
            "aim",
            rise(attack, maps, maps.changed(), maps.all()),
            rise(attack, maps, maps.noisy(), maps.disturbed())));
    return measures;
  }

  /** By how much more what the attack makes large is than on clean inputs. */
  private static OptionalDouble rise(
      ExplanationAttack attack, ExplanationPairs.Maps maps, double[][] after, int[] places) {
    double[] rises = new double[places.length];
    for (int k = 0; k < rises.length; k++) {
      double[] clean = maps.clean()[places[k]];
      Aim.Goal goal = attack.aim().goal(clean, maps.shape());
      rises[k] = goal.value(after[places[k]]) - goal.value(clean);
    }
    return ExplanationPairs.mean(rises);
  }
}
