package io.sextant.gradients.nd4j;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A native operation whose arrays are bound once per number of rows. ND4J frees operation contexts
 * only at garbage collection, so making one per call would let native memory grow.
 */
final class NativeCall {
  private final CustomOp op;
  private final long[] integers;
  private final IntFunction<Arrays> arrays;
  private final Map<Integer, OpContext> contexts = new HashMap<>();

  /**
   * Arguments of one call.
   *
   * @param inputs what is read
   * @param output what is written
   */
  record Arrays(INDArray[] inputs, INDArray output) {}

  NativeCall(String name, IntFunction<Arrays> arrays, long... integers) {
    this.op = DynamicCustomOp.builder(name).build();
    this.arrays = arrays;
    this.integers = integers;
  }

  /**
   * Sizes of a product.
   *
   * @param repeat rows of the product for each example
   * @param from columns of what is multiplied
   * @param to columns of the result
   */
  record Sizes(int repeat, int from, int to) {}

  /**
   * {@code to = from weights}, rows by rows.
   *
   * @param transposed whether the weights lie as {@code [to, from]}
   */
  static NativeCall product(Block from, Block weights, Block to, Sizes sizes, boolean transposed) {
    return new NativeCall(
        "matmul",
        rows ->
            new Arrays(
                new INDArray[] {
                  from.view((long) rows * sizes.repeat(), sizes.from()),
                  transposed
                      ? weights.view(sizes.to(), sizes.from())
                      : weights.view(sizes.from(), sizes.to())
                },
                to.view((long) rows * sizes.repeat(), sizes.to())),
        0,
        transposed ? 1 : 0);
  }

  void run(int rows) {
    Nd4j.exec(op, contexts.computeIfAbsent(rows, this::bind));
  }

  private OpContext bind(int rows) {
    Arrays bound = arrays.apply(rows);
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(bound.inputs());
    context.setOutputArrays(bound.output());
    context.setIArguments(integers);
    return context;
  }
}
