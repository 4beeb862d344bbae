package io.sextant.onednn;

import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import java.util.Arrays;
import java.util.OptionalInt;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_rnn_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer over a whole sequence. Its cells and the order of their gates are the graph's
 * own.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param sequence the input's shape
 * @param operation the cell and the direction
 * @param weights the values of its parameters
 */
record RecurrentStage(
    int input, int output, Shape sequence, Operation.Recurrent operation, Weights weights)
    implements Stage {
  /** Whether oneDNN has such cells; it knows no masks. */
  static boolean supports(Operation.Recurrent recurrent, int inputs) {
    return inputs == 1 && supports(recurrent.cell());
  }

  private static boolean supports(Cell cell) {
    if (cell instanceof Cell.Lstm lstm) {
      return lstm.gate() instanceof Function.Sigmoid
          && lstm.candidate() instanceof Function.Tanh
          && lstm.output() instanceof Function.Tanh;
    }
    if (cell instanceof Cell.Gru gru) {
      return gru.gate() instanceof Function.Sigmoid && gru.candidate() instanceof Function.Tanh;
    }
    return cell instanceof Cell.Simple simple && activation(simple).isPresent();
  }

  private static OptionalInt activation(Cell.Simple cell) {
    if (cell.activation() instanceof Function.Tanh) {
      return OptionalInt.of(dnnl.dnnl_eltwise_tanh);
    }
    if (cell.activation() instanceof Function.Sigmoid) {
      return OptionalInt.of(dnnl.dnnl_eltwise_logistic);
    }
    return cell.activation() instanceof Function.Relu
        ? OptionalInt.of(dnnl.dnnl_eltwise_relu)
        : OptionalInt.empty();
  }

  /** A parameter of all gates; the first two dimensions, layers and directions, are 1. */
  private record Learned(String role, double[] values, long[] dims) {
    dnnl_memory_desc_t plain() {
      return Descriptors.rowMajor(dims);
    }
  }

  private int features() {
    return sequence.size(1);
  }

  private int gates() {
    return operation.cell().gates();
  }

  private Learned byInput() {
    return new Learned(
        "input",
        weights.values(operation.weights()),
        new long[] {1, 1, features(), gates(), operation.units()});
  }

  private Learned byState() {
    return new Learned(
        "state",
        weights.values(operation.recurrent()),
        new long[] {1, 1, operation.units(), gates(), operation.units()});
  }

  /** Zeros where the layer has none; a reset after the product has one more, inside. */
  private Learned bias() {
    int units = operation.units();
    boolean resetAfter = operation.cell() instanceof Cell.Gru gru && gru.resetAfter();
    int count = resetAfter ? gates() + 1 : gates();
    double[] values =
        operation
            .bias()
            .map(bias -> Arrays.copyOf(weights.values(bias), count * units))
            .orElseGet(() -> new double[count * units]);
    if (operation.cell() instanceof Cell.Gru gru && gru.after().isPresent()) {
      System.arraycopy(weights.values(gru.after().get()), 0, values, gates() * units, units);
    }
    return new Learned("bias", values, new long[] {1, 1, count, units});
  }

  private @Nullable Learned peepholes() {
    return operation.cell() instanceof Cell.Lstm lstm && lstm.peepholes().isPresent()
        ? new Learned(
            "peepholes",
            weights.values(lstm.peepholes().get()),
            new long[] {1, 1, 3, operation.units()})
        : null;
  }

  /** oneDNN counts time, then rows; here all steps of a row lie together. */
  private dnnl_memory_desc_t steps(int rows, int width) {
    long time = sequence.size(0);
    return Descriptors.strided(new long[] {time, rows, width}, new long[] {width, time * width, 1});
  }

  private int direction() {
    return operation.backwards()
        ? dnnl.dnnl_unidirectional_right2left
        : dnnl.dnnl_unidirectional_left2right;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    int rows = assembly.rows();
    dnnl_memory_desc_t from = steps(rows, features());
    dnnl_memory_desc_t to = steps(rows, operation.units());
    Primitive primitive = Primitive.of(forward(assembly, from, to), new Primitive.PostOps());
    Slot x = assembly.value(input, Order.ROW_MAJOR);
    Slot y = assembly.slot(Shape.of(sequence.size(0), operation.units()));
    Slot workspace = Slot.ofBytes(primitive.bytes(dnnl.dnnl_query_workspace_md));
    NativeInstruction instruction =
        learned(assembly, primitive)
            .reads(dnnl.DNNL_ARG_SRC_LAYER, x, from)
            .writes(dnnl.DNNL_ARG_DST_LAYER, y, to);
    if (workspace.bytes() > 0) {
      instruction.writes(
          dnnl.DNNL_ARG_WORKSPACE, workspace, primitive.query(dnnl.dnnl_query_workspace_md));
    }
    assembly.emit(instruction);
    assembly.read(input);
    return new Emitted(
        y,
        Order.ROW_MAJOR,
        (back, gradient) ->
            back.contribute(
                input,
                Order.ROW_MAJOR,
                dx -> pullBack(back, primitive, new Kept(x, y, workspace), gradient, dx)));
  }

  /** What the pullback needs of the forward. */
  private record Kept(Slot x, Slot y, Slot workspace) {}

  /** An instruction that reads the weights as the primitive wants them. */
  private NativeInstruction learned(Assembly assembly, Primitive primitive) {
    NativeInstruction instruction = new NativeInstruction(primitive);
    read(assembly, instruction, dnnl.DNNL_ARG_WEIGHTS_LAYER, byInput(), primitive.weights(0));
    read(assembly, instruction, dnnl.DNNL_ARG_WEIGHTS_ITER, byState(), primitive.weights(1));
    read(assembly, instruction, dnnl.DNNL_ARG_BIAS, bias(), bias().plain());
    Learned peepholes = peepholes();
    if (peepholes != null) {
      read(assembly, instruction, dnnl.DNNL_ARG_WEIGHTS_PEEPHOLE, peepholes, peepholes.plain());
    }
    return instruction;
  }

  private void read(
      Assembly assembly,
      NativeInstruction instruction,
      int argument,
      Learned learned,
      dnnl_memory_desc_t layout) {
    instruction.reads(
        argument,
        assembly.constants().get(this, learned.role(), learned.values(), learned.dims(), layout));
  }

  private dnnl_rnn_desc_t forward(
      Assembly assembly, dnnl_memory_desc_t from, dnnl_memory_desc_t to) {
    dnnl_rnn_desc_t description = new dnnl_rnn_desc_t();
    int kind = assembly.recording() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference;
    dnnl_memory_desc_t input = Descriptors.any(byInput().dims());
    dnnl_memory_desc_t state = Descriptors.any(byState().dims());
    dnnl_memory_desc_t bias = bias().plain();
    Learned peepholes = peepholes();
    int undefined = dnnl.dnnl_rnn_flags_undef;
    Cell cell = operation.cell();
    int status;
    if (cell instanceof Cell.Lstm) {
      status =
          dnnl.dnnl_lstm_forward_desc_init_v2(
              description,
              kind,
              direction(),
              from,
              null,
              null,
              input,
              state,
              peepholes == null ? null : peepholes.plain(),
              bias,
              to,
              null,
              null,
              undefined);
    } else if (cell instanceof Cell.Gru gru) {
      status =
          gru.resetAfter()
              ? dnnl.dnnl_lbr_gru_forward_desc_init(
                  description,
                  kind,
                  direction(),
                  from,
                  null,
                  input,
                  state,
                  bias,
                  to,
                  null,
                  undefined)
              : dnnl.dnnl_gru_forward_desc_init(
                  description,
                  kind,
                  direction(),
                  from,
                  null,
                  input,
                  state,
                  bias,
                  to,
                  null,
                  undefined);
    } else {
      status =
          dnnl.dnnl_vanilla_rnn_forward_desc_init(
              description,
              kind,
              activation((Cell.Simple) cell).orElseThrow(),
              direction(),
              from,
              null,
              input,
              state,
              bias,
              to,
              null,
              undefined,
              0,
              0);
    }
    UnsupportedPrimitiveException.check(status);
    return description;
  }

  /** Gradients by the weights come along, and nobody reads them. */
  private void pullBack(Assembly assembly, Primitive forward, Kept kept, Slot dy, Slot dx) {
    dnnl_memory_desc_t from = steps(assembly.rows(), features());
    dnnl_memory_desc_t to = steps(assembly.rows(), operation.units());
    Primitive primitive = Primitive.backward(backward(from, to), forward);
    NativeInstruction instruction =
        learned(assembly, primitive)
            .reads(dnnl.DNNL_ARG_SRC_LAYER, kept.x(), from)
            .reads(dnnl.DNNL_ARG_DST_LAYER, kept.y(), to)
            .reads(
                dnnl.DNNL_ARG_WORKSPACE,
                kept.workspace(),
                forward.query(dnnl.dnnl_query_workspace_md))
            .reads(dnnl.DNNL_ARG_DIFF_DST_LAYER, dy, to)
            .writes(dnnl.DNNL_ARG_DIFF_SRC_LAYER, dx, from);
    unread(instruction, dnnl.DNNL_ARG_DIFF_WEIGHTS_LAYER, byInput());
    unread(instruction, dnnl.DNNL_ARG_DIFF_WEIGHTS_ITER, byState());
    unread(instruction, dnnl.DNNL_ARG_DIFF_BIAS, bias());
    Learned peepholes = peepholes();
    if (peepholes != null) {
      unread(instruction, dnnl.DNNL_ARG_DIFF_WEIGHTS_PEEPHOLE, peepholes);
    }
    assembly.emit(instruction);
  }

  private static void unread(NativeInstruction instruction, int argument, Learned learned) {
    instruction.writes(argument, Slot.ofFloats(learned.values().length), learned.plain());
  }

  private dnnl_rnn_desc_t backward(dnnl_memory_desc_t from, dnnl_memory_desc_t to) {
    dnnl_rnn_desc_t description = new dnnl_rnn_desc_t();
    int kind = dnnl.dnnl_backward;
    dnnl_memory_desc_t input = Descriptors.any(byInput().dims());
    dnnl_memory_desc_t state = Descriptors.any(byState().dims());
    dnnl_memory_desc_t bias = bias().plain();
    dnnl_memory_desc_t inputGradient = byInput().plain();
    dnnl_memory_desc_t stateGradient = byState().plain();
    Learned peepholes = peepholes();
    int undefined = dnnl.dnnl_rnn_flags_undef;
    Cell cell = operation.cell();
    int status;
    if (cell instanceof Cell.Lstm) {
      dnnl_memory_desc_t holes = peepholes == null ? null : peepholes.plain();
      status =
          dnnl.dnnl_lstm_backward_desc_init_v2(
              description,
              kind,
              direction(),
              from,
              null,
              null,
              input,
              state,
              holes,
              bias,
              to,
              null,
              null,
              from,
              null,
              null,
              inputGradient,
              stateGradient,
              holes,
              bias,
              to,
              null,
              null,
              undefined);
    } else if (cell instanceof Cell.Gru gru) {
      status =
          gru.resetAfter()
              ? dnnl.dnnl_lbr_gru_backward_desc_init(
                  description,
                  kind,
                  direction(),
                  from,
                  null,
                  input,
                  state,
                  bias,
                  to,
                  null,
                  from,
                  null,
                  inputGradient,
                  stateGradient,
                  bias,
                  to,
                  null,
                  undefined)
              : dnnl.dnnl_gru_backward_desc_init(
                  description,
                  kind,
                  direction(),
                  from,
                  null,
                  input,
                  state,
                  bias,
                  to,
                  null,
                  from,
                  null,
                  inputGradient,
                  stateGradient,
                  bias,
                  to,
                  null,
                  undefined);
    } else {
      status =
          dnnl.dnnl_vanilla_rnn_backward_desc_init(
              description,
              kind,
              activation((Cell.Simple) cell).orElseThrow(),
              direction(),
              from,
              null,
              input,
              state,
              bias,
              to,
              null,
              from,
              null,
              inputGradient,
              stateGradient,
              bias,
              to,
              null,
              undefined,
              0,
              0);
    }
    UnsupportedPrimitiveException.check(status);
    return description;
  }
}
