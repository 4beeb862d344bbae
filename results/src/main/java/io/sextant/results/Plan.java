package io.sextant.results;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What was asked for.
 *
 * @param threats in the order of the spec
 * @param attacks in the order of the spec
 * @param seed of every random choice
 * @param spec the resolved spec, defaults filled in, as YAML
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Plan(List<Threat> threats, List<AttackInfo> attacks, long seed, String spec) {
  public Plan {
    threats = List.copyOf(threats);
    attacks = List.copyOf(attacks);
  }

  /** What is to be found out. */
  public Grid grid() {
    return Grid.of(threats, attacks);
  }
}
