package io.sextant.onednn;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Weights;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * The engine that is fastest where oneDNN has natives: Linux, macOS and Windows on x86_64.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OnednnEngine implements Engine {
  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Optional<String> unavailable() {
    return Dnnl.unavailable();
  }

  @Override
  public Set<Precision> precisions() {
    return Set.of(Precision.FLOAT);
  }

  @Override
  public String description() {
    return "oneDNN " + Dnnl.version() + ", " + Dnnl.instructionSet();
  }

  @Override
  public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
    // ND4J must be up before its setting of threads is touched.
    Dnnl.library();
    return new OnednnProgram(graph, weights);
  }
}
