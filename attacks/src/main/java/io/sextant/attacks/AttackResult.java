package io.sextant.attacks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What an attack did, example by example, in the order given.
 *
 * @param attack the attack's name
 * @param threat what the attacker was allowed and wanted
 * @param examples one result per example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackResult(String attack, ThreatModel threat, List<ExampleResult> examples) {
  public AttackResult {
    examples = List.copyOf(examples);
  }

  /** One outcome per example. */
  public List<Outcome> outcomes() {
    return examples.stream().map(ExampleResult::outcome).toList();
  }

  /** {@code [examples][features]}: the input that stands for each example. */
  public double[][] inputs() {
    return examples.stream().map(example -> example.input().clone()).toArray(double[][]::new);
  }

  /** Number of examples with an outcome of a kind. */
  public long count(io.sextant.results.Outcome kind) {
    return outcomes().stream().filter(outcome -> outcome.kind() == kind).count();
  }

  /** On how many examples the attack had no gradient to follow. */
  public ZeroGradients zeroGradients() {
    return new ZeroGradients(
        Math.toIntExact(examples.stream().filter(ExampleResult::zeroGradientAtStart).count()),
        Math.toIntExact(examples.stream().filter(example -> example.backwards() > 0).count()));
  }

  /** What parts without gradients broke where others had failed. */
  public BlindBreaks blindBreaks() {
    return BlindBreaks.of(examples.stream().map(ExampleResult::stages).toList());
  }

  /** What to know before the outcomes are believed, a sentence each; mostly none. */
  public List<String> remarks() {
    return Stream.of(zeroGradients().remark(attack), blindBreaks().remark(attack))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * One line, for example {@code pgd at L∞ 8/255: 20 broken, 12 held, 1 wrong already of 33}, and
   * the remarks.
   */
  @Override
  public String toString() {
    long inconclusive = count(io.sextant.results.Outcome.INCONCLUSIVE);
    String counts =
        "%s at %s: %d broken, %d held, %d wrong already%s of %d"
            .formatted(
                attack,
                threat.condition().describe(),
                count(io.sextant.results.Outcome.BROKEN),
                count(io.sextant.results.Outcome.HELD),
                count(io.sextant.results.Outcome.ALREADY_WRONG),
                inconclusive == 0 ? "" : ", %d inconclusive".formatted(inconclusive),
                examples.size());
    return remarks().isEmpty() ? counts : counts + "; " + String.join("; ", remarks());
  }
}
