package io.sextant.onednn;

import io.sextant.gradients.engine.Program;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.nd4j.NativeThreads;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A graph, its weights, and the plans made of it so far. */
final class OnednnProgram implements Program {
  /** What a core's own cache holds on most machines. */
  private static final long CACHE_BYTES = 1L << 20;

  private static final int LARGEST_TILE = 512;

  private record Size(Plan.Purpose purpose, boolean open, int rows, int threads) {}

  private final InferenceGraph graph;
  private final Weights weights;
  private final Constants constants = new Constants();
  private final Stages fused;
  private final int tile;
  private final boolean finite;
  private final Map<Size, Plan> plans = new HashMap<>();
  private @Nullable Stages open;
  private @Nullable Stages single;

  /** Stages, and the nodes that oneDNN does not run. */
  private record Stages(List<Stage> order, Set<Integer> fallbacks) {}

  OnednnProgram(InferenceGraph graph, Weights weights) {
    this.graph = graph;
    this.weights = weights;
    this.fused = runnable(true, false, Plan.Purpose.GRADIENT);
    this.tile = tile();
    this.finite = graph.nodes().stream().allMatch(this::isFinite);
  }

  /** Constants may be infinite, as masks of attention are; what is no number is none anywhere. */
  private boolean isFinite(Node node) {
    boolean constant = node.operation() instanceof Operation.Constant;
    return node.operation().parameters().stream()
        .flatMapToDouble(parameter -> Arrays.stream(weights.values(parameter)))
        .allMatch(value -> constant ? !Double.isNaN(value) : Double.isFinite(value));
  }

  /** Stages that oneDNN takes, found by trying: what it refuses falls back. */
  private Stages runnable(boolean fuse, boolean open, Plan.Purpose purpose) {
    Set<Integer> fallbacks = new TreeSet<>();
    for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
      if (!Fusion.supports(graph, node)) {
        fallbacks.add(node.index());
      }
    }
    while (true) {
      List<Stage> stages = Fusion.stages(graph, weights, fallbacks, fuse, open);
      try {
        plans.put(new Size(purpose, open, 1, 1), assemble(stages, purpose, 1, 1));
        return new Stages(stages, fallbacks);
      } catch (UnsupportedStageException e) {
        if (!fallbacks.add(e.stage().base())) {
          throw new IllegalArgumentException(
              "layer %s: the onednn engine cannot run it; choose engine nd4j"
                  .formatted(graph.nodes().get(e.stage().base()).name()),
              e);
        }
      }
    }
  }

  private Plan assemble(List<Stage> stages, Plan.Purpose purpose, int rows, int threads) {
    // Kernels are made for as many threads as will run them.
    return NativeThreads.get(
        threads, () -> Assembly.assemble(graph, stages, constants, rows, purpose));
  }

  /** As many rows as let the largest layer's input and output stay in the cache. */
  private int tile() {
    long largest = 1;
    for (Node node : graph.nodes()) {
      if (atOnce(node.operation())) {
        continue;
      }
      long bytes = (long) node.shape().elements() * Float.BYTES;
      for (int input : node.inputs()) {
        bytes += (long) graph.nodes().get(input).shape().elements() * Float.BYTES;
      }
      largest = Math.max(largest, bytes);
    }
    long rows = Math.max(1, Math.min(LARGEST_TILE, CACHE_BYTES / largest));
    return Integer.highestOneBit((int) rows);
  }

  /** Operations that mostly run inside another's kernel. */
  private static boolean atOnce(Operation operation) {
    return operation instanceof Operation.Elementwise
        || operation instanceof Operation.BatchNorm
        || operation instanceof Operation.Combine;
  }

  InferenceGraph graph() {
    return graph;
  }

  /**
   * False when a parameter that values are multiplied with or moved by is not finite, or a constant
   * is not a number: oneDNN's functions make numbers of NaN, so no answer can be trusted then.
   */
  boolean finite() {
    return finite;
  }

  /**
   * The plan for batches of exactly this many rows, run by this many native threads.
   *
   * @param bindable whether the parameters of all batch normalisations can be bound
   */
  synchronized Plan plan(Plan.Purpose purpose, boolean bindable, int rows, int threads) {
    boolean apart = purpose == Plan.Purpose.TAPS || bindable && folds();
    Size size = new Size(purpose, apart, rows, threads);
    Plan known = plans.get(size);
    if (known != null) {
      return known;
    }
    Stages stages = purpose == Plan.Purpose.TAPS ? single() : apart ? open() : fused;
    // Making the stages may have made this plan already.
    return plans.computeIfAbsent(size, absent -> assemble(stages.order(), purpose, rows, threads));
  }

  /** Whether a batch normalisation is part of another stage, or a fixed scale. */
  private boolean folds() {
    return graph.batchNorms().stream().anyMatch(node -> node.operation().rowsIndependent());
  }

  private Stages open() {
    Stages made = open;
    if (made == null) {
      made = runnable(true, true, Plan.Purpose.GRADIENT);
      open = made;
    }
    return made;
  }

  private Stages single() {
    Stages made = single;
    if (made == null) {
      made = runnable(false, true, Plan.Purpose.TAPS);
      single = made;
    }
    return made;
  }

  /** Plans made so far. */
  synchronized int plans() {
    return plans.size();
  }

  /** Tiles, and then powers of two: few sizes, so few plans, and no row is computed in vain. */
  @Override
  public int nextCall(int waiting) {
    return waiting >= tile ? tile : Integer.highestOneBit(waiting);
  }

  @Override
  public List<String> fallbacks() {
    return fused.fallbacks().stream().map(index -> graph.nodes().get(index).name()).toList();
  }

  @Override
  public Session open(int capacity, int nativeThreads) {
    return new OnednnSession(this, capacity, nativeThreads);
  }

  @Override
  public boolean sharesCalls() {
    return true;
  }

  @Override
  public synchronized void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
    constants.close();
    close(fused);
    if (open != null) {
      close(open);
    }
    if (single != null) {
      close(single);
    }
  }

  private static void close(Stages stages) {
    for (Stage stage : stages.order()) {
      if (stage instanceof FallbackStage fallback) {
        fallback.program().close();
      }
    }
  }
}
