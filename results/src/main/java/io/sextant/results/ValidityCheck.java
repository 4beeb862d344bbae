package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * A check that the attacks were fit to measure robustness.
 *
 * @param id stable name
 * @param title for people
 * @param status what came out
 * @param reason why it was skipped
 * @param measured the figure that was judged
 * @param threshold what it was judged against
 * @param explanation what the check means and what to do when it trips
 * @param concerns metrics whose figures rest on it, empty for all; clean accuracy, for example,
 *     does not rest on the strength of an attack
 * @param affected where robust accuracy is in doubt, empty for everywhere
 * @param exceptions rows of the data that deviate without tripping it
 * @see "Carlini, N., Athalye, A., Papernot, N., et al.: On evaluating adversarial robustness. 2019,
 *     arXiv:1902.06705"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ValidityCheck(
    String id,
    String title,
    Status status,
    Optional<String> reason,
    OptionalDouble measured,
    OptionalDouble threshold,
    String explanation,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Metric> concerns,
    List<Affected> affected,
    List<Integer> exceptions) {
  /** What to do about each known check when it trips. */
  static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("engine-health", "run sextant inspect on the model, and try the other engine"),
          Map.entry(
              "finite-logits", "find the layer that overflows; scale the inputs as in training"),
          Map.entry(
              "zero-gradients", "remove saturation, rounding or what else stops the gradient"),
          Map.entry("pgd-vs-fgsm", "give pgd more steps or restarts"),
          Map.entry("attack-reach", "give the attack more or longer steps, or leave step-size out"),
          Map.entry("convergence", "give the attack more steps"),
          Map.entry(
              "epsilon-monotone", "give the attack more steps or restarts at the larger epsilon"),
          Map.entry("noise-baseline", "give the attacks more restarts; look for hidden gradients"),
          Map.entry(
              "huge-epsilon",
              "look for hidden gradients; check the bounds and the labels of the data"),
          Map.entry(
              "re-verification", "run sextant inspect on the model, and try the other engine"),
          Map.entry(
              "random-output",
              "fix the randomness of the model, or average over it, before it is audited"),
          Map.entry("probability-outputs", "let the model give logits instead of probabilities"),
          Map.entry(
              "logit-scale", "undo the factor on the logits, or train the network without it"),
          Map.entry(
              "unstable-predictions",
              "look for what roughens or randomises the input, and attack the model without it"),
          Map.entry(
              "shattered-gradients",
              "look for what breaks the gradient up, and attack the model without it"),
          Map.entry(
              "silent-success",
              "ask about inputs with the trial's own questions, which judge them"),
          Map.entry("incomplete-optimisation", "give the attack more steps, or steps that shrink"),
          Map.entry("black-box-breaks", "look for hidden gradients; run the preset thorough"));

  public ValidityCheck {
    Check.notBlank("id", id);
    Check.finite("measured", measured);
    Check.finite("threshold", threshold);
    concerns = List.copyOf(concerns);
    affected = List.copyOf(affected);
    exceptions = List.copyOf(exceptions);
    if ((status == Status.SKIPPED || status == Status.NOT_RUN) && reason.isEmpty()) {
      throw new IllegalArgumentException(
          "check %s: a check that was left out must give a reason".formatted(id));
    }
  }

  /** A check on which every figure rests. */
  public ValidityCheck(
      String id,
      String title,
      Status status,
      Optional<String> reason,
      OptionalDouble measured,
      OptionalDouble threshold,
      String explanation,
      List<Affected> affected,
      List<Integer> exceptions) {
    this(
        id,
        title,
        status,
        reason,
        measured,
        threshold,
        explanation,
        List.of(),
        affected,
        exceptions);
  }

  /**
   * What to do when it trips, in a few words; empty for a check that this version does not know.
   */
  public Optional<String> remedy() {
    return Optional.ofNullable(REMEDIES.get(id));
  }

  /** Whether figures that a rule selects rest on it. */
  public boolean bearsOn(Rule rule) {
    return (concerns.isEmpty() || concerns.contains(rule.metric()))
        && (rule.metric() != Metric.ROBUST_ACCURACY
            || affected.isEmpty()
            || affected.stream().anyMatch(where -> where.bearsOn(rule)));
  }

  /**
   * What came out of a check.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Status {
    /** Nothing to see. */
    PASS,
    /** Worth a look, trusted all the same. */
    WARN,
    /** Tripped: the figures are not to be trusted. */
    FAIL,
    /** Does not apply to this audit, for a reason. */
    SKIPPED,
    /** Left out, for a reason: what rests on the attacks is not to be trusted where it passes. */
    NOT_RUN
  }

  /**
   * A condition, under all attacks together or one.
   *
   * @param condition the condition
   * @param attack whose figures are in doubt, and with them the worst case; empty for all attacks
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Affected(Condition condition, Optional<String> attack) {
    /** All attacks under a condition. */
    public Affected(Condition condition) {
      this(condition, Optional.empty());
    }

    /** The figure of one attack. */
    public static Affected by(Cell cell) {
      return new Affected(cell.condition(), Optional.of(cell.method()));
    }

    private boolean bearsOn(Rule rule) {
      return rule.asksFor(condition)
          && (attack.isEmpty() || rule.attack().map(attack.get()::equals).orElse(true));
    }
  }
}
