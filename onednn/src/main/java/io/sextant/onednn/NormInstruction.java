package io.sextant.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;

/** A part of a batch normalisation; what its parts know of each other lies in {@link NormState}. */
final class NormInstruction implements Instruction {
  /** What is done with the buffers of the slots that are read, and then written. */
  @FunctionalInterface
  private interface Part {
    void run(NormState state, List<FloatBuffer> buffers);
  }

  private final NormStage stage;
  private final Order order;
  private final List<Slot> reads;
  private final List<Slot> writes;
  private final Part part;

  private NormInstruction(
      NormStage stage, Order order, List<Slot> reads, List<Slot> writes, Part part) {
    this.stage = stage;
    this.order = order;
    this.reads = reads;
    this.writes = writes;
    this.part = part;
  }

  /** y, from the statistics that are stored, or those of x. */
  static NormInstruction forward(NormStage stage, Order order, Slot x, Slot y) {
    return new NormInstruction(
        stage,
        order,
        List.of(x),
        List.of(y),
        (state, buffers) -> state.forward(buffers.get(0), buffers.get(1)));
  }

  /** The sums over dy that gradients are made of. */
  static NormInstruction sums(NormStage stage, Order order, Slot x, Slot dy) {
    return new NormInstruction(
        stage,
        order,
        List.of(x, dy),
        List.of(),
        (state, buffers) -> state.sum(buffers.get(0), buffers.get(1)));
  }

  /** dx, from these sums. */
  static NormInstruction pullback(NormStage stage, Order order, Slot x, Slot dy, Slot dx) {
    return new NormInstruction(
        stage,
        order,
        List.of(x, dy),
        List.of(dx),
        (state, buffers) -> state.pullback(buffers.get(0), buffers.get(1), buffers.get(2)));
  }

  @Override
  public List<Slot> reads() {
    return reads;
  }

  @Override
  public List<Slot> writes() {
    return writes;
  }

  @Override
  public Runnable bind(Memory memory) {
    NormState state = memory.norm(stage, order);
    List<FloatBuffer> buffers =
        Stream.concat(reads.stream(), writes.stream())
            .map(slot -> memory.buffer(slot).asFloatBuffer())
            .toList();
    return () -> part.run(state, buffers);
  }
}
