package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Something that the literature asks of an evaluation of robustness, and how this one answers.
 *
 * @param source {@code pintor-2022}: the indicators of attack failure; {@code carlini-2019}: the
 *     list of section 3, whose part begins the item; {@code autoattack-2020}: the flags of its code
 * @param item stable name within the source
 * @param asks what should be so, in a line
 * @param answer how it is here
 * @param checks validity checks that answer, by id: the evidence
 * @param stands where in the result it stands, for what is reported rather than checked
 * @param person what a person must still judge; empty for nothing
 * @see "Pintor, Demetrio, Sotgiu, Demontis, Carlini, Biggio, Roli: Indicators of Attack Failure.
 *     NeurIPS 2022, arXiv:2106.09947"
 * @see "Carlini, Athalye, Papernot, Brendel, Rauber, Tsipras, Goodfellow, Madry, Kurakin: On
 *     Evaluating Adversarial Robustness. 2019, arXiv:1902.06705"
 * @see "Croce, Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse
 *     parameter-free attacks. ICML 2020, arXiv:2003.01690"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Criterion(
    String source,
    String item,
    String asks,
    Answer answer,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> checks,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> stands,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String person) {
  public Criterion {
    Objects.requireNonNull(answer, "answer");
    Check.notBlank("source", source);
    Check.notBlank("item", item);
    Check.notBlank("asks", asks);
    checks = List.copyOf(checks);
    stands = List.copyOf(stands);
  }

  /**
   * How an evaluation answers.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Answer {
    /** No check trips that it rests on. */
    MET,
    /** A check trips. */
    NOT_MET,
    /** A check was left out, or none applies. */
    NOT_MEASURED,
    /** It stands in the result. */
    REPORTED,
    /** A machine cannot tell. */
    PERSON
  }

  /** The same, answered by the checks of an audit. */
  Criterion answered(List<ValidityCheck> all) {
    return new Criterion(source, item, asks, answer(all), checks, stands, person);
  }

  private Answer answer(List<ValidityCheck> all) {
    if (checks.isEmpty()) {
      return stands.isEmpty() ? Answer.PERSON : Answer.REPORTED;
    }
    List<ValidityCheck.Status> own =
        all.stream().filter(c -> checks.contains(c.id())).map(ValidityCheck::status).toList();
    if (own.contains(ValidityCheck.Status.FAIL)) {
      return Answer.NOT_MET;
    }
    boolean seen =
        own.contains(ValidityCheck.Status.PASS) || own.contains(ValidityCheck.Status.WARN);
    return seen && !own.contains(ValidityCheck.Status.NOT_RUN) ? Answer.MET : Answer.NOT_MEASURED;
  }
}
