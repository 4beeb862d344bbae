package io.sextant.gradients.rules;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Where a node stands in its network.
 *
 * @param node the node
 * @param inputs the shapes of the values that it reads
 * @param varying for each of them, whether it depends on the network's input
 * @param first whether no layer with weights lies before it
 * @param last whether no layer with weights lies behind it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Site(
    Node node, List<Shape> inputs, List<Boolean> varying, boolean first, boolean last) {
  public Site {
    inputs = List.copyOf(inputs);
    varying = List.copyOf(varying);
  }
}
