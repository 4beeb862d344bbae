package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Products of matrices, one for each example and leading place, by native calls. */
final class MatrixProductKernel implements Kernel {
  private record Back(int slot, Block input) {}

  private final Operation.MatrixProduct operation;
  private final List<Shape> shapes;
  private final Shape result;
  private final List<Block> xs;
  private final NativeCall product;
  private final Map<Back, NativeCall> pullbacks = new HashMap<>();

  MatrixProductKernel(
      Operation.MatrixProduct operation,
      List<Shape> shapes,
      Shape result,
      List<Block> xs,
      Block y) {
    this.operation = operation;
    this.shapes = List.copyOf(shapes);
    this.result = result;
    this.xs = List.copyOf(xs);
    this.product =
        call(
            xs.get(0),
            shapes.get(0),
            operation.firstTransposed(),
            xs.get(1),
            shapes.get(1),
            operation.secondTransposed(),
            y,
            result);
  }

  private static NativeCall call(
      Block a,
      Shape aShape,
      boolean aTransposed,
      Block b,
      Shape bShape,
      boolean bTransposed,
      Block to,
      Shape toShape) {
    return new NativeCall(
        "matmul",
        rows ->
            new NativeCall.Arrays(
                new INDArray[] {matrices(a, aShape, rows), matrices(b, bShape, rows)},
                matrices(to, toShape, rows)),
        aTransposed ? 1 : 0,
        bTransposed ? 1 : 0);
  }

  private static INDArray matrices(Block block, Shape shape, int rows) {
    int height = shape.size(shape.rank() - 2);
    int width = shape.size(shape.rank() - 1);
    return block.view((long) rows * (shape.elements() / (height * width)), height, width);
  }

  @Override
  public void forward(int rows) {
    product.run(rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    pullbacks
        .computeIfAbsent(
            new Back(slot, input),
            to -> slot == 0 ? toFirst(output, input) : toSecond(output, input))
        .run(rows);
  }

  /** dA = dC B', or its transpose B dC'. */
  private NativeCall toFirst(Block output, Block input) {
    Block b = xs.get(1);
    boolean turned = operation.secondTransposed();
    return operation.firstTransposed()
        ? call(b, shapes.get(1), turned, output, result, true, input, shapes.get(0))
        : call(output, result, false, b, shapes.get(1), !turned, input, shapes.get(0));
  }

  /** dB = A' dC, or its transpose dC' A. */
  private NativeCall toSecond(Block output, Block input) {
    Block a = xs.get(0);
    boolean turned = operation.firstTransposed();
    return operation.secondTransposed()
        ? call(output, result, true, a, shapes.get(0), turned, input, shapes.get(1))
        : call(a, shapes.get(0), !turned, output, result, false, input, shapes.get(1));
  }
}
