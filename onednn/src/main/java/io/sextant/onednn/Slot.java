package io.sextant.onednn;

/**
 * A place in memory that instructions read and write. Slots are identities: where they lie is
 * decided when all instructions are known.
 */
final class Slot {
  /** Whose memory it is. */
  enum Owner {
    /** The arena's. */
    ARENA,
    /** The caller's input rows. */
    INPUT,
    /** The caller's buffer for logits. */
    LOGITS,
    /** The caller's cotangent. */
    COTANGENT,
    /** The caller's buffer for the input gradient. */
    GRADIENT
  }

  private final Owner owner;
  private final long bytes;

  private Slot(Owner owner, long bytes) {
    this.owner = owner;
    this.bytes = bytes;
  }

  static Slot ofBytes(long bytes) {
    return new Slot(Owner.ARENA, bytes);
  }

  static Slot ofFloats(long count) {
    return new Slot(Owner.ARENA, Math.multiplyExact(count, (long) Float.BYTES));
  }

  static Slot callers(Owner owner, long floats) {
    return new Slot(owner, Math.multiplyExact(floats, (long) Float.BYTES));
  }

  Owner owner() {
    return owner;
  }

  boolean callers() {
    return owner != Owner.ARENA;
  }

  long bytes() {
    return bytes;
  }
}
