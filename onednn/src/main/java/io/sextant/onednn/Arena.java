package io.sextant.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each slot of a plan lies in one block of memory. Slots that are never needed at the same
 * time share a place: the largest is placed first, each at the lowest offset that is free for its
 * whole life.
 */
final class Arena {
  static final int ALIGNMENT = 64;

  private final Map<Slot, Long> offsets = new HashMap<>();
  private long bytes;

  /** From the instruction that first writes a slot to the last that uses it. */
  private static final class Life {
    private final Slot slot;
    private final int from;
    private int to;

    private Life(Slot slot, int from) {
      this.slot = slot;
      this.from = from;
      this.to = from;
    }

    boolean meets(Life other) {
      return from <= other.to && other.from <= to;
    }
  }

  /**
   * Lays out the slots of instructions that run in this order.
   *
   * @param forward run once
   * @param backward run after it, as often as asked: what it reads of the forward is kept
   * @param keepAll true when every slot may be looked at in the end
   */
  Arena(List<Instruction> forward, List<Instruction> backward, boolean keepAll) {
    int end = forward.size() + backward.size();
    Map<Slot, Life> lives = new HashMap<>();
    List<Life> order = new ArrayList<>();
    for (int time = 0; time < end; time++) {
      boolean again = time >= forward.size();
      Instruction instruction = again ? backward.get(time - forward.size()) : forward.get(time);
      for (Slot slot : instruction.reads()) {
        Life life = lives.get(slot);
        if (life != null) {
          life.to = again && life.from < forward.size() ? end : Math.max(life.to, time);
        } else if (!slot.callers()) {
          throw new IllegalStateException("a slot is read before it is written");
        }
      }
      for (Slot slot : instruction.writes()) {
        if (slot.callers()) {
          continue;
        }
        Life life = lives.get(slot);
        if (life == null) {
          life = new Life(slot, time);
          lives.put(slot, life);
          order.add(life);
        }
        life.to = Math.max(life.to, keepAll ? end : time);
      }
    }
    place(order);
  }

  private void place(List<Life> lives) {
    List<Life> placed = new ArrayList<>();
    lives.sort(Comparator.comparingLong((Life life) -> life.slot.bytes()).reversed());
    for (Life life : lives) {
      List<Life> neighbours = new ArrayList<>(placed.stream().filter(life::meets).toList());
      neighbours.sort(Comparator.comparingLong(other -> offset(other.slot)));
      long offset = 0;
      for (Life other : neighbours) {
        if (offset + size(life.slot) <= offset(other.slot)) {
          break;
        }
        offset = Math.max(offset, offset(other.slot) + size(other.slot));
      }
      offsets.put(life.slot, offset);
      bytes = Math.max(bytes, offset + size(life.slot));
      placed.add(life);
    }
  }

  private static long size(Slot slot) {
    return (slot.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  long offset(Slot slot) {
    Long offset = offsets.get(slot);
    if (offset == null) {
      throw new IllegalStateException("a slot is used that nothing writes");
    }
    return offset;
  }

  long bytes() {
    return bytes;
  }
}
