package io.sextant.attacks;

import java.util.List;
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
}
