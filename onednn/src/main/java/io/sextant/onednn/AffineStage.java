package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_inner_product_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A dense layer with what follows it: batch normalisation folded in, a ReLU. Of a sequence each
 * step is a row of its own. An image that it reads as a vector is left as it lies: the weights are
 * brought into the image's order instead. The pullback is the product with the transposed weights.
 *
 * @param input the node it reads
 * @param base the dense layer itself
 * @param output the node whose value it computes
 * @param source the shape of the value it reads, a vector or an image
 * @param result the output's shape
 * @param repeat rows of the product for each row of the batch
 * @param weights {@code [outputs, inputs]}, inputs in row-major order
 * @param bias {@code [outputs]}, or empty
 * @param relu whether a ReLU ends it
 */
record AffineStage(
    int input,
    int base,
    int output,
    Shape source,
    Shape result,
    int repeat,
    double[] weights,
    double[] bias,
    boolean relu)
    implements Stage {
  @Override
  public boolean endsInRelu() {
    return relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Order order = order(assembly);
    Slot y = assembly.slot(result);
    Primitive.PostOps postOps = new Primitive.PostOps();
    if (relu) {
      postOps.relu();
    }
    multiply(
        assembly,
        new Product("forward", arranged(order), bias, inputs(), outputs()),
        assembly.value(input, order),
        y,
        postOps,
        false);
    assembly.read(input);
    return new Emitted(y, Order.ROW_MAJOR, (back, gradient) -> pullBack(back, gradient, y));
  }

  /** Only whole examples are taken as they lie. */
  private Order order(Assembly assembly) {
    return repeat == 1 ? assembly.order(input) : Order.ROW_MAJOR;
  }

  private double[] arranged(Order order) {
    if (order == Order.ROW_MAJOR) {
      return weights;
    }
    double[] arranged = new double[weights.length];
    for (int i = 0; i < inputs(); i++) {
      int place = order.place(source, i);
      for (int from = 0; from < weights.length; from += inputs()) {
        arranged[from + place] = weights[from + i];
      }
    }
    return arranged;
  }

  private int inputs() {
    return source.elements() / repeat;
  }

  private int outputs() {
    return result.elements() / repeat;
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot y) {
    Order order = order(assembly);
    dnnl_memory_desc_t layout = assembly.layout(output);
    Slot dy = relu ? assembly.maskedByRelu(output, gradient, y, layout) : gradient;
    assembly.contribute(
        input,
        order,
        (dx, onTop) -> {
          Primitive.PostOps postOps = new Primitive.PostOps();
          if (onTop) {
            postOps.sum();
          }
          multiply(
              assembly,
              new Product("transposed", transposed(order), new double[0], outputs(), inputs()),
              dy,
              dx,
              postOps,
              onTop);
        });
  }

  private double[] transposed(Order order) {
    double[] arranged = arranged(order);
    double[] transposed = new double[arranged.length];
    for (int o = 0; o < outputs(); o++) {
      for (int i = 0; i < inputs(); i++) {
        transposed[i * outputs() + o] = arranged[o * inputs() + i];
      }
    }
    return transposed;
  }

  /** What tells one product of this stage from the other. */
  private record Product(String role, double[] factors, double[] offsets, int from, int to) {}

  private void multiply(
      Assembly assembly,
      Product product,
      Slot from,
      Slot to,
      Primitive.PostOps postOps,
      boolean onTop) {
    long rows = (long) assembly.rows() * repeat;
    dnnl_memory_desc_t fromLayout = Descriptors.rowMajor(new long[] {rows, product.from()});
    dnnl_memory_desc_t toLayout = Descriptors.rowMajor(new long[] {rows, product.to()});
    long[] biasDims = {product.to()};
    dnnl_memory_desc_t biasLayout =
        product.offsets().length == 0 ? null : Descriptors.rowMajor(biasDims);
    long[] dims = {product.to(), product.from()};
    dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_inner_product_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            fromLayout,
            Descriptors.any(dims),
            biasLayout,
            toLayout));
    Primitive primitive = Primitive.of(operation, postOps);
    Constants constants = assembly.constants();
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, from, fromLayout)
            .reads(
                dnnl.DNNL_ARG_WEIGHTS,
                constants.get(
                    this,
                    product.role(),
                    product.factors(),
                    dims,
                    primitive.query(dnnl.dnnl_query_weights_md)));
    if (biasLayout != null) {
      instruction.reads(
          dnnl.DNNL_ARG_BIAS,
          constants.get(this, product.role() + " bias", product.offsets(), biasDims, biasLayout));
    }
    assembly.emit(
        onTop
            ? instruction.updates(dnnl.DNNL_ARG_DST, to, toLayout)
            : instruction.writes(dnnl.DNNL_ARG_DST, to, toLayout));
  }
}
