package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer. The products of all steps' inputs are one native call; those of the states are
 * one or two for each step, over all examples. Back through time in the opposite order.
 */
final class RecurrentKernel implements Kernel {
  private final Operation.Recurrent operation;
  private final Function<Parameter, Block> weights;
  private final int time;
  private final int units;
  private final int width;
  private final int capacity;
  private final Precision precision;
  private final List<Block> xs;
  private final Block y;
  private final double @Nullable [] bias;
  private final CellKernel cell;
  private final NativeCall product;
  private final Map<Block, NativeCall> transposed = new HashMap<>();
  private final double[] run;
  private final double[] state;
  private @Nullable Block gradients;

  RecurrentKernel(
      Operation.Recurrent operation,
      int time,
      Function<Parameter, Block> weights,
      List<Block> xs,
      Block y,
      Precision precision,
      int capacity) {
    this.operation = operation;
    this.weights = weights;
    this.time = time;
    this.units = operation.units();
    this.width = operation.cell().gates() * units;
    this.capacity = capacity;
    this.precision = precision;
    this.xs = List.copyOf(xs);
    this.y = y;
    this.bias = operation.bias().map(b -> weights.apply(b).values()).orElse(null);
    this.cell =
        cell(operation.cell(), new CellKernel.Size(capacity, time, units, precision), weights);
    this.product =
        NativeCall.product(
            xs.get(0),
            weights.apply(operation.weights()),
            cell.before(),
            new NativeCall.Sizes(time, operation.weights().shape().size(0), width),
            false);
    this.run = new double[width];
    this.state = new double[units];
  }

  private CellKernel cell(Cell kind, CellKernel.Size size, Function<Parameter, Block> parameters) {
    Block recurrent = parameters.apply(operation.recurrent());
    if (kind instanceof Cell.Lstm lstm) {
      return new LstmKernel(lstm, size, recurrent, values(lstm.peepholes(), parameters));
    }
    if (kind instanceof Cell.Gru gru) {
      return new GruKernel(gru, size, recurrent, values(gru.after(), parameters), y);
    }
    return new SimpleKernel((Cell.Simple) kind, size, recurrent);
  }

  private static double @Nullable [] values(
      Optional<Parameter> parameter, Function<Parameter, Block> parameters) {
    return parameter.map(p -> parameters.apply(p).values()).orElse(null);
  }

  private int step(int index) {
    return operation.backwards() ? time - 1 - index : index;
  }

  /** Whether a step of an example is left out. */
  private boolean masked(int row, int t) {
    return xs.size() == 2 && xs.get(1).get(row * time + t) == 0;
  }

  @Override
  public void forward(int rows) {
    product.run(rows);
    addBias(rows);
    double[] kept = new double[rows * units];
    cell.begin(rows);
    for (int index = 0; index < time; index++) {
      int t = step(index);
      boolean[] masked = masks(rows, t);
      cell.step(rows, t, masked);
      cell.states().get(0, kept, kept.length);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(kept, row * units, state, 0, units);
        y.put((row * time + t) * units, state, units);
      }
    }
  }

  private boolean[] masks(int rows, int t) {
    boolean[] masked = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      masked[row] = masked(row, t);
    }
    return masked;
  }

  private void addBias(int rows) {
    if (bias == null) {
      return;
    }
    for (int from = 0; from < rows * time * width; from += width) {
      cell.before().get(from, run, width);
      for (int i = 0; i < width; i++) {
        run[i] += bias[i];
      }
      cell.before().put(from, run, width);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    if (slot == 1) {
      input.zero(0, rows * time);
      return;
    }
    Block into = gradients();
    into.zero(0, rows * time * width);
    double[] toState = new double[rows * units];
    cell.beginBack(rows);
    for (int index = time - 1; index >= 0; index--) {
      int t = step(index);
      for (int row = 0; row < rows; row++) {
        output.get((row * time + t) * units, state, units);
        for (int u = 0; u < units; u++) {
          toState[row * units + u] += state[u];
        }
      }
      cell.back(rows, t, index == 0 ? -1 : step(index - 1), masks(rows, t), toState, into);
    }
    transposed
        .computeIfAbsent(
            input,
            dx ->
                NativeCall.product(
                    into,
                    weights.apply(operation.weights()),
                    dx,
                    new NativeCall.Sizes(time, width, operation.weights().shape().size(0)),
                    true))
        .run(rows);
  }

  private Block gradients() {
    if (gradients == null) {
      gradients = new Block(precision, capacity, time * width);
    }
    return gradients;
  }

  @Override
  public void close() {
    cell.close();
    if (gradients != null) {
      gradients.close();
    }
  }
}
