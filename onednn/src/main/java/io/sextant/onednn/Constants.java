package io.sextant.onednn;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The weights in the layouts that kernels want: rearranged once, then read by every session and
 * every batch size that wants the same layout.
 */
final class Constants implements AutoCloseable {
  /** Weights of a part of the graph, in one layout. */
  private record Entry(dnnl_memory_desc_t layout, dnnl_memory memory, BytePointer bytes) {}

  private final Map<List<Object>, List<Entry>> entries = new HashMap<>();

  /**
   * Values in a layout.
   *
   * @param owner whose values they are
   * @param role which of its values
   * @param values in row-major order
   * @param dims their dimensions
   * @param layout the layout wanted
   * @return memory that is read only and lives as long as this
   */
  synchronized dnnl_memory get(
      Object owner, String role, double[] values, long[] dims, dnnl_memory_desc_t layout) {
    List<Entry> known = entries.computeIfAbsent(List.of(owner, role), key -> new ArrayList<>());
    for (Entry entry : known) {
      if (dnnl.dnnl_memory_desc_equal(entry.layout(), layout) != 0) {
        return entry.memory();
      }
    }
    Entry plain = entry(Descriptors.rowMajor(dims));
    FloatBuffer floats =
        plain.bytes().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < values.length; i++) {
      floats.put(i, (float) values[i]);
    }
    Entry arranged = entry(layout);
    rearrange(plain, arranged);
    free(plain);
    known.add(arranged);
    return arranged.memory();
  }

  private static Entry entry(dnnl_memory_desc_t layout) {
    // The layout may belong to a primitive, which can be closed before these weights.
    dnnl_memory_desc_t copy = new dnnl_memory_desc_t();
    Pointer.memcpy(copy, layout, layout.sizeof());
    long size = dnnl.dnnl_memory_desc_get_size(copy);
    BytePointer bytes = new BytePointer(Math.max(1, size));
    dnnl_memory memory = new dnnl_memory();
    Dnnl.check(
        dnnl.dnnl_memory_create(memory, copy, Dnnl.library().engine(), bytes), "view weights");
    return new Entry(copy, memory, bytes);
  }

  private static void rearrange(Entry from, Entry to) {
    try (Primitive reorder =
        Primitive.reorder(from.layout(), to.layout(), new Primitive.PostOps())) {
      Entry scratch = entry(reorder.query(dnnl.dnnl_query_scratchpad_md));
      dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(3);
      arguments.getPointer(0).arg(dnnl.DNNL_ARG_SRC).memory(from.memory());
      arguments.getPointer(1).arg(dnnl.DNNL_ARG_DST).memory(to.memory());
      arguments.getPointer(2).arg(dnnl.DNNL_ARG_SCRATCHPAD).memory(scratch.memory());
      Dnnl.check(
          dnnl.dnnl_primitive_execute(reorder.handle(), Dnnl.library().stream(), 3, arguments),
          "rearrange weights");
      free(scratch);
    }
  }

  private static void free(Entry entry) {
    dnnl.dnnl_memory_destroy(entry.memory());
    entry.bytes().deallocate();
  }

  @Override
  public synchronized void close() {
    entries.values().forEach(known -> known.forEach(Constants::free));
    entries.clear();
  }
}
