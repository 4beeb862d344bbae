package io.sextant.onednn;

import io.sextant.gradients.engine.Session;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** One session's memory for one plan: the arena, and the buffers that its callers lend. */
final class Memory implements AutoCloseable {
  /** A buffer of the caller's, which may change from call to call. */
  private static final class Lent {
    private final List<dnnl_memory> users = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private Pointer address = new Pointer();
  }

  private final Arena arena;
  private final int rows;
  private final BytePointer bytes;
  private final Map<Slot.Owner, Lent> lent = new EnumMap<>(Slot.Owner.class);
  private final Map<Object, Session> sessions = new HashMap<>();
  private final Map<Integer, NormState> norms = new TreeMap<>();
  private final List<AutoCloseable> owned = new ArrayList<>();

  Memory(Arena arena, int rows) {
    this.arena = arena;
    this.rows = rows;
    // Not zeroed: every slot is written before it is read.
    this.bytes = new BytePointer(Math.max(1, arena.bytes() + Arena.ALIGNMENT));
    for (Slot.Owner owner : Slot.Owner.values()) {
      lent.put(owner, new Lent());
    }
  }

  /** Uses a caller's buffer from now on. */
  @SuppressWarnings("ReferenceEquality") // the same memory, whatever lies in it
  void lend(Slot.Owner owner, ByteBuffer buffer) {
    Lent place = lent(owner);
    if (place.buffer != buffer) {
      place.buffer = buffer;
      place.address = new Pointer(buffer).position(0);
      for (dnnl_memory user : place.users) {
        Dnnl.check(dnnl.dnnl_memory_set_data_handle(user, place.address), "move memory");
      }
    }
  }

  private Lent lent(Slot.Owner owner) {
    Lent place = lent.get(owner);
    if (place == null) {
      throw new IllegalStateException("no buffer stands for " + owner);
    }
    return place;
  }

  /** Where a slot lies now; for a caller's slot, only until the next call. */
  Pointer address(Slot slot) {
    return slot.callers() ? lent(slot.owner()).address : inner(slot);
  }

  private BytePointer inner(Slot slot) {
    long start = bytes.address();
    long aligned = (start + Arena.ALIGNMENT - 1) / Arena.ALIGNMENT * Arena.ALIGNMENT;
    return bytes.getPointer(aligned - start + arena.offset(slot));
  }

  /** An arena slot as a buffer. */
  ByteBuffer buffer(Slot slot) {
    return inner(slot).capacity(slot.bytes()).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** A slot as oneDNN sees it. */
  dnnl_memory view(Slot slot, dnnl_memory_desc_t layout) {
    dnnl_memory memory = new dnnl_memory();
    Dnnl.check(
        dnnl.dnnl_memory_create(memory, layout, Dnnl.library().engine(), address(slot)),
        "view memory");
    owned.add(() -> dnnl.dnnl_memory_destroy(memory));
    if (slot.callers()) {
      lent(slot.owner()).users.add(memory);
    }
    return memory;
  }

  /** A batch normalisation at work here, made when first asked for. */
  NormState norm(NormStage stage, Order order) {
    return norms.computeIfAbsent(stage.base(), node -> new NormState(stage, order, rows));
  }

  /** All batch normalisations at work here, by node. */
  Map<Integer, NormState> norms() {
    return norms;
  }

  /** Another engine's session, opened when first asked for. */
  Session session(Object key, Supplier<Session> opening) {
    return sessions.computeIfAbsent(
        key,
        absent -> {
          Session session = opening.get();
          owned.add(session);
          return session;
        });
  }

  @Override
  public void close() {
    for (AutoCloseable part : owned) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("native memory could not be freed", e);
      }
    }
    owned.clear();
    bytes.deallocate();
  }
}
