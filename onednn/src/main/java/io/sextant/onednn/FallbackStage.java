package io.sextant.onednn;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.nd4j.Nd4jEngine;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * A node that oneDNN cannot run, run by the ND4J engine as a graph of its own. What the node reads
 * is laid side by side in row-major order, as that engine's only input.
 *
 * @param inputs the nodes it reads
 * @param shapes their shapes
 * @param output the node whose value it computes
 * @param result its shape
 * @param program the node as a graph of its own
 */
record FallbackStage(
    List<Integer> inputs, List<Shape> shapes, int output, Shape result, Program program)
    implements Stage {
  FallbackStage {
    inputs = List.copyOf(inputs);
    shapes = List.copyOf(shapes);
  }

  static FallbackStage of(Node node, List<Shape> shapes, Weights weights) {
    InferenceGraph graph = InferenceGraph.excerpt(List.of(node), shapes, weights);
    Program program = new Nd4jEngine().compile(graph, graph.weights(), Precision.FLOAT);
    return new FallbackStage(node.inputs(), shapes, node.index(), node.shape(), program);
  }

  private static int total(List<Shape> shapes) {
    return shapes.stream().mapToInt(Shape::elements).sum();
  }

  @Override
  public Emitted emit(Assembly assembly) {
    int rows = assembly.rows();
    int total = total(shapes);
    Slot gathered = assembly.slot(Shape.of(total));
    for (int i = 0; i < shapes.size(); i++) {
      assembly.reorder(
          assembly.value(inputs.get(i)),
          assembly.layout(inputs.get(i)),
          gathered,
          part(rows, i, total),
          false);
      assembly.read(inputs.get(i));
    }
    Slot plain = assembly.slot(result);
    Lease lease = new Lease(program, rows);
    assembly.emit(new Forward(lease, rows, assembly.recording(), gathered, plain));
    return new Emitted(
        plain, Order.ROW_MAJOR, (back, gradient) -> pullBack(back, lease, gradient, total));
  }

  private void pullBack(Assembly assembly, Lease lease, Slot gradient, int total) {
    int rows = assembly.rows();
    Slot gathered = assembly.slot(Shape.of(total));
    assembly.emit(new Pullback(lease, gradient, gathered));
    for (int i = 0; i < shapes.size(); i++) {
      int index = i;
      assembly.contribute(
          inputs.get(i),
          assembly.order(inputs.get(index)),
          (dx, onTop) ->
              assembly.reorder(
                  gathered,
                  part(rows, index, total),
                  dx,
                  assembly.layout(inputs.get(index)),
                  onTop));
    }
  }

  /** One input in the row of all inputs. */
  private dnnl_memory_desc_t part(int rows, int index, int total) {
    Shape shape = shapes.get(index);
    long[] dims = shape.batched(rows);
    long[] strides = Descriptors.rowMajorStrides(dims);
    strides[0] = total;
    dnnl_memory_desc_t layout = Descriptors.strided(dims, strides);
    return layout.offset0(shapes.subList(0, index).stream().mapToLong(Shape::elements).sum());
  }

  /** The session that a forward and its pullback share, one in each memory. */
  private static final class Lease {
    private final Program program;
    private final int rows;

    private Lease(Program program, int rows) {
      this.program = program;
      this.rows = rows;
    }

    private Session in(Memory memory) {
      return memory.session(this, () -> program.open(rows, 1));
    }
  }

  private record Forward(Lease lease, int rows, boolean recording, Slot x, Slot y)
      implements Instruction {
    @Override
    public List<Slot> reads() {
      return List.of(x);
    }

    @Override
    public List<Slot> writes() {
      return List.of(y);
    }

    @Override
    public Runnable bind(Memory memory) {
      Session session = lease.in(memory);
      ByteBuffer source = memory.buffer(x);
      ByteBuffer target = memory.buffer(y);
      return recording
          ? () -> session.record(source, rows, target)
          : () -> session.forward(source, rows, target);
    }
  }

  private record Pullback(Lease lease, Slot dy, Slot dx) implements Instruction {
    @Override
    public List<Slot> reads() {
      return List.of(dy);
    }

    @Override
    public List<Slot> writes() {
      return List.of(dx);
    }

    @Override
    public Runnable bind(Memory memory) {
      Session session = lease.in(memory);
      ByteBuffer source = memory.buffer(dy);
      ByteBuffer target = memory.buffer(dx);
      return () -> session.pullback(source, 0, target);
    }
  }
}
