package io.sextant.benchmarks.contenders;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/**
 * A TorchScript module in libtorch, in evaluation mode and with frozen parameters, so that autograd
 * computes input gradients and nothing else.
 *
 * <p>DJL's public interface cannot do this: its blocks either switch to training mode or record no
 * gradient, and its collector only pulls back ones, once per forward. So its internal calls are
 * used, and only here.
 */
public final class Libtorch implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock module;
  private final long[] shape;

  private Libtorch(Model model, PtSymbolBlock module, long[] shape) {
    this.model = model;
    this.module = module;
    this.shape = shape;
  }

  /**
   * Loads a module.
   *
   * @param file TorchScript
   * @param input the shape of one input
   * @param threads of its operations, or 0 for one per core, its default
   */
  public static Libtorch load(Path file, io.sextant.gradients.graph.Shape input, int threads) {
    Model model = Model.newInstance("twin", Device.cpu(), "PyTorch");
    try {
      String name = file.getFileName().toString();
      // Without this option the parameters are loaded in inference mode and autograd refuses them.
      model.load(
          file.toAbsolutePath().getParent(),
          name.substring(0, name.lastIndexOf('.')),
          Map.of("trainParam", "true"));
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalArgumentException(
          "%s is not a TorchScript file that libtorch reads; make it again as the README says"
              .formatted(file),
          e);
    }
    PtSymbolBlock module = (PtSymbolBlock) model.getBlock();
    module.freezeParameters(true);
    JniUtils.setNumThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    return new Libtorch(model, module, input.batched(1));
  }

  /** Library, binding and threads, with versions. */
  public static String description() {
    Engine engine = Engine.getEngine("PyTorch");
    return "libtorch %s through DJL %s, %d threads"
        .formatted(engine.getVersion(), Engine.getDjlVersion(), JniUtils.getNumThreads());
  }

  /**
   * Runs forward without autograd.
   *
   * @param rows flat, row-major, any number of inputs
   * @return the logits, flat
   */
  public float[] logits(float[] rows) {
    try (NDManager memory = model.getNDManager().newSubManager()) {
      NDList answer = IValueUtils.forward(module, new NDList(input(memory, rows)), false);
      return answer.singletonOrThrow().toFloatArray();
    }
  }

  /**
   * Runs forward with autograd.
   *
   * @param rows flat, row-major, any number of inputs
   * @return the tape, to be closed by the caller
   */
  public Tape record(float[] rows) {
    NDManager memory = model.getNDManager().newSubManager();
    return record(memory, input(memory, rows));
  }

  /**
   * Runs forward with autograd, each layer by its multipliers of differences from a reference. The
   * module must take a reference beside the inputs.
   *
   * @param rows flat, row-major, any number of inputs
   * @param reference one input
   * @return the tape, to be closed by the caller, whose gradients are DeepLIFT's multipliers
   */
  public Tape recordMultipliers(float[] rows, float[] reference) {
    NDManager memory = model.getNDManager().newSubManager();
    return record(memory, input(memory, rows), input(memory, reference));
  }

  private Tape record(NDManager memory, PtNDArray input, PtNDArray... others) {
    // The mode belongs to the thread, and DJL switches it off on the one that loads the engine.
    JniUtils.setGradMode(true);
    input.setRequiresGradient(true);
    NDList all = new NDList(input);
    Collections.addAll(all, others);
    PtNDArray logits = (PtNDArray) IValueUtils.forward(module, all, true).singletonOrThrow();
    return new Tape(memory, input, logits);
  }

  /**
   * Runs forward, with autograd behind the last feature maps only. The module must offer {@code
   * features}, and take feature maps in place of inputs.
   *
   * @param rows flat, row-major, any number of inputs
   * @return a tape that begins with the feature maps, to be closed by the caller
   */
  public Tape recordHead(float[] rows) {
    NDManager memory = model.getNDManager().newSubManager();
    try (IValue input = IValue.from(input(memory, rows));
        IValue result = IValueUtils.runMethod(module, "features", input);
        PtNDArray maps = result.toTensor((PtNDManager) memory)) {
      // DJL runs methods in inference mode, whose tensors autograd does not take.
      return record(memory, (PtNDArray) memory.create(maps.toFloatArray(), maps.getShape()));
    }
  }

  private PtNDArray input(NDManager memory, float[] rows) {
    long[] sizes = shape.clone();
    long features = 1;
    for (int i = 1; i < sizes.length; i++) {
      features *= sizes[i];
    }
    sizes[0] = rows.length / features;
    return (PtNDArray) memory.create(rows, new Shape(sizes));
  }

  @Override
  public void close() {
    model.close();
  }

  /** A forward pass that can be pulled back. */
  public static final class Tape implements AutoCloseable {
    private final NDManager memory;
    private final PtNDArray input;
    private final PtNDArray logits;
    private boolean pulled;

    private Tape(NDManager memory, PtNDArray input, PtNDArray logits) {
      this.memory = memory;
      this.input = input;
      this.logits = logits;
    }

    /** What the tape begins with, flat. */
    public float[] input() {
      return input.toFloatArray();
    }

    /** Number of channels of what the tape begins with. */
    public int channels() {
      return (int) input.getShape().get(1);
    }

    /** The logits, flat. */
    public float[] logits() {
      return logits.toFloatArray();
    }

    /**
     * The gradient of {@code <cotangent, logits>} with respect to the inputs.
     *
     * @param cotangent one value per logit, flat
     * @param last whether this is the last pullback, after which the tape may be dropped
     * @return flat, row-major
     */
    public float[] pullback(float[] cotangent, boolean last) {
      if (pulled) {
        // Autograd adds to the gradient that is there.
        JniUtils.zeroGrad(input);
      }
      pulled = true;
      try (PtNDArray seed = (PtNDArray) memory.create(cotangent, logits.getShape())) {
        JniUtils.backward(logits, seed, !last, false);
      }
      try (PtNDArray gradient = JniUtils.getGradient(input)) {
        return gradient.toFloatArray();
      }
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
