package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * A batch normalisation that is not folded into a convolution, with the ReLU after it: its
 * statistics are the batch's, or its parameters are bound when it runs.
 *
 * @param input the node it reads
 * @param base the normalisation itself
 * @param output the node whose value it computes
 * @param shape of both
 * @param name the layer's
 * @param operation what it computes
 * @param weights its parameters, where none are bound
 * @param relu whether a ReLU ends it
 */
record NormStage(
    int input,
    int base,
    int output,
    Shape shape,
    String name,
    Operation.BatchNorm operation,
    Weights weights,
    boolean relu)
    implements Stage {
  @Override
  public boolean endsInRelu() {
    return relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Slot x = assembly.value(input);
    assembly.read(input);
    Slot y = assembly.expendable(input) ? x : assembly.slot(shape);
    Order order = assembly.order(input);
    assembly.emit(NormInstruction.forward(this, order, x, y));
    return new Emitted(y, order, (back, gradient) -> pullBack(back, gradient, x, y));
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot x, Slot y) {
    Order order = assembly.order(input);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    Slot dy = relu ? assembly.maskedByRelu(output, gradient, y, layout) : gradient;
    assembly.emit(NormInstruction.sums(this, order, x, dy));
    assembly.summed(base);
    assembly.contribute(
        input, order, dx -> assembly.emit(NormInstruction.pullback(this, order, x, dy, dx)));
  }
}
