package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.nd4j.common.util.ND4JFileUtils;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The engine that runs wherever ND4J does.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Nd4jEngine implements Engine {
  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Set<Precision> precisions() {
    return Set.of(Precision.FLOAT, Precision.DOUBLE);
  }

  @Override
  public String description() {
    String version = ND4JFileUtils.class.getPackage().getImplementationVersion();
    return "ND4J "
        + (version == null ? "1.0.0-M2.1" : version)
        + ", "
        + Nd4j.getBackend().getClass().getSimpleName();
  }

  @Override
  public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
    Map<Parameter, Block> blocks = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      for (Parameter parameter : node.operation().parameters()) {
        blocks.computeIfAbsent(parameter, p -> new Block(precision, weights.values(p)));
      }
    }
    return new Nd4jProgram(graph, precision, blocks);
  }

  private record Nd4jProgram(
      InferenceGraph graph, Precision precision, Map<Parameter, Block> weights) implements Program {
    @Override
    public Session open(int capacity, int nativeThreads) {
      if (nativeThreads != 1) {
        throw new IllegalArgumentException(
            "the nd4j engine uses one native thread in a call but was given " + nativeThreads);
      }
      return new Nd4jSession(graph, weights, precision, capacity);
    }

    @Override
    public void close() {
      weights.values().forEach(Block::close);
    }
  }
}
