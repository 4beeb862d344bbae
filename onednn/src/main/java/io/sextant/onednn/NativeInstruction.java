package io.sextant.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** A oneDNN kernel with its arguments. */
final class NativeInstruction implements Instruction {
  private record Argument(
      int name,
      @Nullable Slot slot,
      @Nullable dnnl_memory_desc_t layout,
      @Nullable dnnl_memory constant) {}

  private final Primitive primitive;
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Slot> reads = new ArrayList<>();
  private final List<Slot> writes = new ArrayList<>();

  NativeInstruction(Primitive primitive) {
    this.primitive = primitive;
    long scratch = primitive.bytes(dnnl.dnnl_query_scratchpad_md);
    if (scratch > 0) {
      Slot slot = Slot.ofBytes(scratch);
      writes.add(slot);
      argument(dnnl.DNNL_ARG_SCRATCHPAD, slot, primitive.query(dnnl.dnnl_query_scratchpad_md));
    }
  }

  NativeInstruction reads(int name, Slot slot, dnnl_memory_desc_t layout) {
    reads.add(slot);
    argument(name, slot, layout);
    return this;
  }

  NativeInstruction reads(int name, dnnl_memory constant) {
    arguments.add(new Argument(name, null, null, constant));
    return this;
  }

  NativeInstruction writes(int name, Slot slot, dnnl_memory_desc_t layout) {
    writes.add(slot);
    argument(name, slot, layout);
    return this;
  }

  /** Writes on top of what is there: the old value counts. */
  NativeInstruction updates(int name, Slot slot, dnnl_memory_desc_t layout) {
    reads.add(slot);
    return writes(name, slot, layout);
  }

  private void argument(int name, Slot slot, dnnl_memory_desc_t layout) {
    arguments.add(new Argument(name, slot, layout, null));
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
    int count = arguments.size();
    dnnl_exec_arg_t bound = new dnnl_exec_arg_t(count);
    for (int i = 0; i < count; i++) {
      Argument argument = arguments.get(i);
      bound.getPointer(i).arg(argument.name()).memory(view(argument, memory));
    }
    dnnl_primitive handle = primitive.handle();
    dnnl_stream stream = Dnnl.library().stream();
    return () ->
        Dnnl.check(dnnl.dnnl_primitive_execute(handle, stream, count, bound), "run a primitive");
  }

  private static dnnl_memory view(Argument argument, Memory memory) {
    if (argument.constant() != null) {
      return argument.constant();
    }
    if (argument.slot() == null || argument.layout() == null) {
      throw new IllegalStateException("an argument has no memory");
    }
    return memory.view(argument.slot(), argument.layout());
  }

  @Override
  public void close() {
    primitive.close();
  }
}
