package io.sextant.onednn;

import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** A slot filled with zeros. */
record ZeroInstruction(Slot slot) implements Instruction {
  @Override
  public List<Slot> reads() {
    return List.of();
  }

  @Override
  public List<Slot> writes() {
    return List.of(slot);
  }

  @Override
  public Runnable bind(Memory memory) {
    Pointer target = memory.address(slot);
    return () -> Pointer.memset(target, 0, slot.bytes());
  }
}
