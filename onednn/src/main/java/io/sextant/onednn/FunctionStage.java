package io.sextant.onednn;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A function of each value: oneDNN's own where it has the same one, a plain loop elsewhere.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param shape of both
 * @param function the function and its derivative
 */
record FunctionStage(int input, int output, Shape shape, Function function) implements Stage {
  /** The factor that the approximation of GELU has in oneDNN, as in its paper. */
  private static final double CUBIC = 0.044715;

  /** A function as oneDNN names it. */
  private record Algorithm(int kind, float alpha, float beta) {
    private Algorithm(int kind) {
      this(kind, 0, 0);
    }

    private static Algorithm between(double least, double most) {
      return new Algorithm(dnnl.dnnl_eltwise_clip_v2, (float) least, (float) most);
    }
  }

  private static Optional<Algorithm> algorithm(Function function) {
    if (function instanceof Function.Relu) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_relu));
    }
    if (function instanceof Function.LeakyRelu leaky) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_relu, (float) leaky.alpha(), 0));
    }
    if (function instanceof Function.Elu elu) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_elu, (float) elu.alpha(), 0));
    }
    if (function instanceof Function.Tanh) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_tanh));
    }
    if (function instanceof Function.Sigmoid) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_logistic));
    }
    if (function instanceof Function.Swish) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_swish, 1, 0));
    }
    if (function instanceof Function.Gelu) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_gelu_erf));
    }
    if (function instanceof Function.TanhGelu gelu && gelu.cubic() == CUBIC) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_gelu_tanh));
    }
    if (function instanceof Function.Mish) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_mish));
    }
    if (function instanceof Function.Relu6) {
      return Optional.of(Algorithm.between(0, 6));
    }
    if (function instanceof Function.HardTanh) {
      return Optional.of(Algorithm.between(-1, 1));
    }
    if (function instanceof Function.Clip clip) {
      return Optional.of(Algorithm.between(clip.least(), clip.most()));
    }
    if (function instanceof Function.HardSwish) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_hardswish));
    }
    if (function instanceof Function.Exponential) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_exp));
    }
    if (function instanceof Function.Power power) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_pow, 1, (float) power.exponent()));
    }
    if (function instanceof Function.Softplus) {
      return Optional.of(new Algorithm(dnnl.dnnl_eltwise_soft_relu));
    }
    return Optional.empty();
  }

  @Override
  public boolean endsInRelu() {
    return function instanceof Function.Relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Slot x = assembly.value(input);
    Slot y = assembly.slot(shape);
    Order order = assembly.order(input);
    assembly.read(input);
    Optional<Algorithm> algorithm = algorithm(function);
    if (algorithm.isEmpty()) {
      assembly.emit(FunctionInstruction.value(function, x, y));
      return new Emitted(
          y,
          order,
          (back, gradient) ->
              back.contribute(
                  input,
                  order,
                  dx -> back.emit(FunctionInstruction.pullback(function, x, gradient, dx))));
    }
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    Primitive primitive = forward(algorithm.get(), layout);
    assembly.emit(
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, x, layout)
            .writes(dnnl.DNNL_ARG_DST, y, layout));
    if (endsInRelu()) {
      return new Emitted(
          y,
          order,
          (back, gradient) ->
              back.share(input, order, back.maskedByRelu(output, gradient, y, layout)));
    }
    return new Emitted(
        y,
        order,
        (back, gradient) ->
            back.contribute(
                input,
                order,
                dx -> pullBack(back, algorithm.get(), primitive, layout, x, gradient, dx)));
  }

  private static Primitive forward(Algorithm algorithm, dnnl_memory_desc_t layout) {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_eltwise_forward_desc_init(
            operation,
            dnnl.dnnl_forward_training,
            algorithm.kind(),
            layout,
            algorithm.alpha(),
            algorithm.beta()));
    return Primitive.of(operation, new Primitive.PostOps());
  }

  private static void pullBack(
      Assembly assembly,
      Algorithm algorithm,
      Primitive forward,
      dnnl_memory_desc_t layout,
      Slot x,
      Slot dy,
      Slot dx) {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_eltwise_backward_desc_init(
            operation, algorithm.kind(), layout, layout, algorithm.alpha(), algorithm.beta()));
    assembly.emit(
        new NativeInstruction(Primitive.backward(operation, forward))
            .reads(dnnl.DNNL_ARG_SRC, x, layout)
            .reads(dnnl.DNNL_ARG_DIFF_DST, dy, layout)
            .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, layout));
  }
}
