package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Buffers for one thread's runs of a graph; the tape is the nodes' values of the last forward. */
final class Nd4jSession implements Session {
  private final InferenceGraph graph;
  private final Precision precision;
  private final int capacity;
  private final List<Block> values = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();
  // Gradient buffers come with the first pullback: forward-only users never pay for them.
  private final List<Block> gradients = new ArrayList<>();
  private @Nullable Block scratch;
  private Set<Parameter> differentiated = Set.of();
  private int recorded;

  Nd4jSession(
      InferenceGraph graph, Map<Parameter, Block> weights, Precision precision, int capacity) {
    this.graph = graph;
    this.precision = precision;
    this.capacity = capacity;
    for (Node node : graph.nodes()) {
      values.add(block(node));
    }
    KernelFactory factory = new KernelFactory(graph, weights, values, precision, capacity);
    for (Node node : graph.nodes()) {
      kernels.add(factory.kernel(node));
    }
  }

  private Block block(Node node) {
    return new Block(precision, capacity, node.shape().elements());
  }

  @Override
  public void forward(ByteBuffer input, int rows, ByteBuffer logits) {
    record(input, rows, logits);
    recorded = 0;
  }

  @Override
  public void record(ByteBuffer input, int rows, ByteBuffer logits) {
    if (rows < 1 || rows > capacity) {
      throw new IllegalArgumentException(
          "rows must be in 1..%d but were %d".formatted(capacity, rows));
    }
    // Parallelism comes from sessions side by side. A native team for each would fight for the
    // cores, and its size would change how sums are split, hence the last bits of results.
    NativeThreads.run(1, () -> runForward(input, rows, logits));
    recorded = rows;
  }

  private void runForward(ByteBuffer input, int rows, ByteBuffer logits) {
    values.get(0).read(input, rows * graph.input().shape().elements());
    for (Kernel kernel : kernels) {
      kernel.forward(rows);
    }
    values.get(values.size() - 1).write(logits, rows * graph.output().shape().elements());
  }

  @Override
  public void bind(Binding binding) {
    binding.requireFits(graph);
    kernels.forEach(kernel -> kernel.bind(binding.values()));
    differentiated = binding.differentiated();
    recorded = 0;
  }

  @Override
  public Moments moments(int node) {
    return kernels.get(node).moments();
  }

  @Override
  public void pullback(ByteBuffer cotangent, int node, ByteBuffer gradient) {
    requireTape();
    NativeThreads.run(
        1,
        () -> {
          pull(cotangent, leadingTo(i -> i == node), Map.of());
          gradients
              .get(node)
              .write(gradient, recorded * graph.nodes().get(node).shape().elements());
        });
  }

  @Override
  public Map<Parameter, double[]> pullbackToParameters(
      ByteBuffer cotangent, Optional<ByteBuffer> gradient) {
    requireTape();
    Map<Parameter, double[]> sums = new LinkedHashMap<>();
    differentiated.forEach(
        parameter -> sums.put(parameter, new double[parameter.shape().elements()]));
    NativeThreads.run(
        1,
        () -> {
          pull(
              cotangent,
              leadingTo(i -> i == 0 && gradient.isPresent() || isDifferentiated(i)),
              sums);
          gradient.ifPresent(
              to -> gradients.get(0).write(to, recorded * graph.input().shape().elements()));
        });
    return sums;
  }

  private boolean isDifferentiated(int node) {
    return graph.nodes().get(node).operation().parameters().stream()
        .anyMatch(differentiated::contains);
  }

  /** The nodes on a way from these to the output: no other gradient is needed. */
  private boolean[] leadingTo(IntPredicate wanted) {
    boolean[] leading = new boolean[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      leading[node.index()] = wanted.test(node.index());
      node.inputs().forEach(input -> leading[node.index()] |= leading[input]);
    }
    return leading;
  }

  private void pull(ByteBuffer cotangent, boolean[] leading, Map<Parameter, double[]> sums) {
    allocateGradients();
    int last = graph.nodes().size() - 1;
    gradients.get(last).read(cotangent, recorded * graph.output().shape().elements());
    boolean[] reached = new boolean[last + 1];
    reached[last] = true;
    for (int i = last; i >= 0; i--) {
      if (leading[i] && reached[i]) {
        if (!sums.isEmpty() && isDifferentiated(i)) {
          kernels.get(i).addGradients(recorded, gradients.get(i), sums);
        }
        pullThrough(graph.nodes().get(i), leading, reached);
      }
    }
    if (leading[0] && !reached[0]) {
      // Only of the input may there be no way to the output.
      gradients.get(0).zero(0, recorded * graph.input().shape().elements());
    }
  }

  private void pullThrough(Node node, boolean[] leading, boolean[] reached) {
    for (int slot = 0; slot < node.inputs().size(); slot++) {
      int input = node.inputs().get(slot);
      if (!leading[input]) {
        continue;
      }
      Block output = gradients.get(node.index());
      if (!reached[input]) {
        kernels.get(node.index()).pullback(recorded, slot, output, gradients.get(input));
        reached[input] = true;
      } else {
        Block part = scratch();
        kernels.get(node.index()).pullback(recorded, slot, output, part);
        gradients.get(input).addAll(part, recorded * graph.nodes().get(input).shape().elements());
      }
    }
  }

  @Override
  public void activation(int node, ByteBuffer value) {
    requireTape();
    values.get(node).write(value, recorded * graph.nodes().get(node).shape().elements());
  }

  private void requireTape() {
    if (recorded == 0) {
      throw new IllegalStateException("nothing was recorded; call record first");
    }
  }

  private void allocateGradients() {
    if (gradients.isEmpty()) {
      for (Node node : graph.nodes()) {
        gradients.add(block(node));
      }
    }
  }

  private Block scratch() {
    if (scratch == null) {
      int largest = Collections.max(graph.nodes().stream().map(n -> n.shape().elements()).toList());
      scratch = new Block(precision, capacity, largest);
    }
    return scratch;
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
    values.forEach(Block::close);
    gradients.forEach(Block::close);
    if (scratch != null) {
      scratch.close();
    }
  }
}
