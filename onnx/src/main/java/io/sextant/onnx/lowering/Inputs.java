package io.sextant.onnx.lowering;

import io.sextant.onnx.file.Operator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many inputs operators have by their definitions, in the operator set that has most. One that
 * is surplus would be passed over.
 */
final class Inputs {
  private static final int ANY = Integer.MAX_VALUE;

  private static final Map<String, Integer> MOST = most();

  private Inputs() {}

  private static Map<String, Integer> most() {
    Map<Integer, List<String>> byCount =
        Map.of(
            0,
            List.of("Constant"),
            1,
            List.of(
                "Abs",
                "AveragePool",
                "Cast",
                "Ceil",
                "Celu",
                "ConstantOfShape",
                "Cos",
                "DepthToSpace",
                "Elu",
                "Erf",
                "Exp",
                "Flatten",
                "Floor",
                "Gelu",
                "GlobalAveragePool",
                "GlobalLpPool",
                "GlobalMaxPool",
                "HardSigmoid",
                "HardSwish",
                "Identity",
                "LRN",
                "LeakyRelu",
                "Log",
                "LogSoftmax",
                "LpNormalization",
                "LpPool",
                "MaxPool",
                "Mish",
                "Neg",
                "Not",
                "Reciprocal",
                "Relu",
                "Round",
                "Selu",
                "Shape",
                "Sigmoid",
                "Sign",
                "Sin",
                "Size",
                "Softmax",
                "Softplus",
                "Softsign",
                "SpaceToDepth",
                "Sqrt",
                "Tanh",
                "ThresholdedRelu",
                "Transpose"),
            2,
            List.of(
                "Add",
                "And",
                "CumSum",
                "Div",
                "Equal",
                "Expand",
                "Gather",
                "Greater",
                "GreaterOrEqual",
                "Less",
                "LessOrEqual",
                "MatMul",
                "Mod",
                "Mul",
                "Or",
                "PRelu",
                "Pow",
                "ReduceL1",
                "ReduceL2",
                "ReduceLogSum",
                "ReduceLogSumExp",
                "ReduceMax",
                "ReduceMean",
                "ReduceMin",
                "ReduceProd",
                "ReduceSum",
                "ReduceSumSquare",
                "Reshape",
                "Split",
                "Squeeze",
                "Sub",
                "Tile",
                "Unsqueeze",
                "Upsample",
                "Xor"),
            3,
            List.of(
                "Clip",
                "Conv",
                "ConvTranspose",
                "Dropout",
                "Gemm",
                "GroupNormalization",
                "InstanceNormalization",
                "LayerNormalization",
                "Range",
                "Where"),
            4,
            List.of("Pad", "Resize"),
            5,
            List.of("BatchNormalization", "Slice"),
            6,
            List.of("GRU", "RNN"),
            8,
            List.of("LSTM"),
            ANY,
            List.of("Concat", "Max", "Mean", "Min", "Sum"));
    Map<String, Integer> most = new HashMap<>();
    byCount.forEach((count, types) -> types.forEach(type -> most.put(type, count)));
    return Map.copyOf(most);
  }

  /** Refuses an operator that is given more than it takes; those that are not known pass. */
  static void require(Operator operator) {
    List<String> inputs = operator.inputs();
    int most = MOST.getOrDefault(operator.type(), ANY);
    for (int i = most; i < inputs.size(); i++) {
      if (!inputs.get(i).isEmpty()) {
        throw operator.unsupported(
            "it takes at most %d inputs but is given %d".formatted(most, inputs.size()));
      }
    }
  }
}
