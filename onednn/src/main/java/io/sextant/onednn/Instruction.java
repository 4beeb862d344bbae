package io.sextant.onednn;

import java.util.List;

/** One step of a compiled graph, not yet tied to memory; shared by all sessions. */
interface Instruction extends AutoCloseable {
  /** The slots whose values it needs. */
  List<Slot> reads();

  /** The slots that it fills or changes. */
  List<Slot> writes();

  /** Ties it to one session's memory. */
  Runnable bind(Memory memory);

  @Override
  default void close() {}
}
