package io.sextant.gradients.rules;

import io.sextant.gradients.graph.InferenceGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Which node has which {@link BackwardRule}. A composite is a value: a network is prepared once for
 * equal ones.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Composite {
  /**
   * The rule of a node whose value depends on the network's input.
   *
   * @throws IllegalArgumentException when there is none for it, by name
   */
  BackwardRule rule(Site site);

  /** The network that rules are sought for: another one that computes the same. */
  default InferenceGraph prepared(InferenceGraph graph) {
    return graph;
  }

  /** How many reference inputs its rules compare with. */
  default int references() {
    return 0;
  }

  /**
   * This, with another rule for one layer.
   *
   * @param layer its name, as the {@link #prepared} graph has it
   */
  default Composite with(String layer, BackwardRule rule) {
    return new Named(this, Map.of(layer, rule));
  }

  /**
   * A composite with other rules for some layers.
   *
   * @param others the rule of every other layer
   * @param rules by name
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Named(Composite others, Map<String, BackwardRule> rules) implements Composite {
    public Named {
      rules = Map.copyOf(rules);
    }

    @Override
    public BackwardRule rule(Site site) {
      BackwardRule own = rules.get(site.node().name());
      return own == null ? others.rule(site) : own;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when there is no layer of one of the names
     */
    @Override
    public InferenceGraph prepared(InferenceGraph graph) {
      InferenceGraph prepared = others.prepared(graph);
      rules.keySet().forEach(prepared::index);
      return prepared;
    }

    @Override
    public int references() {
      return others.references();
    }

    @Override
    public Composite with(String layer, BackwardRule rule) {
      Map<String, BackwardRule> more = new LinkedHashMap<>(rules);
      more.put(layer, rule);
      return new Named(others, more);
    }
  }
}
