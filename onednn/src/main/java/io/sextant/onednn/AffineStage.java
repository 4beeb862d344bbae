package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_inner_product_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

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
    multiply(
        assembly,
        new Product("forward", arranged(order), bias, inputs(), outputs()),
        assembly.value(input, order),
        y,
        relu,
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
        (dx, onTop) ->
            multiply(
                assembly,
                new Product("transposed", transposed(order), new double[0], outputs(), inputs()),
                dy,
                dx,
                false,
                onTop));
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
      Assembly assembly, Product product, Slot from, Slot to, boolean relu, boolean onTop) {
    long rows = (long) assembly.rows() * repeat;
    Kernel kernel = kernel(product, rows, relu, onTop);
    Primitive primitive = kernel.primitive();
    Constants constants = assembly.constants();
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, from, kernel.from())
            .reads(
                dnnl.DNNL_ARG_WEIGHTS,
                constants.get(
                    this,
                    product.role(),
                    product.factors(),
                    kernel.dims(),
                    primitive.query(dnnl.dnnl_query_weights_md)));
    if (product.offsets().length > 0) {
      long[] biasDims = {product.to()};
      instruction.reads(
          dnnl.DNNL_ARG_BIAS,
          constants.get(
              this,
              product.role() + " bias",
              product.offsets(),
              biasDims,
              Descriptors.rowMajor(biasDims)));
    }
    assembly.emit(
        onTop
            ? instruction.updates(dnnl.DNNL_ARG_DST, to, kernel.to())
            : instruction.writes(dnnl.DNNL_ARG_DST, to, kernel.to()));
  }

  /** How a product is computed: the layouts of what it reads and writes, and the weights' dims. */
  private record Kernel(
      Primitive primitive, dnnl_memory_desc_t from, dnnl_memory_desc_t to, long[] dims) {}

  /**
   * Where oneDNN would multiply matrices, as it does without AVX-512, the rows become the pixels of
   * a line and the weights a convolution of one pixel: products of matrices choose their order of
   * sums by the number of rows, so that a row's last bits would depend on its neighbours.
   */
  private static Kernel kernel(Product product, long rows, boolean relu, boolean onTop) {
    Kernel plain = innerProduct(product, rows, postOps(relu, onTop));
    if (!plain.primitive().multipliesMatrices()) {
      return plain;
    }
    try {
      Kernel line = convolution(product, rows, postOps(relu, onTop));
      if (!line.primitive().reference()) {
        plain.primitive().close();
        return line;
      }
      line.primitive().close();
    } catch (UnsupportedPrimitiveException e) {
      // The product of matrices is right but for the last bits.
    }
    return plain;
  }

  private static Primitive.PostOps postOps(boolean relu, boolean onTop) {
    Primitive.PostOps postOps = new Primitive.PostOps();
    if (onTop) {
      postOps.sum();
    }
    return relu ? postOps.relu() : postOps;
  }

  private static Kernel innerProduct(Product product, long rows, Primitive.PostOps postOps) {
    dnnl_memory_desc_t from = Descriptors.rowMajor(rows, product.from());
    dnnl_memory_desc_t to = Descriptors.rowMajor(rows, product.to());
    long[] dims = {product.to(), product.from()};
    dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_inner_product_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            from,
            Descriptors.any(dims),
            bias(product),
            to));
    return new Kernel(Primitive.of(operation, postOps), from, to, dims);
  }

  private static Kernel convolution(Product product, long rows, Primitive.PostOps postOps) {
    dnnl_memory_desc_t from = line(rows, product.from());
    dnnl_memory_desc_t to = line(rows, product.to());
    long[] dims = {product.to(), product.from(), 1, 1};
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_convolution_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            dnnl.dnnl_convolution_direct,
            from,
            Descriptors.any(dims),
            bias(product),
            to,
            new long[] {1, 1},
            new long[2],
            new long[2]));
    return new Kernel(Primitive.of(operation, postOps), from, to, dims);
  }

  private static @Nullable dnnl_memory_desc_t bias(Product product) {
    return product.offsets().length == 0 ? null : Descriptors.rowMajor(product.to());
  }

  /** Rows as the pixels of an image of one line, where they lie as they are. */
  private static dnnl_memory_desc_t line(long rows, long values) {
    return Descriptors.strided(
        new long[] {1, values, 1, rows}, new long[] {values * rows, 1, values * rows, values});
  }
}
