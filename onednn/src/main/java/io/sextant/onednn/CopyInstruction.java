package io.sextant.onednn;

import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** Bytes from one slot to another. */
record CopyInstruction(Slot from, Slot to, long bytes) implements Instruction {
  @Override
  public List<Slot> reads() {
    return List.of(from);
  }

  @Override
  public List<Slot> writes() {
    return List.of(to);
  }

  @Override
  public Runnable bind(Memory memory) {
    if (from.callers() || to.callers()) {
      return () -> Pointer.memcpy(memory.address(to), memory.address(from), bytes);
    }
    Pointer source = memory.address(from);
    Pointer target = memory.address(to);
    return () -> Pointer.memcpy(target, source, bytes);
  }
}
